/** What the environment asks for: `TOKUSAGE_X` for every option, ccusage's variables, and the common ones for colour and noise. */
import type { Host } from '../host/host.ts'
import { negativeKeyOf, type OptionRow } from './table.ts'
import { UsageError } from './usage-error.ts'
import { readBoolean, readPairs } from './values.ts'

/** `TOKUSAGE_START_OF_WEEK` for `startOfWeek`. */
export const variableOf = (key: string): string =>
  `TOKUSAGE_${key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`

export interface Found {
  readonly raw: unknown
  /** The name that an error calls it by. */
  readonly label: string
}

/** https://no-color.org: any text but none turns colour off. FORCE_COLOR: `0` and `false` off, else on. */
const colorOf = (host: Host): Found | undefined => {
  if (host.env('NO_COLOR')) return { raw: false, label: 'NO_COLOR' }
  const force = host.env('FORCE_COLOR')
  return force === undefined ? undefined : { raw: force !== '0' && force !== 'false', label: 'FORCE_COLOR' }
}

const ownVariable = (row: OptionRow, host: Host): Found | undefined => {
  const names = [...(row.isFlagOnly ? [] : [variableOf(row.key)]), ...(row.environment ?? [])]
  const label = names.find(name => host.env(name))
  return label === undefined ? undefined : { raw: host.env(label), label }
}

const negativeVariable = (row: OptionRow, host: Host): Found | undefined => {
  const key = negativeKeyOf(row)
  if (key === undefined) return undefined
  const label = variableOf(key)
  const text = host.env(label)
  if (!text) return undefined
  const isOff = readBoolean(text)
  return { raw: isOff === undefined ? text : !isOff, label }
}

/** What the environment says about an option. An empty variable says nothing. */
export const fromEnvironment = (row: OptionRow, host: Host): Found | undefined => {
  const own = ownVariable(row, host) ?? negativeVariable(row, host)
  if (own) return own
  if (row.key === 'color') return colorOf(host)
  if (row.key === 'quiet' && host.env('LOG_LEVEL') === '0') return { raw: true, label: 'LOG_LEVEL' }
  return undefined
}

const isAliases = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(v => typeof v === 'string')

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // told to the user as a bad value by the caller
  }
}

/** `CCUSAGE_MODEL_ALIASES` and `TOKUSAGE_MODEL_ALIASES`: `a=b,c=d`, `a=b;c=d` or a JSON object of texts. */
export const modelAliasesFrom = (host: Host): Readonly<Record<string, string>> => {
  const all: Record<string, string> = {}
  for (const name of ['CCUSAGE_MODEL_ALIASES', 'TOKUSAGE_MODEL_ALIASES']) {
    const text = host.env(name)?.trim()
    if (!text) continue
    const aliases = text.startsWith('{') ? readJson(text) : readPairs(text, /[,;]/)
    if (!isAliases(aliases))
      throw new UsageError(
        `Invalid value for ${name} '${text}'. Expected 'name=model,other=model' or a JSON object of texts.`,
      )
    Object.assign(all, aliases)
  }
  return all
}
