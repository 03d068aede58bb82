/**
 * Billing windows: one line each (bar, %, tokens, cost, time left) and one of detail (what is expected, and where the figure comes from).
 * A stroke in the bar stands where now is between the window's start and end.
 */

import { wholePercent } from '../core/limits.ts'
import type { LiveData, LiveWindow } from '../core/live.ts'
import { clean, count, duration, short } from '../render/format.ts'
import { meter } from './bar.ts'
import { drawList, type ListColumn } from './columns.ts'
import { cutLine, type Line, space, text, widthOfLine } from './line.ts'
import type { Look } from './look.ts'
import { toneOfShare } from './paint.ts'
import { fitPieces, type Piece } from './pieces.ts'
import { agoOf, costOf, momentOf, windowName } from './words.ts'

/** Below this a name says nothing. */
const LEAST_NAME = 3

/** `Ember Code (work) spark`: the account's name and the limit's. The agent's gives way first: it tells them apart the least. */
const nameOf = ({ agent, profile, limit }: LiveWindow, look: Look, columns: number): Line => {
  const own = [profile === undefined ? '' : `(${clean(profile)})`, clean(limit ?? '')].filter(part => part !== '')
  const tail = text(own.join(' '))
  const name = text(clean(look.agentName(agent)))
  const room = columns - widthOfLine(tail) - 1
  if (own.length === 0) return name
  return room < LEAST_NAME ? tail : [...cutLine(name, room), ...space(1), ...tail]
}

const barOf = (window: LiveWindow, now: number, columns: number): Line => {
  const { usedPercent, startAt, endAt } = window
  return meter(usedPercent === undefined ? undefined : usedPercent / 100, columns, (now - startAt) / (endAt - startAt))
}

const percentOf = ({ usedPercent }: LiveWindow): Line => {
  if (usedPercent === undefined) return text('–', 'dim')
  const share = usedPercent / 100
  return text(`${wholePercent(usedPercent)}%`, toneOfShare(share) === 'accent' ? 'strong' : toneOfShare(share))
}

const leftOf = ({ endAt }: LiveWindow, now: number, isTerse: boolean): Line =>
  endAt > now ? [...text(duration(endAt - now)), ...text(isTerse ? '' : ' left', 'dim')] : text('over', 'dim')

/** Below this the words around figures go. */
const TERSE = 70

const columnsFor = (now: number, look: Look, width: number): ListColumn<LiveWindow>[] => {
  const isTerse = width < TERSE
  const least = width < 60 ? { agent: 8, bar: 8 } : { agent: 12, bar: isTerse ? 10 : 16 }
  return [
    { title: '', cell: (w, columns) => nameOf(w, look, columns), least: least.agent, most: 28, grows: true },
    { title: '', cell: w => text(windowName(w.minutes), 'strong'), least: 4, most: 8 },
    { title: '', cell: (w, columns) => barOf(w, now, columns), least: least.bar, most: 40, grows: true, drop: 5 },
    { title: '', cell: percentOf, least: 4, most: 6, align: 'right' },
    { title: '', cell: w => text(short(w.tokens)), least: 5, most: 8, align: 'right', drop: 2 },
    ...(look.noCost
      ? []
      : [
          {
            title: '',
            cell: costOfWindow,
            least: 6,
            most: 10,
            align: 'right',
            drop: 3,
          } satisfies ListColumn<LiveWindow>,
        ]),
    { title: '', cell: w => leftOf(w, now, isTerse), least: 6, most: 12, align: 'right', drop: 4 },
    {
      title: '',
      cell: w => [...text('ends ', 'dim'), ...text(momentOf(w.endAt, now, look), 'dim')],
      least: 10,
      most: 15,
      drop: 1,
    },
  ]
}

const costOfWindow = (window: LiveWindow): Line => text(costOf(window), 'strong')

/** In percent where the server counts, as its figure is. */
const expected = ({ projection, expectedPercent, isGuess }: LiveWindow): Piece => {
  const found = expectedPercent ?? projection
  if (!found) return { line: [], rank: 1 }
  const amount = (n: number): string => (expectedPercent ? `${wholePercent(n)}%` : short(n))
  const range = ` (${amount(found.low)} to ${amount(found.high)})${isGuess ? ', a guess' : ''}`
  const middle = amount(found.middle)
  return {
    line: [
      ...text('at the end ', 'dim'),
      ...text(expectedPercent ? middle : `${middle} tokens`),
      ...text(range, 'dim'),
    ],
    short: [...text('end ', 'dim'), ...text(middle), ...text(range, 'dim')],
    rank: 1,
  }
}

const full = ({ fullBetween }: LiveWindow, now: number, look: Look): Piece => {
  if (!fullBetween) return { line: [], rank: 0 }
  const [early, late] = fullBetween.map(at => momentOf(at, now, look))
  return { line: text(early === late ? `full at ${early}` : `full ${early} to ${late}`, 'warn'), rank: 0 }
}

/** Where the percentage comes from. */
const basis = ({ basis, saidAt, tokenLimit }: LiveWindow, now: number): Piece => {
  const of = tokenLimit === undefined ? '' : ` ${short(tokenLimit)}`
  switch (basis) {
    case 'server': {
      const age = saidAt === undefined ? '' : `, ${agoOf(saidAt, now)}`
      return { line: text(`said by the server${age}`, 'dim'), short: text(`server${age}`, 'dim'), rank: 2 }
    }
    case 'given':
      return { line: text(`of your limit${of}`, 'dim'), short: text(`limit${of}`, 'dim'), rank: 2 }
    case 'own-highest':
      return { line: text(`of your own highest${of}`, 'dim'), short: text('own highest', 'dim'), rank: 2 }
    case undefined:
      return { line: text('no limit known', 'dim'), rank: 3 }
  }
}

const estimated = ({ isEstimated }: LiveWindow): Piece => ({
  line: isEstimated ? text('window estimated', 'dim') : [],
  short: isEstimated ? text('estimated', 'dim') : [],
  rank: 2,
})

const detail = (window: LiveWindow, now: number, look: Look, columns: number): Line =>
  fitPieces(
    [
      full(window, now, look),
      expected(window),
      basis(window, now),
      estimated(window),
      { line: text(`${count(window.calls)} calls`, 'dim'), rank: 4 },
    ],
    columns,
  )

/** So many lines are wanted for details to stand beside the bars. */
const WIDE = 150
const GAP = 2

export const detailsAreBeside = (columns: number): boolean => columns >= WIDE

/** The first `most` windows; `details` of them with a line of their own beneath, unless there is room beside. */
export const drawWindows = (
  { windows, now }: LiveData,
  look: Look,
  columns: number,
  most: number,
  details: number,
): Line[] => {
  const shown = windows.slice(0, most)
  const isBeside = detailsAreBeside(columns)
  const width = isBeside ? 100 : columns
  const { rows, starts } = drawList(columnsFor(now, look, width), shown, width)
  const indent = columns < 90 ? 2 : (starts[2] ?? 2)
  return shown.flatMap((window, n): Line[] => {
    const row = rows[n] ?? []
    if (isBeside) return [[...row, ...space(GAP), ...detail(window, now, look, columns - width - GAP)]]
    if (n >= details) return [row]
    return [row, [...space(indent), ...detail(window, now, look, columns - indent)]]
  })
}
