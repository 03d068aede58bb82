/** How fast it goes: the last hour as a curve, the last minute against what is allowed, the cache, errors and retries. */
import type { LiveData } from '../core/live.ts'
import { count, counted, percent, short, shortUsd } from '../render/format.ts'
import { sparkline } from '../render/spark.ts'
import { chart, meter } from './bar.ts'
import { beside, joinLines, type Line, padLine, space, text, widthOfLine } from './line.ts'
import type { Look } from './look.ts'
import { toneOfShare } from './paint.ts'
import { DOT, fitPieces, type Piece } from './pieces.ts'

/** What the curve is of: money, or tokens where no prices are shown or known. */
const valuesOf = ({ minutes }: LiveData, { noCost }: Look) => {
  const isMoney = !noCost && minutes.some(minute => minute.usd > 0)
  return { isMoney, values: minutes.map(minute => (isMoney ? minute.usd : minute.tokens)) }
}

const NEARLY_HOUR = 55

const burn = (data: LiveData, { noCost }: Look): Piece[] => [
  {
    line: noCost ? [] : [...text(shortUsd(data.usdPerHour), 'strong'), ...text('/h')],
    rank: 0,
  },
  {
    line: [...text(short(data.tokensPerMinute), noCost ? 'strong' : 'plain'), ...text(' tokens/min')],
    short: text(`${short(data.tokensPerMinute)}/min`),
    rank: noCost ? 0 : 1,
  },
]

/** Over how long; of nearly an hour it need not be said. */
const span = ({ burnMinutes }: LiveData): Piece => ({
  line: text(burnMinutes < NEARLY_HOUR ? `over ${count(burnMinutes)} min` : '', 'dim'),
  rank: 2,
})

/** `12 of 50 requests`, in the tone of its share; without a limit the number alone. */
const against = (used: number, limit: number | undefined, one: string, many: string, of = ' of '): Line => {
  if (limit === undefined) return text(`${short(used)} ${used === 1 ? one : many}`)
  const tone = toneOfShare(limit > 0 ? used / limit : used > 0 ? 1 : 0)
  return [...text(short(used), tone === 'accent' ? 'strong' : tone), ...text(`${of}${short(limit)} ${many}`)]
}

const lastMinute = ({ lastMinute }: LiveData, look: Look, of?: string): readonly [Line, Line] => [
  against(lastMinute.calls, look.requestsPerMinute, 'request', 'requests', of),
  against(lastMinute.tokens, look.tokensPerMinute, 'token', 'tokens', of),
]

const cache = ({ cacheHitRate }: LiveData): Line =>
  cacheHitRate === undefined ? text('–', 'dim') : text(percent(cacheHitRate), 'strong')

const trouble = ({ errors, retries }: LiveData): Piece[] => [
  { line: text(counted(errors, 'error', 'errors'), errors > 0 ? 'bad' : 'plain'), rank: 0 },
  { line: text(counted(retries, 'retry', 'retries'), retries > 0 ? 'warn' : 'plain'), rank: 1 },
]

const label = (word: string): Line => text(`${word} `, 'dim')

const LEAST_CURVE = 12

/** One line: figures, then the curve in what is left; it is wanted more than words about the figures. */
export const burnLine = (data: LiveData, look: Look, columns: number): Line => {
  const { values } = valuesOf(data, look)
  const tail = '  last hour '
  const drawn = (pieces: readonly Piece[]): Line => [...label('Burn'), ...fitPieces(pieces, columns - 5)]
  const roomBeside = (line: Line): number => columns - widthOfLine(line) - tail.length
  const all = drawn([...burn(data, look), span(data)])
  const figures = roomBeside(all) < LEAST_CURVE ? drawn(burn(data, look)) : all
  const room = roomBeside(figures)
  if (room < LEAST_CURVE || values.length === 0) return all
  return [...figures, ...text(tail, 'dim'), ...text(sparkline(values, Math.min(60, room)), 'accent')]
}

/** Below this the figures have no room for a word before them. */
const UNNAMED = 56

/** One line: the last minute, the cache, what went wrong in the last hour. */
export const minuteLine = (data: LiveData, look: Look, columns: number): Line => {
  const lead = columns < UNNAMED ? [] : label('Last minute')
  return fitPieces(
    [
      {
        line: [...lead, ...joinLines(lastMinute(data, look), DOT)],
        short: [...lead, ...joinLines(lastMinute(data, look, '/'), DOT)],
        rank: 0,
      },
      { line: [...label('Cache'), ...cache(data)], rank: 2 },
      // Without any there is nothing to be missed.
      ...trouble(data).map((piece, n) => ({ ...piece, rank: (n === 0 ? data.errors : data.retries) > 0 ? 1 : 3 })),
    ],
    columns,
  )
}

/** One line: which figures pay no heed to a flag that was given; empty without such a flag. */
export const accountsLine = ({ ignored }: LiveData, columns: number): Line => {
  if (ignored.length === 0) return []
  const flags = `${ignored.join(' and ')} ${ignored.length > 1 ? 'do' : 'does'} not apply.`
  const line = text(`Windows and the last minute are of whole accounts: ${flags}`, 'dim')
  return fitPieces([{ line, short: text('Windows and last minute: of whole accounts', 'dim'), rank: 0 }], columns)
}

const CHART_ROWS = 4
export const PANEL_ROWS = CHART_ROWS + 1
const MINUTES = 60
const GAP = 3
const LABEL = 13
const METER = 10

const fact = (word: string, pieces: readonly Piece[], columns: number): Line => [
  ...padLine(text(word, 'dim'), LABEL),
  ...fitPieces(pieces, Math.max(0, columns - LABEL)),
]

const allowance = (used: number, limit: number | undefined): Line =>
  limit === undefined || limit <= 0 ? [] : [...space(1), ...meter(used / limit, METER)]

const facts = (data: LiveData, look: Look, columns: number): Line[] => {
  const [requests, tokens] = lastMinute(data, look)
  const { calls, tokens: used } = data.lastMinute
  const held = (line: Line, bar: Line): Piece => ({ line: [...line, ...bar], short: line, rank: 0 })
  return [
    fact('Burn', [...burn(data, look), span(data)], columns),
    fact('Last minute', [held(requests, allowance(calls, look.requestsPerMinute))], columns),
    fact('', [held(tokens, allowance(used, look.tokensPerMinute))], columns),
    fact('Cache', [{ line: [...cache(data), ...text(' of prompt tokens')], short: cache(data), rank: 0 }], columns),
    fact('Last hour', trouble(data), columns),
  ]
}

const peakOf = (data: LiveData, look: Look): string => {
  const { isMoney, values } = valuesOf(data, look)
  const peak = values.reduce((most, value) => Math.max(most, value), 0)
  return isMoney ? shortUsd(peak) : `${short(peak)} tokens`
}

/** Five lines: a chart of the last hour with the figures beside it. */
export const pulsePanel = (data: LiveData, look: Look, columns: number): Line[] => {
  const { values } = valuesOf(data, look)
  const wide = columns >= 180 ? 2 : 1
  const width = MINUTES * wide
  const bars = chart(values.slice(-MINUTES), CHART_ROWS, wide, 'accent')
  const title = [...text('Last hour by minute', 'dim'), ...DOT, ...text(`peak ${peakOf(data, look)} a minute`, 'dim')]
  return beside([title, ...bars], facts(data, look, columns - width - GAP), width, GAP)
}
