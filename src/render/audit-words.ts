/** The parts of a cost in words and exact figures: `input 4 × $5.00/M = $0.00002`. No digit of a price or a cost is left out. */
import type { CostExplanation, CostFactor, CostPart, PriceOrigin } from '../core/audit.ts'
import { type Money, money, noMoney, picoOf, subtractMoney } from '../core/money.ts'
import { clean, count } from './format.ts'

/** `$1,234.5600021`: all digits down to the picodollar, at least two of them. */
export const exactUsd = (m: Money): string => {
  if (m.kilo < 0) return `-${exactUsd(subtractMoney(noMoney, m))}`
  const fraction = String(m.pico % 1e12).padStart(12, '0')
  return `$${count(m.kilo * 1000 + Math.floor(m.pico / 1e12))}.${trimmed(fraction)}`
}

/** As `exactUsd`, of dollars in a double. */
export const exactDollars = (usd: number): string => exactUsd(money(0, picoOf(usd)))

const trimmed = (fraction: string): string => fraction.replace(/0+$/, '').padEnd(2, '0')

/** `$6.25/M` for tokens, `$0.01` for a search. */
export const rateText = ({ kind, usdPerUnit }: CostPart): string => {
  if (kind === 'webSearch') return exactDollars(usdPerUnit)
  const [whole = '', fraction = ''] = (usdPerUnit * 1e6).toFixed(9).split('.')
  return `$${whole}.${trimmed(fraction)}/M`
}

const LABELS = {
  input: 'input',
  output: 'output',
  reasoning: 'thinking',
  cacheCreation: 'cache write',
  longCache: 'cache write 1 h',
  cacheRead: 'cache read',
  webSearch: 'web search',
} satisfies Record<CostPart['kind'], string>

export const partLabel = ({ kind, isListed }: CostPart): string => LABELS[kind] + (isListed ? '' : ' (by rule)')

const partText = (part: CostPart): string => {
  const { kind, units, usd, isListed } = part
  const rule = isListed ? '' : ' (by rule)'
  const search = `${count(units)} ${units === 1 ? 'web search' : 'web searches'}`
  const what = kind === 'webSearch' ? search : `${LABELS[kind]} ${count(units)}`
  return `${what} × ${rateText(part)}${rule} = ${exactDollars(usd)}`
}

/** `× 1.1 US-only inference`. */
export const factorText = ({ kind, factor }: CostFactor): string => {
  const name = kind === 'fast' ? 'fast mode' : 'US-only inference'
  return factor === 1 ? `× 1 ${name}, no price of its own` : `× ${factor} ${name}`
}

/** What else decided on the rates: tier, service, hour. */
export const conditionTexts = ({ above, service, price }: Pick<CostExplanation, 'above' | 'service' | 'price'>) => [
  ...(above === undefined ? [] : [`prompt over ${count(above)} tokens`]),
  ...(service === undefined
    ? []
    : [service.isPriced ? `${clean(service.name)} rates` : `no price for ${clean(service.name)}, standard rates`]),
  ...(price?.isOffPeak ? ['off-peak'] : []),
]

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** `claude-opus-5 since 2026-07-24`: the price row and the date that tells which of its prices it is. */
export const shortOrigin = ({ name, kind, date, from }: PriceOrigin): string => {
  if (kind === 'override') return `${clean(name)}, your own`
  if (kind !== 'dated') return `${clean(name)} of ${date}`
  return `${clean(name)} ${from === undefined ? `checked ${date}` : `since ${dayOf(from)}`}`
}

/** Where a price came from, in full. */
export const longOrigin = ({ name, kind, source, date, from, to }: PriceOrigin): string => {
  const stretch = [
    ...(from === undefined ? [] : [`from ${dayOf(from)}`]),
    ...(to === undefined ? [] : [`until ${dayOf(to)}`]),
  ].join(' ')
  const table = clean(source ?? '')
  const dated = date === undefined || table.includes(date) ? table : `${table}, ${date}`
  const place = {
    override: 'your own, from the config',
    dated: `kept by hand, checked ${date}`,
    refreshed: `${dated}, fetched later`,
    table: dated,
  }[kind]
  return [clean(name), ...(stretch === '' ? [] : [stretch]), `(${place})`].join(' ')
}

/** Why there are no parts: the agent wrote the cost, nothing was sent, or no price is known. */
const unpartedText = ({ cost, loggedUsd }: CostExplanation, model: string | undefined): string => {
  if (cost.basis === 'logged')
    return loggedUsd ? `logged by the agent: ${exactDollars(loggedUsd)}` : 'the agent logged no cost'
  if (cost.basis === 'calculated') return 'free: nothing was sent to a model'
  return model === undefined ? 'no price: the log names no model' : `no price known for ${clean(model)}`
}

/** The cost of one response, piece by piece; a line may be broken between two. */
export const costPieces = (explanation: CostExplanation, model: string | undefined): string[] => {
  const { parts, factors, extras, price } = explanation
  if (!price) return [unpartedText(explanation, model)]
  const [open, close] = factors.length > 0 ? ['(', ')'] : ['', '']
  const last = parts.length - 1
  return [
    ...parts.map((p, i) => `${i === 0 ? open : '+ '}${partText(p)}${i === last ? close : ''}`),
    ...factors.map(factorText),
    ...extras.map(p => `${parts.length === 0 ? '' : '+ '}${partText(p)}`),
    ...[`at ${shortOrigin(price)}`, ...conditionTexts(explanation)].map(text => `· ${text}`),
  ]
}
