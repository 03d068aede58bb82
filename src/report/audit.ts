/**
 * How the number of a day or a session was formed: its responses with the parts of their costs, and as a check the same
 * units added up by model and rates, in exact decimals, against the sum of the rounded responses.
 */
import type { AuditEntry, AuditGroup, AuditReport, CostExplanation, CostPart } from '../core/audit.ts'
import type { PricedEntry } from '../core/summary.ts'
import { addTokens, noTokens } from '../core/tokens.ts'
import { type Decimal, decimalOf, decimalOfMoney, minus, moneyOf, numberOf, plus, times, zero } from './decimal.ts'
import { compareNames, fold, groupBy, isUsage, totalsOf } from './fold.ts'

type Facts = Omit<AuditReport, 'entries' | 'groups' | 'groupsCost' | 'differencePico' | 'totals' | 'models'>

export interface AuditOptions extends Facts {
  /** Why an entry costs what it does; its cost must be the entry's. */
  readonly explain: (priced: PricedEntry) => CostExplanation
  /** `desc`: the latest response first. */
  readonly order?: 'asc' | 'desc' | undefined
  /** The most responses to list. */
  readonly limit?: number | undefined
}

/** `entries` are those of the day or session, in any order. */
export const auditReport = (entries: readonly PricedEntry[], options: AuditOptions): AuditReport => {
  const { explain, order, limit, ...common } = options
  const sign = order === 'desc' ? -1 : 1
  const own = entries.filter(isUsage).sort((a, b) => sign * compareEntries(a, b))
  const audited = own.map(
    (priced): AuditEntry => ({
      entry: priced.entry,
      explanation: explain(priced),
      estimatedTokens: priced.estimatedTokens,
    }),
  )
  const { totals, models } = totalsOf([...fold(own, () => 0).values()].flat())
  const groups = groupsOf(audited)
  const exact = groups.reduce((sum, g) => plus(sum, g.exact), zero)
  return {
    ...common,
    entries: audited.slice(0, limit),
    groups: groups.map(g => g.group),
    groupsCost: moneyOf(exact),
    differencePico: numberOf(times(minus(exact, decimalOfMoney(totals.cost)), decimalOf(1e12))),
    totals,
    models,
  }
}

/** As the calls of a session: by time, then by what the log says of them. */
const compareEntries = ({ entry: a }: PricedEntry, { entry: b }: PricedEntry): number =>
  a.at - b.at ||
  a.doneAt - b.doneAt ||
  compareNames(a.session, b.session) ||
  compareNames(a.messageId, b.messageId) ||
  compareNames(a.requestId, b.requestId) ||
  compareNames(a.model, b.model)

interface ExactGroup {
  readonly group: AuditGroup
  /** USD. */
  readonly exact: Decimal
}

/** Dearest first. */
const groupsOf = (entries: readonly AuditEntry[]): ExactGroup[] =>
  [...groupBy(entries, keyOf).values()]
    .map(groupOf)
    .sort((a, b) => compareDecimals(b.exact, a.exact) || compareNames(a.group.model, b.group.model))

const compareDecimals = (a: Decimal, b: Decimal): number => {
  const { digits } = minus(a, b)
  return digits < 0n ? -1 : digits > 0n ? 1 : 0
}

/** The same for two responses whose costs were formed alike. */
const keyOf = ({ entry, explanation }: AuditEntry): string => {
  const { cost, price, above, service, factors } = explanation
  return JSON.stringify([entry.model ?? null, cost.basis, price ?? null, above ?? null, service ?? null, factors])
}

const groupOf = (entries: readonly AuditEntry[]): ExactGroup => {
  const { entry, explanation } = entries[0]!
  const { price, above, service, factors } = explanation
  const parts = addedUp(entries.flatMap(e => e.explanation.parts))
  const extras = addedUp(entries.flatMap(e => e.explanation.extras))
  const factor = factors.reduce((product, f) => times(product, decimalOf(f.factor)), decimalOf(1))
  const logged = entries.reduce((sum, e) => plus(sum, decimalOf(e.explanation.loggedUsd ?? 0)), zero)
  const exact = plus(plus(times(sumOf(parts), factor), sumOf(extras)), logged)
  return {
    exact,
    group: {
      model: entry.model,
      basis: explanation.cost.basis,
      entries: entries.length,
      tokens: entries.reduce((sum, e) => addTokens(sum, e.entry.tokens), noTokens),
      cost: moneyOf(exact),
      parts,
      factors,
      extras,
      price,
      above,
      service,
    },
  }
}

const exactUsd = ({ units, usdPerUnit }: CostPart): Decimal => times(decimalOf(units), decimalOf(usdPerUnit))

const sumOf = (parts: readonly CostPart[]): Decimal => parts.reduce((sum, part) => plus(sum, exactUsd(part)), zero)

const kinds: readonly CostPart['kind'][] = [
  'input',
  'output',
  'reasoning',
  'cacheCreation',
  'longCache',
  'cacheRead',
  'webSearch',
]

/** One part for each kind and rate. Two rates of one kind are kept apart: an alias may bring two prices to one name. */
const addedUp = (parts: readonly CostPart[]): CostPart[] =>
  [...groupBy(parts, part => `${part.kind} ${part.usdPerUnit}`).values()]
    .map((same): CostPart => {
      const whole = { ...same[0]!, units: same.reduce((sum, part) => sum + part.units, 0) }
      return { ...whole, usd: numberOf(exactUsd(whole)) }
    })
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.usdPerUnit - b.usdPerUnit)
