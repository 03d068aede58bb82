/** The limits as a plain run shows them: one line each with a bar, then what the figures leave open. */
import type { Gauge, Verdict } from './limits.ts'
import { durationText, harmless, percentText, tokensText, useText, windowName } from './texts.ts'

/** A verdict with what a person calls it. */
export interface NamedVerdict {
  readonly verdict: Verdict
  /** `dearest session 1a2b3c4d`, `today`, `since 2026-03-01`. */
  readonly name: string
}

export type LineTone = 'plain' | 'dim' | 'bad' | 'accent'

export interface Line {
  readonly text: string
  readonly tone: LineTone
}

const BAR_COLUMNS = 10

const barOf = (percent: number): string => {
  const full = Math.min(BAR_COLUMNS, Math.floor((percent / 100) * BAR_COLUMNS))
  return '█'.repeat(full) + '░'.repeat(BAR_COLUMNS - full)
}

const toneOf = ({ isReached, threshold }: Verdict): LineTone =>
  isReached ? 'bad' : threshold === undefined ? 'plain' : 'accent'

const noteOf = ({ gauge, percent }: Verdict, now: number): string => {
  if (percent === undefined) return gauge.kind === 'window' ? 'the server has said nothing' : 'not known'
  return gauge.resetsAt === undefined ? '' : `resets in ${durationText(gauge.resetsAt - now)}`
}

/** `now`: epoch ms. */
export const limitLines = (named: readonly NamedVerdict[], now: number): Line[] => {
  const cells = named.map(({ verdict, name }) => ({
    verdict,
    name: harmless(name),
    use: useText(verdict.gauge),
    share: verdict.percent === undefined ? '? %' : percentText(verdict.percent),
  }))
  const widest = (pick: (cell: (typeof cells)[number]) => string): number =>
    cells.reduce((most, cell) => Math.max(most, pick(cell).length), 0)
  const [name, use, share] = [widest(cell => cell.name), widest(cell => cell.use), widest(cell => cell.share)]
  const rows = cells.map(cell => ({
    text: [
      cell.name.padEnd(name),
      cell.use.padStart(use),
      cell.share.padStart(share),
      barOf(cell.verdict.percent ?? 0),
      noteOf(cell.verdict, now),
    ]
      .join('  ')
      .trimEnd(),
    tone: toneOf(cell.verdict),
  }))
  return [...rows, ...unpricedLines(named)]
}

const unpricedLines = (named: readonly NamedVerdict[]): Line[] => {
  const most = named.reduce((sum, { verdict }) => Math.max(sum, verdict.gauge.unpricedTokens), 0)
  if (most === 0) return []
  return [{ text: `${tokensText(most)} tokens have no known price: the figures are lower bounds.`, tone: 'dim' }]
}

export const windowLabel = (agent: string, { minutes }: Pick<Gauge, 'minutes'>): string =>
  minutes === undefined ? agent : `${agent}, ${windowName(minutes)}`

/** A verdict as a value for `JSON.stringify`; null is what is not known. */
export const verdictJson = ({ gauge, percent, threshold, isReached }: Verdict) => ({
  limit: gauge.kind,
  unit: gauge.unit,
  used: gauge.used ?? null,
  allowed: gauge.limit,
  percent: percent === undefined ? null : percent,
  threshold: threshold ?? null,
  reached: isReached,
  unpricedTokens: gauge.unpricedTokens,
  ...(gauge.kind === 'session' && gauge.scope !== '' ? { sessionId: gauge.scope } : {}),
  ...(gauge.kind === 'window'
    ? {
        agent: gauge.agent ?? null,
        minutes: gauge.minutes ?? null,
        resetsAt: gauge.resetsAt === undefined ? null : new Date(gauge.resetsAt).toISOString(),
      }
    : {}),
})
