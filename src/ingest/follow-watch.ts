/**
 * Finds out which logs were written to, by asking for their size and time: cheap, and the same on every file system, which notifications are
 * not. Logs of the last minutes are asked at every look, those of the day in turn, and now and then everything is looked for anew.
 */
import { dirname } from 'node:path'
import type { Agent } from '../agents/define.ts'
import { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource } from '../core/entry.ts'
import type { FileStat, Host } from '../host/host.ts'
import { besideOf, keyOf } from '../store/sources.ts'
import { type AgentLook, discover, type ProfileRoots } from './discover.ts'

/** A log, and what it looked like when it was last handed out. */
export interface Watched {
  /** From 1. */
  readonly number: number
  source: LogSource
  /** The state of the files beside it; undefined as long as nobody asked. */
  beside: number | undefined
}

const DAY_MS = 86_400_000
/** A log written to within this time is asked at every look. */
const BUSY_MS = 900_000
/** How many of the day's other logs are asked at each look. */
const TURN = 64
/** How many logs' folders are watched for new files. */
const FOLDER_LOGS = 64
/** How long after a change of a folder more is expected to come: a session's folder comes before its sub-agents'. */
const STIR_MS = 10_000
/** Looking for everything takes at most this share of the time, and this share while folders change. */
const CALM_SHARE = 1 / 200
const STIRRED_SHARE = 1 / 20

export class Watch {
  /** Where agents were looked for. */
  looks: readonly AgentLook[] = []
  private readonly known = new Map<string, Watched>()
  private busy: Watched[] = []
  private others: Watched[] = []
  private turn = 0
  private readonly folders = new Map<string, number>()
  private lookedAt = Number.NEGATIVE_INFINITY
  private tookMs = 0
  private stirredAt = Number.NEGATIVE_INFINITY
  private odd = new Diagnostics()

  constructor(
    private readonly host: Host,
    private readonly agents: readonly Agent[],
    private readonly profiles: ProfileRoots,
    /** The longest time between two searches for everything. */
    private readonly lookMs: number,
  ) {}

  /** How many logs there are. */
  get size(): number {
    return this.known.size
  }

  /** What was odd about the folders when they were last looked through. */
  get diagnostics(): Diagnostics {
    return this.odd
  }

  sources(): readonly Watched[] {
    return [...this.known.values()]
  }

  /** The logs that were written to since they were last handed out, new ones included. */
  poll(): readonly Watched[] {
    const now = this.host.now()
    if (this.isStirred()) this.stirredAt = now
    const changed = new Set(this.isDue(now) ? this.lookAround() : [])
    for (const watched of [...this.busy, ...this.nextOthers()]) if (this.hasChanged(watched)) changed.add(watched)
    for (const watched of changed) if (!this.busy.includes(watched)) this.busy.push(watched)
    return [...changed]
  }

  private isDue(now: number): boolean {
    const ago = now - this.lookedAt
    if (ago >= Math.max(this.lookMs, this.tookMs / CALM_SHARE)) return true
    return now - this.stirredAt < STIR_MS && ago >= this.tookMs / STIRRED_SHARE
  }

  /** Looks for all logs; those that are new or were written to. */
  lookAround(): Watched[] {
    const startedAt = this.host.now()
    const changed: Watched[] = []
    this.odd = new Diagnostics()
    this.looks = discover(this.host, this.agents, this.profiles, this.odd, source => {
      const key = keyOf(source)
      const known = this.known.get(key)
      const beside = this.isOfDay(source, startedAt) ? this.besideOf(source) : undefined
      const isBeside = (known?.beside ?? beside) === (beside ?? known?.beside)
      if (known && isSame(known.source, source) && isBeside) return
      const watched = known ?? { number: this.known.size + 1, source, beside }
      watched.source = source
      watched.beside = beside ?? watched.beside
      this.known.set(key, watched)
      changed.push(watched)
    })
    this.lookedAt = this.host.now()
    this.tookMs = this.lookedAt - startedAt
    this.sort(this.lookedAt)
    return changed
  }

  /** Whether a log is asked at all between two searches; a database is mostly written beside, so its own time says nothing. */
  private isOfDay({ kind, mtimeMs }: LogSource, now: number): boolean {
    return kind === 'database' || now - mtimeMs < DAY_MS
  }

  private sort(now: number): void {
    const ofDay = [...this.known.values()]
      .filter(({ source }) => this.isOfDay(source, now))
      .sort((a, b) => b.source.mtimeMs - a.source.mtimeMs)
    const isBusy = ({ source }: Watched): boolean => source.kind === 'database' || now - source.mtimeMs < BUSY_MS
    this.busy = ofDay.filter(isBusy)
    this.others = ofDay.filter(watched => !isBusy(watched))
    const wanted = new Set(this.looks.flatMap(look => look.roots.flatMap(root => (root.isFound ? root.path : []))))
    for (const { source } of ofDay.slice(0, FOLDER_LOGS)) {
      const folder = dirname(source.path)
      wanted.add(folder).add(dirname(folder))
    }
    for (const path of this.folders.keys()) if (!wanted.has(path)) this.folders.delete(path)
    for (const path of wanted) if (!this.folders.has(path)) this.folders.set(path, this.timeOf(path))
  }

  private nextOthers(): readonly Watched[] {
    if (this.others.length <= TURN) return this.others
    const from = this.turn % this.others.length
    this.turn = from + TURN
    return this.others.slice(from, from + TURN)
  }

  /** Whether files came or went in a folder. */
  private isStirred(): boolean {
    let isStirred = false
    for (const [path, time] of this.folders) {
      const now = this.timeOf(path)
      if (now === time) continue
      this.folders.set(path, now)
      isStirred = true
    }
    return isStirred
  }

  private timeOf(path: string): number {
    return this.statOf(path)?.mtimeMs ?? 0
  }

  private hasChanged(watched: Watched): boolean {
    const { source } = watched
    const stat = this.statOf(source.path)
    if (stat?.kind !== 'file') return false // gone, or closed to us: what was read of it stays
    const { size, mtimeMs, device, inode } = stat
    const fresh = { ...source, size, mtimeMs, device, inode }
    const beside = this.besideOf(source)
    const isOther = !isSame(source, fresh) || (watched.beside ?? beside) !== beside
    watched.beside = beside
    if (isOther) watched.source = fresh
    return isOther
  }

  private besideOf(source: LogSource): number {
    return besideOf(source, path => {
      const stat = this.statOf(path)
      return stat ? `${path} ${stat.size} ${stat.mtimeMs} ${stat.inode}` : path
    })
  }

  private statOf(path: string): FileStat | undefined {
    try {
      return this.host.stat(path)
    } catch {
      return undefined // closed to us: looking around says so
    }
  }
}

const isSame = (a: LogSource, b: LogSource): boolean =>
  a.size === b.size &&
  a.mtimeMs === b.mtimeMs &&
  a.inode === b.inode &&
  a.profile === b.profile &&
  (a.beside === b.beside || a.beside?.join('\n') === b.beside?.join('\n'))
