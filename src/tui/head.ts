/** The first line (today, who is at work, the time) and the last one (keys, or the filter while it is typed). */
import { isFault } from '../core/diagnostic.ts'
import type { LiveData } from '../core/live.ts'
import { diagnosticsLine } from '../render/diagnostic.ts'
import { clean, counted, short } from '../render/format.ts'
import { cutLine, type Line, padLine, space, text, widthOfLine } from './line.ts'
import { fitPieces, type Piece } from './pieces.ts'
import type { State } from './state.ts'
import { costOf } from './words.ts'

/** Agents with a session that had a response of late. */
const activeAgents = ({ sessions }: LiveData): readonly string[] => [
  ...new Set(sessions.filter(session => session.isActive).map(session => session.agent)),
]

const activity = (data: LiveData, state: State): Piece => {
  const agents = activeAgents(data).map(id => clean(state.look.agentName(id)))
  const number = data.sessions.filter(session => session.isActive).length
  if (agents.length === 0) return { line: text('none active', 'dim'), rank: 3 }
  const sessions = counted(number, 'session', 'sessions')
  const dot = text('● ', 'good')
  return {
    line: [...dot, ...text(`${sessions} active: ${agents.join(', ')}`)],
    short: [...dot, ...text(`${counted(agents.length, 'agent', 'agents')} active`)],
    rank: 3,
  }
}

const figures = (data: LiveData, state: State): Piece[] => {
  const { today } = data
  const tokens = `${short(today.tokens)} tokens`
  const { noCost } = state.look
  return [
    { line: noCost ? [] : [...text('today ', 'dim'), ...text(costOf(today), 'strong')], rank: 1 },
    { line: noCost ? [...text('today ', 'dim'), ...text(tokens, 'strong')] : text(tokens), rank: noCost ? 1 : 4 },
    { line: text(counted(today.calls, 'call', 'calls')), rank: 6 },
    activity(data, state),
    { line: noCost ? [] : text('API-equivalent cost, not a bill', 'dim'), rank: 7 },
  ]
}

/** `14:03:22` at the right end; before it what there is room for. */
export const header = (state: State, columns: number): Line => {
  const { data, look, isPaused } = state
  const time: Line = data ? text(look.clock(data.now).time) : []
  const end: Line = isPaused ? [...text('PAUSED', 'warn'), ...space(2), ...time] : time
  const room = columns - widthOfLine(end) - 2
  const name: Piece = { line: text('tokusage live', 'accent'), rank: 5 }
  const start = fitPieces([name, ...(data ? figures(data, state) : [])], room)
  return [...padLine(cutLine(start, Math.max(0, room)), room + 2), ...end]
}

const key = (name: string, meaning: string, rank: number): Piece => ({
  line: [...text(name, 'strong'), ...text(` ${meaning}`, 'dim')],
  rank,
})

const GAP = text('  ')

const typing = (filter: string, columns: number): Line => {
  const line: Line = [...text('/', 'accent'), ...text(filter), ...text('▏', 'accent')]
  return fitPieces(
    [
      { line, rank: 0 },
      { ...key('Enter', 'keeps it', 1), rank: 1 },
      { ...key('Esc', 'drops it', 1), rank: 2 },
    ],
    columns,
    GAP,
  )
}

const keysFor = ({ overlay, isPaused, filter }: State): Piece[] => {
  if (overlay === 'help') return [key('any key', 'closes this', 1), key('q', 'quit', 0)]
  const drops = overlay === 'detail' ? 'back' : filter === '' ? '' : 'no filter'
  return [
    key('q', 'quit', 0),
    ...(drops === '' ? [] : [key('Esc', drops, 2)]),
    key('s', 'sort', 3),
    key('r', 'reverse', 6),
    key('/', 'filter', 4),
    key('p', isPaused ? 'go on' : 'pause', 5),
    key('Tab', 'list', 7),
    ...(overlay === 'detail' ? [] : [key('Enter', 'detail', 8)]),
    key('?', 'help', 1),
  ]
}

/** What is wrong with the data, in a line; empty when nothing is. */
export const oddities = ({ data }: State): string => diagnosticsLine((data?.diagnostics ?? []).filter(isFault))

/** What is odd in the data stands at the right end; it is not left out for the less wanted keys. */
export const footer = (state: State, columns: number): Line => {
  if (state.isTyping) return typing(state.filter, columns)
  const pieces = keysFor(state)
  const long = oddities(state)
  if (long === '') return fitPieces(pieces, columns, GAP)
  const all = widthOfLine(fitPieces(pieces, Number.POSITIVE_INFINITY, GAP))
  const odd = text(all + long.length + 3 <= columns ? long : '! tokusage doctor', 'warn')
  const room = Math.max(0, columns - widthOfLine(odd) - 3)
  return [...padLine(fitPieces(pieces, room, GAP), room + 3), ...odd]
}
