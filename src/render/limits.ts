/** The screen of limits: each account's windows with bars of use and of time, what is expected, and what leaves next. */
import {
  type EstimatedWindow,
  type LimitProjection,
  type LimitsReport,
  type LimitWindow,
  type LocalSum,
  type ServerWindow,
  wholePercent,
} from '../core/limits.ts'
import { diagnosticsLine } from './diagnostic.ts'
import { clean, count, counted, short } from './format.ts'
import { useLines } from './limits-why.ts'
import { accountName, agoText, inText, localText, momentText, pointsText, spanText } from './limits-words.ts'
import { titleLines } from './report-table.ts'
import { type Theme, type Tone, theme } from './theme.ts'
import type { View } from './view.ts'
import { wrap } from './width.ts'

export interface LimitsView extends View {
  /** The most rows of a list. */
  readonly limit: number | undefined
}

const BAR = 20
/** From here on a window is nearly gone. */
const HIGH_PERCENT = 80

export const renderLimits = (report: LimitsReport, view: LimitsView): string => {
  const paint = theme(view.color)
  const { day, time } = view.clock(report.now)
  const title = titleLines(['Limits', `${day} ${time.slice(0, 5)}`, report.timeZone], view)
  const notes = notesOf(report).flatMap(note => wrap(note, view.width, '  '))
  return [
    ...(view.quiet ? [] : [...title.map(line => paint(line, 'accent')), '']),
    ...(report.windows.length === 0 ? emptyLines(view, paint) : accountLines(report, view, paint)),
    ...(report.uses ?? []).flatMap(use => ['', ...useLines(use, report, view, paint)]),
    ...(notes.length > 0 ? ['', ...notes.map(line => paint(line, 'dim'))] : []),
  ].join('\n')
}

const emptyLines = (view: View, paint: Theme): string[] => [
  paint('No limit is known, and no window runs.', 'strong'),
  ...wrap(
    "Logs of some agents hold what the server said; others say it to their status line: 'tokusage statusline --install' keeps it.",
    view.width,
  ),
]

const accountLines = (report: LimitsReport, view: View, paint: Theme): string[] => {
  const names = [...new Set(report.windows.map(window => accountName(window, view)))]
  return names.flatMap((name, n) => {
    const windows = report.windows.filter(window => accountName(window, view) === name)
    const sliding = report.sliding.filter(one => accountName(one, view) === name)
    return [
      ...(n > 0 ? [''] : []),
      paint(name, 'strong'),
      ...windows.flatMap(window => windowLines(window, report, view, paint)),
      ...sliding.flatMap(({ minutes, tokens, nextAt, nextTokens }) =>
        wrap(
          `  ${inText(nextAt - report.now)} ${count(nextTokens)} of ${count(tokens)} tokens leave the last ${spanText(minutes)}`,
          view.width,
          '    ',
        ),
      ),
    ]
  })
}

const windowLines = (window: LimitWindow, report: LimitsReport, view: View, paint: Theme): string[] => {
  const facts = window.basis === 'server' ? serverFacts(window, report, view) : estimatedFacts(window, report, view)
  const heading = `  ${spanText(window.minutes)}, ${window.basis === 'server' ? serverText(window) : 'estimated from local logs'}`
  return [
    ...wrap(heading, view.width, '    '),
    ...facts.flatMap(({ bar, text, tone }) => {
      const lead = ' '.repeat(bar === undefined ? 4 : BAR + 6)
      return wrap(lead + text, view.width, lead).map((line, n) => {
        const drawn = paint(line.slice(lead.length), bar === undefined ? (tone ?? 'dim') : undefined)
        return n === 0 && bar !== undefined ? `    ${paint(bar, tone)}  ${drawn}` : lead + drawn
      })
    }),
  ]
}

const serverText = ({ limit, plan }: ServerWindow): string =>
  [
    'as the server says',
    ...(limit === undefined ? [] : [`limit ${clean(limit)}`]),
    ...(plan === undefined ? [] : [`plan ${clean(plan)}`]),
  ].join(', ')

interface Fact {
  readonly bar?: string | undefined
  readonly text: string
  readonly tone?: Tone | undefined
}

const barOf = (percent: number): string => {
  const full = Math.round((Math.min(100, Math.max(0, percent)) / 100) * BAR)
  const shown = percent > 0 ? Math.max(1, full) : 0
  return '█'.repeat(shown) + '░'.repeat(BAR - shown)
}

const toneOf = (percent: number): Tone => (percent >= HIGH_PERCENT ? 'bad' : 'accent')

const percentText = (percent: number): string =>
  percent > 0 && percent < 0.5 ? '<1%' : `${count(wholePercent(percent))}%`

/** How long the server has said so: it is not told again while nothing changes. */
const sinceText = ({ readAt, readPercent }: ServerWindow, now: number, view: View): string =>
  `${percentText(readPercent)} since ${momentText(readAt, now, view)}, ${agoText(now - readAt)}`

const unexplainedText = ({ unexplained = 0, isByPrice }: ServerWindow): string[] =>
  unexplained > 0 ? [`${isByPrice ? 'about' : 'at least'} ${pointsText(unexplained)} not in local logs`] : []

const localFact = (local: LocalSum | undefined, view: View): string[] =>
  local === undefined ? [] : [local.entries === 0 ? 'nothing in local logs' : `${localText(local, view)} in local logs`]

