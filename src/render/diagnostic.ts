/** Diagnostics in words: one sentence each for doctor and JSON, and one line for all under a table. */
import type { Diagnostic, DiagnosticCode } from '../core/diagnostic.ts'
import { clean, counted } from './format.ts'

const argument = (d: Diagnostic, name: string): string | undefined => {
  const value = d.args[name]
  return value === undefined ? undefined : clean(String(value))
}

/** ` in PATH:LINE`, as far as it is known. */
const place = (d: Diagnostic, lead = ' in '): string => {
  const path = argument(d, 'path')
  const line = argument(d, 'lines')
  return path === undefined ? '' : lead + path + (line === undefined ? '' : `:${line}`)
}

/** ` (REASON)`, where one was given. */
const reason = (d: Diagnostic): string => {
  const text = argument(d, 'reason') ?? argument(d, 'error')
  return text === undefined || text === '' ? '' : ` (${text})`
}

const lines = (d: Diagnostic): string => counted(d.count, 'line', 'lines')

const SENTENCES = {
  'bad-line': d =>
    `${lines(d)}${place(d)} could not be read as JSON and ${d.count === 1 ? 'was' : 'were'} skipped${reason(d)}.`,
  'torn-line': d => `${counted(d.count, 'last line', 'last lines')}${place(d)} broke off before the end${reason(d)}.`,
  'unknown-record': d =>
    `${counted(d.count, 'record', 'records')}${place(d)} should hold usage but ${d.count === 1 ? 'has' : 'have'} an unknown shape${reason(d)}.`,
  'bad-number': d =>
    `${counted(d.count, 'count', 'counts')}${place(d)} ${d.count === 1 ? 'is' : 'are'} negative, fractional or absurd and not counted${reason(d)}.`,
  'no-timestamp': d =>
    `${counted(d.count, 'response', 'responses')}${place(d)} without a readable time ${d.count === 1 ? 'is' : 'are'} not counted${reason(d)}.`,
  'line-too-long': d => `${lines(d)}${place(d)} ${d.count === 1 ? 'is' : 'are'} too long to read${reason(d)}.`,
  unreadable: d => `${argument(d, 'path') ?? counted(d.count, 'file', 'files')} could not be opened${reason(d)}.`,
  'missing-root': d => {
    const variable = argument(d, 'variable') ?? argument(d, 'name')
    return `${argument(d, 'path') ?? 'A folder'}${variable === undefined ? '' : `, named by ${variable},`} is not there.`
  },
  'unpriced-model': d =>
    `No price is known for ${argument(d, 'model') ?? 'a response without a model'}: its ${counted(d.count, 'response', 'responses')} cost more than shown.`,
  'prices-not-refreshed': d => `The price table could not be refreshed; the one at hand was used${reason(d)}.`,
  'bad-price-cache': d => `The cached price table${place(d)} could not be read and was ignored${reason(d)}.`,
  'index-damaged': d =>
    `A file of the index was damaged; it was put aside${place(d, ' as ')}, and what it held was read from the logs again.`,
  'index-not-saved': d =>
    `What was read could not be stored${place(d)}${reason(d)}: the next run reads it again, and logs that are deleted meanwhile are lost.`,
  history: d =>
    `${counted(d.count, 'response', 'responses')} ${d.count === 1 ? 'is' : 'are'} known from the history alone: the logs are gone (--no-history leaves them out).`,
} satisfies Record<DiagnosticCode, (d: Diagnostic) => string>

/** One plain sentence. */
export const diagnosticText = (d: Diagnostic): string => SENTENCES[d.code](d)

/** What is counted together in the short line; `lines` counts occurrences, `things` counts distinct ones. */
const KINDS: readonly {
  readonly codes: readonly DiagnosticCode[]
  readonly of: 'lines' | 'things'
  readonly one: string
  readonly many: string
}[] = [
  {
    codes: ['bad-line', 'torn-line', 'line-too-long'],
    of: 'lines',
    one: 'line could not be read',
    many: 'lines could not be read',
  },
  { codes: ['unknown-record'], of: 'lines', one: 'record of unknown shape', many: 'records of unknown shape' },
  { codes: ['bad-number'], of: 'lines', one: 'impossible count', many: 'impossible counts' },
  { codes: ['no-timestamp'], of: 'lines', one: 'response without a time', many: 'responses without a time' },
  { codes: ['unreadable'], of: 'things', one: 'file not opened', many: 'files not opened' },
  { codes: ['missing-root'], of: 'things', one: 'root missing', many: 'roots missing' },
  { codes: ['unpriced-model'], of: 'things', one: 'model unpriced', many: 'models unpriced' },
  { codes: ['prices-not-refreshed'], of: 'things', one: 'price refresh failed', many: 'price refreshes failed' },
  { codes: ['bad-price-cache'], of: 'things', one: 'price cache unreadable', many: 'price caches unreadable' },
  { codes: ['index-damaged'], of: 'things', one: 'index file damaged', many: 'index files damaged' },
  { codes: ['index-not-saved'], of: 'things', one: 'index not saved', many: 'index not saved' },
  { codes: ['history'], of: 'lines', one: 'response from the history', many: 'responses from the history' },
]

/** `3 lines could not be read, 1 root missing · tokusage doctor`; empty when there is nothing to say. */
export const diagnosticsLine = (list: readonly Diagnostic[]): string => {
  const parts = KINDS.flatMap(({ codes, of, one, many }) => {
    const found = list.filter(d => codes.includes(d.code))
    const n = of === 'things' ? found.length : found.reduce((sum, d) => sum + d.count, 0)
    return n > 0 ? [counted(n, one, many)] : []
  })
  return parts.length === 0 ? '' : `${parts.join(', ')} · tokusage doctor`
}
