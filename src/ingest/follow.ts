/**
 * Follows all logs: begins with what the index knows, then reads of each log that grows only what was added, so that at every moment the responses
 * of the last days are those that reading everything would give.
 */
import type { Agent } from '../agents/define.ts'
import { agents } from '../agents/index.ts'
import { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../core/entry.ts'
import { EntryRow } from '../core/entry-row.ts'
import { type EntryTable, EntryWriter } from '../core/entry-table.ts'
import { reportOdd, type ScanJob, type SourceReading } from '../core/reading.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Host } from '../host/host.ts'
import type { Prices } from '../pricing/prices.ts'
import { keyOf } from '../store/sources.ts'
import { FollowBase, type Standstill } from './follow-base.ts'
import { FollowedRows, type NumberedReading } from './follow-rows.ts'
import { FollowedSessions } from './follow-sessions.ts'
import { FollowedSignals } from './follow-signals.ts'
import { Watch, type Watched } from './follow-watch.ts'
import { type IngestRequest, ingest } from './ingest.ts'
import { BLOCK_SIZE } from './lines.ts'
import { marksOf, Scanner } from './scan.ts'

export interface FollowRequest
  extends Omit<IngestRequest, 'detail' | 'from' | 'isWanted' | 'sums' | 'comparesTotals' | 'needsProjects'> {
  /** How far back responses are kept, ms. */
  readonly keptMs: number
  /** The longest time between two searches for new logs, ms. */
  readonly lookMs?: number | undefined
}

const LOOK_MS = 30_000
/** Logs written to within this time are read at the beginning: the index does not know which tools their last calls used. */
const RECENT_MS = 3_600_000
/** As long as they are not more than this, the newest first. */
const RECENT_BYTES = 100 * 1024 * 1024
const FORGET_MS = 3_600_000

const blockHours = new Map(
  agents.flatMap(agent => (agent.blockHours === undefined ? [] : [[agent.id, agent.blockHours] as const])),
)

export class Follower {
  /** Responses since the beginning of what is followed, each once, in no particular order; their ids are hashes. */
  entries: readonly PricedEntry[] = []
  readonly signals: FollowedSignals
  private readonly standstills = new Map<string, Standstill>()
  private odd = new Diagnostics()
  private isPastKnown = false
  private forgottenAt = Number.NEGATIVE_INFINITY

  private constructor(
    private readonly host: Host,
    private readonly request: FollowRequest,
    private readonly watch: Watch,
    private readonly rows: FollowedRows,
    private readonly sessions: FollowedSessions,
    readonly prices: Prices,
    /** Responses from before what is followed, to be asked for once. */
    private older: Iterable<readonly EntryRow[]>,
  ) {
    this.signals = new FollowedSignals(host, agents)
  }

  /** Reads what there is. */
  static async open(host: Host, request: FollowRequest): Promise<Follower> {
    const { keptMs, lookMs = LOOK_MS, profileRoots = {}, index, history } = request
    const from = host.now() - keptMs
    // Before the index is brought up to date: what is written from here on is read again.
    const watch = new Watch(host, agents, profileRoots, lookMs)
    watch.lookAround()
    const options = { detail: 'counts', comparesTotals: false, needsProjects: false } as const
    const read = await ingest(host, { ...request, ...options, from, ...(index ? { isWanted: () => false } : {}) })
    const sources = watch.sources().map(({ source }) => source)
    const base = index
      ? new FollowBase(host, { from, history, looks: watch.looks }, sources, new Diagnostics())
      : undefined
    const stored = base?.rows()
    const older = base && stored ? base.older() : [read.entries.filter(isRow).filter(({ at }) => at < from)]
    const sessions = new FollowedSessions(host, request.titles)
    const rows = new FollowedRows(read.prices, placed => sessions.place(placed))
    const follower = new Follower(host, request, watch, rows, sessions, read.prices, older)
    follower.odd.addAll(read.diagnostics.list().filter(({ code }) => code !== 'unpriced-model' && code !== 'history'))
    for (const [key, standstill] of base?.standstills() ?? []) follower.standstills.set(key, standstill)
    if (stored) {
      const recent = new Set(sessionsIn(stored.table))
      sessions.take(read.notes.filter(note => recent.has(note.session)))
      await rows.takeBase(stored, new Map(watch.sources().map(({ source, number }) => [keyOf(source), number])))
    }
    const isKnown = (source: LogSource): boolean => stored !== undefined && base?.holds(source) === true
    await follower.read(watch.sources().filter(({ source }) => source.mtimeMs >= from && !isKnown(source)))
    return follower
  }

  /** Hours of its billing window, for agents that have one. */
  get blockHours(): ReadonlyMap<string, number> {
    return blockHours
  }

  /** All logs, and who wrote them: for those who read signals. */
  signalSources(): { readonly sources: readonly LogSource[]; readonly agents: readonly Agent[] } {
    return { sources: this.watch.sources().map(({ source }) => source), agents }
  }

  /** How many logs there are. */
  get sources(): number {
    return this.watch.size
  }

  notes(): readonly SessionNote[] {
    return this.sessions.notes()
  }

  /** Names of the tools that a call used. */
  toolsOf(entry: UsageEntry): readonly string[] {
    return this.rows.toolsOf(entry)
  }

  diagnostics(): Diagnostics {
    const all = new Diagnostics()
    for (const some of [this.odd, this.rows.unpriced]) all.addAll(some.list())
    return all
  }

  /**
   * Responses from before what is followed, in parts, the oldest first and without cost. To be asked for once, before the first `poll`: copies of
   * them are known from then on.
   */
  *past(): Iterable<readonly PricedEntry[]> {
    const { older } = this
    this.older = []
    this.isPastKnown = true
    for (const rows of older) {
      for (const { table, row } of rows) this.rows.old.add(table.numbers.messageId[row]!, table.numbers.requestId[row]!)
      yield rows
    }
  }

  /** Reads the logs that were written to lately, for what the index does not know of them. */
  async readRecent(): Promise<void> {
    const now = this.host.now()
    const recent = this.watch
      .sources()
      .filter(({ source }) => (source.kind ?? 'lines') === 'lines' && now - source.mtimeMs < RECENT_MS)
      .sort((a, b) => b.source.mtimeMs - a.source.mtimeMs)
    let bytes = 0
    const few = recent.filter(({ source }) => {
      bytes += source.size
      return bytes <= RECENT_BYTES
    })
    await this.read(few)
    await this.signals.begin(this.watch.sources().map(({ source }) => source))
  }

  /** Reads what was written since the last time; whether there was anything. */
  async poll(): Promise<boolean> {
    if (!this.isPastKnown) for (const _ of this.past());
    const changed = this.watch.poll()
    if (changed.length === 0) return false
    for (const { source } of changed) this.signals.read(source)
    await this.read(changed)
    return true
  }

  private async read(changed: readonly Watched[]): Promise<void> {
    const scanner = new Scanner(this.host, frugal, { detail: 'calls', isResumable: true })
    const jobs = new Map<string, { readonly watched: Watched; readonly job: ScanJob }>()
    for (const watched of changed) {
      const { source } = watched
      const job = { source, from: this.standstillOf(source) }
      jobs.set(keyOf(source), { watched, job })
      if (source.kind === 'database') await scanner.readDatabase(job)
      else scanner.read(job)
    }
    const { table, readings } = scanner.result()
    const numbered = readings.flatMap((reading): NumberedReading[] => {
      const found = jobs.get(keyOf(reading.source))
      const kind = reading.failure === undefined ? kindOf : () => 'failed' as const
      return found ? [{ reading, number: found.watched.number, kind: kind(found.job) }] : []
    })
    for (const { reading } of numbered) this.note(reading)
    await this.rows.take(table.size > 0 ? table : noTable, numbered)
    this.entries = await this.rows.since(this.host.now() - this.request.keptMs)
    this.forget()
  }

  /** Once an hour: what is left of sessions that are over. */
  private forget(): void {
    const now = this.host.now()
    if (now - this.forgottenAt < FORGET_MS) return
    this.forgottenAt = now
    this.sessions.keep(this.entries)
  }

  private note({ source, whole, tail, checkpoint, head, end, failure }: SourceReading): void {
    this.sessions.take([...whole.notes, ...tail.notes])
    reportOdd(source.path, whole.odd, this.odd)
    if (failure !== undefined) this.odd.add('unreadable', { path: source.path, reason: failure })
    else if (checkpoint) this.standstills.set(keyOf(source), { checkpoint, inode: source.inode, head, end })
  }

  /** Where to go on with a log; undefined where it has to be read whole, also because it is not the one that was read. */
  private standstillOf(source: LogSource): Standstill['checkpoint'] | undefined {
    const known = this.standstills.get(keyOf(source))
    if (!known) return undefined
    const { checkpoint, inode, head, end } = known
    if (source.kind === 'database') return checkpoint
    this.standstills.delete(keyOf(source))
    if (inode !== source.inode || source.size < checkpoint.position || !head) return undefined
    try {
      const reader = this.host.open(source.path)
      try {
        const now = marksOf(reader, checkpoint.position, head.length)
        return now.end === end && now.head.hash === head.hash ? checkpoint : undefined
      } finally {
        reader.close()
      }
    } catch {
      return undefined // reading it says why
    }
  }
}

let block: Buffer | undefined

/** Blocks are the same memory each time: new ones every second would pile up faster than they are collected. */
const blockFor = (size: number): Buffer => {
  if (size !== BLOCK_SIZE) return Buffer.allocUnsafeSlow(size + 1)
  block ??= Buffer.allocUnsafeSlow(size + 1)
  return block
}

const frugal: readonly Agent[] = agents.map(agent =>
  agent.lines && !agent.lines.blockFor ? { ...agent, lines: { ...agent.lines, blockFor } } : agent,
)

const noTable = new EntryWriter().table()

const kindOf = ({ source, from }: ScanJob): NumberedReading['kind'] =>
  from === undefined ? 'whole' : source.kind === 'database' ? 'changed' : 'added'

const isRow = (priced: PricedEntry): priced is EntryRow => priced instanceof EntryRow

const sessionsIn = ({ places, texts }: EntryTable): (string | undefined)[] =>
  Array.from(new Set(places.session), place => texts[place])
