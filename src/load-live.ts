/** The use case behind `tokusage live`: follows the logs, and answers at every look with what the monitor shows. */
import type { Options } from './config/options.ts'
import { calendar } from './core/calendar.ts'
import { Diagnostics } from './core/diagnostic.ts'
import type { LimitReading } from './core/limit.ts'
import type { LiveData } from './core/live.ts'
import type { Trouble } from './core/signal.ts'
import type { PricedEntry } from './core/summary.ts'
import type { Host } from './host/host.ts'
import { Follower } from './ingest/follow.ts'
import { accountsOf, keptReadings } from './ingest/kept-signals.ts'
import { PastWindows } from './limits/live-past.ts'
import { liveWindows } from './limits/live-windows.ts'
import type { Progress } from './load.ts'
import { entryFilter, NO_PROFILE } from './report/filter.ts'
import { liveData } from './report/live.ts'
import { keyOf } from './report/live-sessions.ts'
import { SessionsBefore } from './report/sessions-before.ts'
import { limitsPath, readJournal } from './store/limits.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Responses are kept for the longest window, and a day more: a pause in it says where windows begin. */
const KEPT_MS = 8 * DAY

export class LiveReader {
  private follower: Follower | undefined
  private past: PastWindows | undefined
  private followed: readonly PricedEntry[] = []
  /** Those followed since `keptFrom`; what was before is in the sums. */
  private entries: readonly PricedEntry[] = []
  private keptFrom = Number.NEGATIVE_INFINITY
  private readonly before = new SessionsBefore()
  private lastAt = Number.NEGATIVE_INFINITY
  private answeredAt = Number.NEGATIVE_INFINITY
  private journalStamp = ''
  private readonly calendar: ReturnType<typeof calendar>
  private readonly passes: ReturnType<typeof entryFilter>
  /** Of whole accounts: a limit does not ask for projects and models. */
  private readonly passesAccount: ReturnType<typeof entryFilter>
  /** Of sessions, which are of one project each: what is old does not know it as well. */
  private readonly passesSession: ReturnType<typeof entryFilter>

  constructor(
    private readonly host: Host,
    private readonly options: Options,
    private readonly onProgress?: Progress,
  ) {
    const { projects, models, agents, profiles, projectNames } = options
    this.calendar = calendar(options.timeZone)
    this.passes = entryFilter({ projects, models, agents, profiles, projectNames }, this.calendar)
    this.passesAccount = entryFilter({ projects: [], models: [], agents, profiles }, this.calendar)
    this.passesSession = entryFilter({ projects: [], models, agents, profiles }, this.calendar)
  }

  /**
   * The figures of now; undefined where nothing is new. The first answer holds what the index gives, the second also what takes longer: the past of
   * windows, what servers said, what went wrong.
   */
  async poll(): Promise<LiveData | undefined> {
    const { follower, past } = this
    if (!follower) return this.begin()
    const isMore = past ? false : await this.readRest(follower)
    const isChanged = await follower.poll()
    const isSaid = this.readJournalAgain(follower)
    const isDue = this.host.now() - this.answeredAt >= this.restMs()
    return isMore || isChanged || isSaid || isDue ? this.answer(follower) : undefined
  }

  private async begin(): Promise<LiveData> {
    const { options, host } = this
    const machine = options.singleThread ? { ...host, threads: 1 } : host
    const { interval } = options.live
    const lookMs = interval === undefined ? undefined : Math.max(30, interval) * SECOND
    const follower = await Follower.open(machine, { ...options, keptMs: KEPT_MS, lookMs, onProgress: this.onProgress })
    this.follower = follower
    return this.answer(follower)
  }

  private async readRest(follower: Follower): Promise<boolean> {
    const { host, passesAccount, options } = this
    const past = new PastWindows(follower.blockHours, host.now())
    for (const rows of follower.past()) {
      past.take(passesAccount ? rows.filter(({ entry }) => passesAccount(entry)) : rows)
      const entries = rows.map(({ entry }) => entry)
      // Models without a price are reported where they are shown: in the tokens that have none.
      this.takeBefore(await follower.prices.price(entries, new Diagnostics()))
    }
    this.past = past
    await follower.readRecent()
    const { sources, agents } = follower.signalSources()
    follower.signals.take(
      keptReadings(host, sources, agents, { keeps: options.index, profileRoots: options.profileRoots }).readings,
    )
    this.journalStamp = this.stampOfJournal()
    return true
  }

