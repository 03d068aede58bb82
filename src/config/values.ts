/** Reads one option's value, wherever it came from: text from a flag or a variable, JSON from a config file. */
import { suggestion } from './nearest.ts'
import type { OptionRow } from './table.ts'
import { UsageError } from './usage-error.ts'

export type Value = string | number | boolean | readonly string[]

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
}

/** `true`, `no`, `1`, …; undefined when it is neither. */
export const readBoolean = (text: string): boolean | undefined => {
  const word = text.trim().toLowerCase()
  return Object.hasOwn(booleans, word) ? booleans[word] : undefined
}

const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, b: 1e9 }

/** `500k`, `1e6`, `1.5m`, `500,000`, `500_000` as a whole number above 0; undefined when it is none. */
export const readCount = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?|\.\d+|\d{1,3}(?:[,_]\d{3})+)(e\+?\d{1,2})?([kmb]?)$/i.exec(text.trim())
  if (!match) return undefined
  const plain = Number(match[1]!.replace(/[,_]/g, '') + (match[2] ?? ''))
  const count = Math.round(plain * factors[match[3]!.toLowerCase()]!)
  return count > 0 && Number.isSafeInteger(count) ? count : undefined
}

/** A comma list; `\,` is a comma inside a value. */
export const readList = (text: string): string[] =>
  text
    .split(/(?<!\\),/)
    .map(part => part.replaceAll('\\,', ',').trim())
    .filter(part => part !== '')

/** `a, b or c`. */
export const orList = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** What a value of this option looks like, for errors and for the schema. */
export const expectedOf = (row: OptionRow): string => {
  if (row.expected !== undefined) return row.expected
  if (row.type === 'boolean') return 'true or false'
  if (row.type === 'integer') return `a whole number, ${row.least ?? 0} or greater`
  if (row.type === 'number') return 'a number greater than 0'
  if (row.type === 'percent') return 'a percentage such as 80 or 80%, 1 to 100'
  if (row.type === 'count') return 'a whole number such as 500000 or 500k'
  if (row.type === 'limit') return "a number of tokens such as 500000 or 500k, or 'max'"
  if (row.choices) return row.type === 'list' ? `one or more of: ${row.choices.join(', ')}` : orList(row.choices)
  if (row.type === 'list') return 'a name, or several'
  return 'text'
}

const invalid = (row: OptionRow, raw: unknown, label: string): UsageError => {
  const shown = typeof raw === 'string' ? raw : JSON.stringify(raw)
  const hint = row.choices && typeof raw === 'string' ? suggestion(raw, row.choices) : fractionHint(row, raw)
  if (row.type === 'list' && row.choices)
    return new UsageError(`Invalid ${label} value '${shown}'. Expected ${expectedOf(row)}.${hint}`)
  if (row.noun !== undefined)
    return new UsageError(`Invalid ${row.noun} '${shown}'. Expected ${expectedOf(row)} for ${label}.${hint}`)
  return new UsageError(`Invalid value for ${label} '${shown}'. Expected ${expectedOf(row)}.${hint}`)
}

/** The one choice that a word names: itself in any case, or a beginning of three letters or more that only one has. */
const choose = (choices: readonly string[], text: string): string | undefined => {
  const word = text.trim().toLowerCase()
  const beginning = word.length < 3 ? [] : choices.filter(choice => choice.startsWith(word))
  return choices.find(choice => choice === word) ?? (beginning.length === 1 ? beginning[0] : undefined)
}

const asNumber = (raw: unknown): number | undefined => {
  if (typeof raw === 'number') return raw
  return typeof raw === 'string' && /^\+?(\d+(\.\d*)?|\.\d+)$/.test(raw.trim()) ? Number(raw) : undefined
}

/** `0.8` is what a part of one looks like elsewhere. */
const fractionHint = (row: OptionRow, raw: unknown): string => {
  const n = row.type === 'percent' ? asNumber(raw) : undefined
  return n !== undefined && n > 0 && n < 1 ? ` Did you mean ${Math.round(n * 1000) / 10}%?` : ''
}

const readListOf = (row: OptionRow, raw: unknown, label: string): readonly string[] | undefined => {
  const texts = typeof raw === 'string' ? [raw] : Array.isArray(raw) ? raw : undefined
  if (!texts?.every(text => typeof text === 'string')) return undefined
  const parts = texts.flatMap(readList)
  if (!row.choices) return parts
  const { choices } = row
  return parts.map(part => {
    const choice = choose(choices, part)
    if (choice === undefined) throw invalid(row, part, label)
    return choice
  })
}

const readRaw = (row: OptionRow, raw: unknown, label: string): Value | undefined => {
  switch (row.type) {
    case 'boolean':
      return typeof raw === 'string' ? readBoolean(raw) : typeof raw === 'boolean' ? raw : undefined
    case 'text':
    case 'day':
      return typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : undefined
    case 'list':
      return readListOf(row, raw, label)
    case 'choice':
      return typeof raw === 'string' ? choose(row.choices ?? [], raw) : undefined
    case 'integer': {
      const n = asNumber(raw)
      return n !== undefined && Number.isSafeInteger(n) && n >= (row.least ?? 0) ? n : undefined
    }
    case 'number': {
      const n = asNumber(raw)
      return n !== undefined && Number.isFinite(n) && n > 0 ? n : undefined
    }
    case 'percent': {
      const n = asNumber(typeof raw === 'string' ? raw.trim().replace(/\s*%$/, '') : raw)
      return n !== undefined && n >= 1 && n <= 100 ? n : undefined
    }
    case 'count':
      return typeof raw === 'number' || typeof raw === 'string' ? readCount(String(raw)) : undefined
    case 'limit':
      if (typeof raw === 'number') return readCount(String(raw))
      return typeof raw !== 'string' ? undefined : raw.trim().toLowerCase() === 'max' ? 'max' : readCount(raw)
  }
}

/** The value of an option; throws a line that names `label` (`--last`, a variable, a config key) when it is none. */
export const readValue = (row: OptionRow, raw: unknown, label: string): Value => {
  const value = readRaw(row, raw, label)
  if (value === undefined) throw invalid(row, raw, label)
  return value
}

/** `a=b,c=d` as pairs; undefined when a part has no `=` or an empty side. */
export const readPairs = (text: string, mark: RegExp = /,/): Record<string, string> | undefined => {
  const parts = text.split(mark).filter(part => part.trim() !== '')
  const pairs: (readonly [string, string])[] = []
  for (const part of parts) {
    const at = part.indexOf('=')
    const from = part.slice(0, Math.max(at, 0)).trim()
    const to = part.slice(at + 1).trim()
    if (from === '' || to === '') return undefined
    pairs.push([from, to])
  }
  return Object.fromEntries(pairs)
}
