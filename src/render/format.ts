/** Numbers, money, times and hostile text, as a person reads them. By hand: Intl costs start-up time and differs by locale. */
import type { Money } from '../core/money.ts'

const UNITS = ['K', 'M', 'B', 'T']

const grouped = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+$)/g, ',')

/** `1,234,567`; fractions are rounded; what is no number is `?`. */
export const count = (n: number): string => {
  if (!Number.isFinite(n)) return '?'
  const whole = Math.round(Math.abs(n))
  const sign = n < 0 && whole > 0 ? '-' : ''
  return sign + grouped(whole < 1e21 ? String(whole) : BigInt(whole).toString())
}

/** `1 file`, `2 files`. */
export const counted = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`

/** At most six characters and three significant digits, `1.23M`; below 10,000 the exact number is as short. */
export const short = (n: number): string => {
  const size = Math.abs(n)
  if (!(size >= 9_999.5) || !Number.isFinite(size)) return count(n)
  let scaled = Number((size / 1000).toPrecision(3))
  let unit = 0
  while (scaled >= 1000 && unit < UNITS.length - 1) {
    unit++
    scaled = Number((size / 1000 ** (unit + 1)).toPrecision(3))
  }
  const text = scaled >= 1000 ? count(scaled) : scaled.toFixed(scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2)
  return (n < 0 ? '-' : '') + text + UNITS[unit]
}

const centsOf = (m: Money | number): number =>
  typeof m === 'number' ? Math.round(m * 100) : m.kilo * 100_000 + Math.round(m.pico / 1e10)

const dollarsOf = (m: Money | number): number => (typeof m === 'number' ? m : m.kilo * 1000 + m.pico / 1e12)

/** What stands before a figure that is known from below only, or guessed. */
export type Mark = '' | '≥ ' | '~'

/** The mark of a lower bound, where it is one. */
export const atLeast = (isLowerBound: boolean): Mark => (isLowerBound ? '≥ ' : '')

/** `$0.0004`: the first two digits that are not zero, the rest cut off so that a lower bound stays one. */
const firstDigits = (value: number): string | undefined =>
  /^0\.0*[1-9]\d?/.exec(value.toFixed(12))?.[0].replace(/0$/, '')

/** `$1,234.56`. An amount under one cent never reads as zero: it is `<$0.01`, or `≥ $0.0004` after a mark. */
export const usd = (m: Money | number, mark: Mark = ''): string => {
  const value = dollarsOf(m)
  if (!Number.isFinite(value)) return '$?'
  if (value > 0 && value < 0.01) {
    const digits = mark === '' ? undefined : firstDigits(value)
    return digits === undefined ? '<$0.01' : `${mark}$${digits}`
  }
  const cents = centsOf(m)
  const size = Math.abs(cents)
  const rest = String(size % 100).padStart(2, '0')
  return `${mark}${cents < 0 ? '-' : ''}$${count(Math.floor(size / 100))}.${rest}`
}

/** Money for a narrow cell: whole dollars from $1,000 on, `$12.3K` from $10,000; below as `usd`. */
export const shortUsd = (m: Money | number, mark: Mark = ''): string => {
  const value = dollarsOf(m)
  if (Math.abs(value) < 1000) return usd(m, mark)
  return `${mark}${value < 0 ? '-' : ''}$${short(Math.abs(value))}`
}

/** `12 kB`, `1.2 MB`: a file's size in units of a thousand. */
export const fileSize = (bytes: number): string =>
  bytes < 1e6 ? `${count(Math.ceil(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`

/** A ratio as a percentage: 0.421 is `42%`; what is there but rounds to nothing is `<1%`. */
export const percent = (ratio: number): string => {
  if (!Number.isFinite(ratio)) return '?'
  if (ratio > 0 && ratio < 0.005) return '<1%'
  return `${count(ratio * 100)}%`
}

/** Milliseconds as `12s`, `45m`, `3h 12m`, `3d 7h`; rounded down, so that an hour is never shown before it is over. */
export const duration = (ms: number): string => {
  if (!Number.isFinite(ms)) return '?'
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (minutes === 0) return `${seconds}s`
  if (hours === 0) return `${minutes}m`
  if (hours < 48) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`
  return hours % 24 === 0 ? `${count(Math.floor(hours / 24))}d` : `${count(Math.floor(hours / 24))}d ${hours % 24}h`
}

const STRINGS = /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)/g
const SEQUENCES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-Z\\^-~]?/g
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu
const STRAY_JOINER =
  /(?<!\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d|\u200d(?!\p{Extended_Pictographic})/gu

/**
 * One safe line out of text from a log: no control characters or terminal escapes, no bidi overrides or invisible
 * characters, no half surrogates; line breaks become spaces.
 */
export const clean = (text: string): string => {
  // Nearly every text is plain; the test spares it eight passes.
  if (/^[!-~]*(?: [!-~]+)*$/.test(text)) return text
  return text
    .replace(STRINGS, '')
    .replace(SEQUENCES, '')
    .replace(BREAKS, ' ')
    .replace(CONTROLS, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(INVISIBLE, '')
    .replace(STRAY_JOINER, '')
    .replace(/\s+/gu, ' ')
    .trim()
}

/** A model's short name: without what looks like a provider (`openrouter/openai/`), `claude-`, date and revision; `unknown` where the log names none. */
export const modelName = (model: string | undefined): string => {
  if (model === undefined) return 'unknown'
  const whole = clean(model)
  const name = whole
    .replace(/^(?:[a-z0-9_.-]+\/)+/, '')
    .replace(/^(?:[a-z-]+\.)*(?:anthropic[.-]*)?claude-/, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/[-@]\d{8}(?=$|\[|:)/, '')
  return name || whole || 'unknown'
}

/** The short names of some models, each once, in the order given. */
export const modelNames = (models: readonly { readonly model: string | undefined }[]): string[] => [
  ...new Set(models.map(m => modelName(m.model))),
]
