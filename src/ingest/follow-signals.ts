/** Limits and troubles that the logs speak of, as far back as they matter to a monitor. */
import type { Agent } from '../agents/define.ts'
import type { LogSource } from '../core/entry.ts'
import { type LimitReading, limitLine } from '../core/limit.ts'
import type { Trouble } from '../core/signal.ts'
import type { Host } from '../host/host.ts'
import { keyOf } from '../store/sources.ts'
import { READINGS_MS } from './kept-signals.ts'
import { readSignalsOf, type SignalMark } from './signals.ts'

/** Troubles are kept for this long, and logs written to since are read for them. */
const KEPT_MS = 5 * 3_600_000
/** An agent's newest logs are read however old they are: they know its limits last. */
const NEWEST = 3

export class FollowedSignals {
  /** All that are known, each once: what a window was like before tells what it will be like. */
  readings: readonly LimitReading[] = []
  private readonly byLine = new Map<string, LimitReading>()
  private readonly marks = new Map<string, SignalMark>()
  private readonly known = new Map<string, Trouble>()

  constructor(
    private readonly host: Host,
    private readonly agents: readonly Agent[],
  ) {}

  /** Each once, also where several logs hold copies of it. */
  get troubles(): readonly Trouble[] {
    return [...this.known.values()]
  }

  /** Reads the logs that may still matter. */
  async begin(sources: readonly LogSource[]): Promise<void> {
    const now = this.host.now()
    for (const agent of this.agents) {
      if (!agent.signals) continue
      const own = sources.filter(source => source.agent === agent.id).sort((a, b) => b.mtimeMs - a.mtimeMs)
      for (const [n, source] of own.entries()) {
        if (n >= NEWEST && now - source.mtimeMs > KEPT_MS) break
        this.read(source)
        await pause()
      }
    }
  }

  read(source: LogSource): void {
    const agent = this.agents.find(({ id }) => id === source.agent)
    const found = agent?.signals && readSignalsOf(this.host, agent, source, this.marks.get(keyOf(source)))
    if (!found) return
    this.marks.set(keyOf(source), found.mark)
    this.take(found.readings, found.troubles)
  }

  /** Takes in what is known from elsewhere, too. */
  take(readings: readonly LimitReading[], troubles: readonly Trouble[] = []): void {
    const now = this.host.now()
    for (const reading of readings) if (reading.at > now - READINGS_MS) this.byLine.set(limitLine(reading), reading)
    if (readings.length > 0) this.readings = [...this.byLine.values()].filter(({ at }) => at > now - READINGS_MS)
    const since = now - KEPT_MS
    for (const trouble of troubles) this.known.set(keyOfTrouble(trouble), trouble)
    for (const [key, { at }] of this.known) if (at < since) this.known.delete(key)
  }
}

const keyOfTrouble = ({ agent, at, kind, status }: Trouble): string => `${agent} ${at} ${kind} ${status ?? ''}`

/** Lets keys and the screen have their turn. */
const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