const serverFacts = (window: ServerWindow, { now }: LimitsReport, view: View): Fact[] => {
  const { usedPercent, endAt, local } = window
  if (usedPercent === undefined) {
    const reset = endAt === undefined ? 'reset since' : `reset ${momentText(endAt, now, view)}, ${agoText(now - endAt)}`
    return [
      { bar: barOf(0), text: `${reset}: 0% at best, unknown since`, tone: 'dim' },
      { text: `Before that ${sinceText(window, now, view)}` },
    ]
  }
  const end = endAt === undefined ? '' : `, resets ${momentText(endAt, now, view)}, ${inText(endAt - now)}`
  return [
    { bar: barOf(usedPercent), text: `${percentText(usedPercent)} used${end}`, tone: toneOf(usedPercent) },
    ...timeFacts(window),
    ...projectionFacts(window, now, view),
    { text: [sinceText(window, now, view), ...localFact(local, view), ...unexplainedText(window)].join('; ') },
  ]
}

const estimatedFacts = (window: EstimatedWindow, { now }: LimitsReport, view: View): Fact[] => {
  const { usedPercent, tokenLimit, limitBasis, endAt, local } = window
  const of = limitBasis === 'given' ? '--token-limit' : 'your own highest window'
  return [
    usedPercent === undefined || tokenLimit === undefined
      ? { text: 'Nothing to hold it against: this is your first window. --token-limit gives a limit' }
      : {
          bar: barOf(usedPercent),
          text: `${percentText(usedPercent)} of ${of} (${count(tokenLimit)} tokens)`,
          tone: toneOf(usedPercent),
        },
    ...timeFacts(window),
    { text: `Ends about ${momentText(endAt, now, view)}, ${inText(endAt - now)}; ${localText(local, view)}` },
    ...projectionFacts(window, now, view),
  ]
}

const timeFacts = ({ elapsedPercent, usedPercent }: LimitWindow): Fact[] =>
  elapsedPercent === undefined
    ? []
    : [
        {
          bar: barOf(elapsedPercent),
          text: [`${percentText(elapsedPercent)} of the time`, ...paceText(usedPercent, elapsedPercent)].join('; '),
          tone: 'dim',
        },
      ]

/** `pace +12 points: ahead of the clock`; of the figures above it, so that they add up. */
const paceText = (usedPercent: number | undefined, elapsedPercent: number): string[] => {
  if (usedPercent === undefined) return []
  const points = wholePercent(usedPercent) - wholePercent(elapsedPercent)
  if (points === 0) return ['pace ±0: level with the clock']
  const size = counted(Math.abs(points), 'point', 'points')
  return [points > 0 ? `pace +${size}: ahead of the clock` : `pace −${size}: behind the clock`]
}

const projectionFacts = (window: LimitWindow, now: number, view: View): Fact[] => {
  const { projection, usedPercent } = window
  if (projection === undefined) return []
  if (window.basis === 'server' && usedPercent !== undefined && usedPercent >= 100)
    return [{ text: 'Full: nothing is left of it', tone: 'bad' }]
  const { fullBetween } = projection
  const basis = basisText(projection)
  if (fullBetween === undefined) return [{ text: `${endText(projection)}; ${basis}` }]
  const isServer = window.basis === 'server'
  if (!isServer && usedPercent !== undefined && usedPercent >= 100)
    return [{ text: `Past ${limitText(window)}`, tone: 'bad' }, { text: `${endText(projection)}; ${basis}` }]
  return [
    ...(isServer ? [] : [{ text: endText(projection) }]),
    { text: `${fullText(window, fullBetween, now, view)}; ${basis}`, tone: 'bad' },
  ]
}

const endText = ({ unit, middle, high }: LimitProjection): string => {
  const amount = (n: number): string => (unit === 'tokens' ? `${short(Math.round(n))} tokens` : percentText(n))
  const bound = unit === 'points' && high >= 100 ? 'full in more than 1 of 10' : `9 in 10 below ${amount(high)}`
  return `At its end about ${amount(middle)}, ${bound}`
}

const basisText = ({ windows, isByRate, isConverted }: LimitProjection): string => {
  if (!isByRate) return `by ${counted(windows, 'past window', 'past windows')}${isConverted ? ' of local logs' : ''}`
  const known = windows === 0 ? 'no past window is' : `only ${counted(windows, 'past window is', 'past windows are')}`
  return `a guess from the recent rate, for ${known} known`
}

const limitText = (window: LimitWindow): string =>
  window.basis !== 'server' && window.limitBasis === 'given' ? '--token-limit' : 'your own highest window'

const fullText = (window: LimitWindow, [early, late]: readonly [number, number], now: number, view: View): string => {
  const from = momentText(early, now, view)
  const until = window.endAt !== undefined && late >= window.endAt ? 'its end' : momentText(late, now, view)
  const what = window.basis === 'server' ? 'be full' : `reach ${limitText(window)}`
  return `Expected to ${what} ${from === until ? `at ${from}` : `between ${from} and ${until}`}`
}

const notesOf = ({ sliding, windows, ignored, diagnostics }: LimitsReport): string[] => [
  ...(sliding.length > 0 && windows.some(({ basis }) => basis === 'server')
    ? [
        "What leaves the last hours or days is a view that slides; a server's window does not: all of it frees at its reset.",
      ]
    : []),
  ...(ignored.length > 0
    ? [`A limit is of an account, so ${ignored.join(' and ')} ${ignored.length > 1 ? 'do' : 'does'} not apply.`]
    : []),
  ...[diagnosticsLine(diagnostics)].filter(line => line !== ''),
]