  private takeBefore(rows: readonly PricedEntry[]): void {
    const { before, passesSession } = this
    before.take(passesSession ? rows.filter(({ entry }) => passesSession(entry)) : rows)
  }

  /** Responses that grow too old go into the sums, for the session may go on. */
  private takeEntries(followed: readonly PricedEntry[], now: number): void {
    const from = Math.max(this.keptFrom, now - KEPT_MS)
    const known = this.entries.length > 0 ? this.entries : followed
    this.takeBefore(known.filter(({ entry }) => entry.at >= this.keptFrom && entry.at < from))
    this.keptFrom = from
    this.followed = followed
    this.entries = followed.filter(({ entry }) => entry.at >= from)
    this.lastAt = this.entries.reduce((last, { entry }) => Math.max(last, entry.at), this.lastAt)
  }

  /** The status line adds to the journal what the server tells it. */
  private readJournalAgain(follower: Follower): boolean {
    const stamp = this.stampOfJournal()
    if (stamp === this.journalStamp) return false
    this.journalStamp = stamp
    const accounts = accountsOf(follower.signalSources().agents, this.options.profileRoots)
    follower.signals.take(readJournal(this.host, this.host.now() - KEPT_MS, accounts).readings)
    return true
  }

  private stampOfJournal(): string {
    try {
      const stat = this.host.stat(limitsPath(this.host))
      return stat ? `${stat.size} ${stat.mtimeMs}` : ''
    } catch {
      return '' // closed to us: what the logs say still counts
    }
  }

  /** How long an answer does where nothing is written: the last minute goes on by the second, everything else slower. */
  private restMs(): number {
    const ago = this.host.now() - this.lastAt
    return ago < MINUTE + SECOND ? 0 : ago < HOUR + MINUTE ? 5 * SECOND : 15 * SECOND
  }

  private answer(follower: Follower): LiveData {
    const { options, passes, passesAccount, before } = this
    const { projects, models } = options
    const now = this.host.now()
    this.answeredAt = now
    if (this.followed !== follower.entries) this.takeEntries(follower.entries, now)
    const ofAccounts = passesAccount ? this.entries.filter(({ entry }) => passesAccount(entry)) : this.entries
    const windows = liveWindows({
      entries: ofAccounts,
      past: this.past ?? new PastWindows(new Map(), now),
      readings: follower.signals.readings.filter(reading => this.isOfAccount(reading)),
      blockHours: follower.blockHours,
      tokenLimit: options.tokenLimit,
      now,
    })
    const entries = passes ? this.entries.filter(({ entry }) => passes(entry)) : this.entries
    return liveData(entries, {
      now,
      calendar: this.calendar,
      ofAccounts,
      ignored: [...(projects.length > 0 ? ['--project'] : []), ...(models.length > 0 ? ['--model'] : [])],
      windows,
      before: session => before.of(session),
      notes: follower.notes(),
      troubles: this.troublesOf(entries, follower),
      projectNames: options.projectNames,
      contextLimitOf: ({ entry: { model, at, provider } }) =>
        model === undefined ? undefined : follower.prices.lookup(model, at, provider)?.maxInput,
      toolsOf: entry => follower.toolsOf(entry),
      sources: follower.sources,
      diagnostics: follower.diagnostics().list(),
    })
  }

  /** What went wrong does not say of which project or model it was; its session does. */
  private troublesOf(entries: readonly PricedEntry[], { signals }: Follower): readonly Trouble[] {
    const { projects, models } = this.options
    if (projects.length + models.length === 0) return signals.troubles.filter(({ agent }) => this.isOfAgent(agent))
    const sessions = new Set(entries.map(({ entry }) => keyOf(entry)))
    return signals.troubles.filter(trouble => sessions.has(keyOf(trouble)))
  }

  private isOfAgent(agent: string): boolean {
    const { agents } = this.options
    return agents.length === 0 || agents.includes(agent)
  }

  private isOfAccount({ agent, profile }: LimitReading): boolean {
    const { profiles } = this.options
    return this.isOfAgent(agent) && (profiles.length === 0 || profiles.includes(profile ?? NO_PROFILE))
  }
}
