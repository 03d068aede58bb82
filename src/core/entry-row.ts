/**
 * One row of a table, read through as an entry, its counts and its cost at once: a report goes over 50,000 of them, and an object of
 * its own for each of the four would cost more than all the sums. Members are read from the columns; do not spread it: `entryAt` copies.
 */
import type { Cost } from './cost.ts'
import type { Quality, UsageEntry } from './entry.ts'
import { type EntryTable, entryAt, FINAL, GUESSED, idName, PARTIAL, qualityOf, SIDECHAIN } from './entry-table.ts'
import type { PricedEntry } from './summary.ts'
import type { TokenCounts } from './tokens.ts'
import { tokenCounts } from './tokens.ts'

const noTools: readonly string[] = []

/** What the rows of a table cost: arrays, for a double in an object is an object of its own. */
export interface RowCosts {
  readonly pico: Float64Array
  readonly estimatePico: Float64Array
  readonly estimatedTokens: Float64Array
  /** Places in `BASES`. */
  readonly basis: Uint8Array
}

const BASES = ['missing', 'logged', 'calculated'] as const satisfies readonly Cost['basis'][]

const CALCULATED = BASES.indexOf('calculated')

export const noCosts = ({ size }: EntryTable): RowCosts => ({
  pico: new Float64Array(size),
  estimatePico: new Float64Array(size),
  estimatedTokens: new Float64Array(size),
  basis: new Uint8Array(size),
})

export class EntryRow implements PricedEntry, UsageEntry, TokenCounts, Cost {
  /** As the log has it, until reports put the session's repository or the user's own name in its place. */
  project: string | undefined
  model: string | undefined

  constructor(
    readonly table: EntryTable,
    readonly costs: RowCosts,
    readonly row: number,
  ) {
    this.project = this.text(table.places.project[row]!)
    this.model = this.text(table.places.model[row]!)
  }

  /** Takes in a cost that was calculated, picodollars. */
  setCalculated(pico: number): void {
    this.costs.pico[this.row] = pico
    this.costs.basis[this.row] = CALCULATED
  }

  /** Takes the cost in, and is from then on the priced entry. */
  withCost({ pico, basis, estimatePico }: Cost, estimatedTokens: number): this {
    const { costs, row } = this
    costs.pico[row] = pico
    costs.basis[row] = BASES.indexOf(basis)
    costs.estimatePico[row] = estimatePico
    costs.estimatedTokens[row] = estimatedTokens
    return this
  }

  /** A copy with members of its own. */
  copy(): UsageEntry {
    return { ...entryAt(this.table, this.row), project: this.project, model: this.model }
  }

  get entry(): UsageEntry {
    return this
  }
  get tokens(): TokenCounts {
    return this
  }
  get cost(): Cost {
    return this
  }

  get pico(): number {
    return this.costs.pico[this.row]!
  }
  get basis(): Cost['basis'] {
    return BASES[this.costs.basis[this.row]!]!
  }
  get estimatePico(): number {
    return this.costs.estimatePico[this.row]!
  }
  get estimatedTokens(): number {
    return this.costs.estimatedTokens[this.row]!
  }

  get at(): number {
    return this.table.numbers.at[this.row]!
  }
  get doneAt(): number {
    return this.table.numbers.doneAt[this.row]!
  }
  get sourceAt(): number {
    return this.table.numbers.sourceAt[this.row]!
  }
  get input(): number {
    return this.table.numbers.input[this.row]!
  }
  get output(): number {
    return this.table.numbers.output[this.row]!
  }
  get cacheCreation(): number {
    return this.table.numbers.cacheCreation[this.row]!
  }
  get cacheRead(): number {
    return this.table.numbers.cacheRead[this.row]!
  }
  get reasoning(): number {
    return this.table.numbers.reasoning[this.row]!
  }
  get longCache(): number {
    return this.table.numbers.longCache[this.row]!
  }
  get webSearches(): number {
    return this.table.numbers.webSearches[this.row]!
  }
  get visibleLength(): number {
    return this.table.numbers.visibleLength[this.row]!
  }
  get loggedUsd(): number | undefined {
    const usd = this.table.numbers.loggedUsd[this.row]!
    return Number.isNaN(usd) ? undefined : usd
  }
  get credits(): number | undefined {
    const credits = this.table.numbers.credits[this.row]!
    return Number.isNaN(credits) ? undefined : credits
  }
  get messageId(): string | undefined {
    const { details, numbers } = this.table
    return details ? details.messageIds[this.row] : idName(numbers.messageId[this.row]!)
  }
  get requestId(): string | undefined {
    const { details, numbers } = this.table
    return details ? details.requestIds[this.row] : idName(numbers.requestId[this.row]!)
  }
  get isSidechain(): boolean {
    return (this.table.numbers.flags[this.row]! & SIDECHAIN) !== 0
  }
  get isFinal(): boolean {
    return (this.table.numbers.flags[this.row]! & FINAL) !== 0
  }
  get isPartial(): boolean {
    return (this.table.numbers.flags[this.row]! & PARTIAL) !== 0
  }
  get agent(): string {
    return this.table.texts[this.table.places.agent[this.row]!]!
  }
  get session(): string | undefined {
    return this.text(this.table.places.session[this.row]!)
  }
  get folder(): string | undefined {
    return this.text(this.table.places.folder[this.row]!)
  }
  get cwd(): string | undefined {
    return this.text(this.table.places.cwd[this.row]!)
  }
  get branch(): string | undefined {
    return this.text(this.table.places.branch[this.row]!)
  }
  get version(): string | undefined {
    return this.text(this.table.places.version[this.row]!)
  }
  get provider(): string | undefined {
    return this.text(this.table.places.provider[this.row]!)
  }
  get subagent(): string | undefined {
    return this.text(this.table.places.subagent[this.row]!)
  }
  get speed(): string | undefined {
    return this.text(this.table.places.speed[this.row]!)
  }
  get tier(): string | undefined {
    return this.text(this.table.places.tier[this.row]!)
  }
  get geo(): string | undefined {
    return this.text(this.table.places.geo[this.row]!)
  }
  get profile(): string | undefined {
    return this.text(this.table.places.profile[this.row]!)
  }
  get quality(): Quality | undefined {
    return qualityOf(this.text(this.table.places.quality[this.row]!))
  }
  get tools(): readonly string[] {
    return this.table.details?.tools[this.row] ?? noTools
  }
  get estimated(): TokenCounts | undefined {
    const { numbers: n } = this.table
    const i = this.row
    if ((n.flags[i]! & GUESSED) === 0) return undefined
    return tokenCounts(n.guessedInput[i]!, n.guessedOutput[i]!, n.guessedCreation[i]!, n.guessedRead[i]!, 0, 0)
  }

  private text(place: number): string | undefined {
    return place === 0 ? undefined : this.table.texts[place]
  }
}
