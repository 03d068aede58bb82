/** One session in full: what the list has no room for, and its last calls. */
import type { LiveSession } from '../core/live.ts'
import { clean, count, counted, duration, modelName, percent, short, shortUsd } from '../render/format.ts'
import { drawList } from './columns.ts'
import { beside, type Line, padLine, space, text } from './line.ts'
import { callColumns } from './list-columns.ts'
import { projectName, selectedRow, sessionKey, sessionName, sessionsOf } from './rows.ts'
import type { State } from './state.ts'
import { agoOf, costOf, momentOf } from './words.ts'

const LABEL = 10

const fact = (word: string, value: string): Line => [...padLine(text(word, 'dim'), LABEL), ...text(value || '–')]

const size = ({ context, contextLimit }: LiveSession): string =>
  contextLimit === undefined || contextLimit <= 0
    ? `${short(context)} tokens`
    : `${short(context)} of ${short(contextLimit)} tokens (${percent(context / contextLimit)})`

const facts = (session: LiveSession, state: State, now: number): Line[] => {
  const { look } = state
  const branch = clean(session.branch ?? '')
  const project = projectName(session.project)
  return [
    fact('Project', branch === '' ? project : `${project} (${branch})`),
    fact('Agent', clean(look.agentName(session.agent))),
    fact('Model', modelName(session.model)),
    fact('Started', `${momentOf(session.firstAt, now, look)}, ${duration(session.lastAt - session.firstAt)} of work`),
    fact('Seen', agoOf(session.lastAt, now)),
    fact('Id', clean(session.session ?? '')),
  ]
}

const figures = (session: LiveSession, { look }: State): Line[] => [
  ...(look.noCost ? [] : [fact('Cost', `${costOf(session)}, ${shortUsd(session.usdPerHour)}/h now`)]),
  fact('Tokens', `${count(session.tokens)}, ${short(session.tokensPerMinute)}/min now`),
  ...(session.unpricedTokens > 0 ? [fact('Unpriced', counted(session.unpricedTokens, 'token', 'tokens'))] : []),
  fact('Context', size(session)),
  fact('Cache', session.cacheHitRate === undefined ? '–' : `${percent(session.cacheHitRate)} of prompt tokens`),
  fact(
    'Calls',
    `${count(session.calls)}, ${counted(session.errors, 'error', 'errors')}, ${counted(session.retries, 'retry', 'retries')}`,
  ),
]

const SIDE = 76
const GAP = 3

export const drawDetail = (state: State, columns: number, rows: number): Line[] => {
  const { data } = state
  const session = sessionsOf(state)[selectedRow(state, 'sessions')]
  if (!data || !session) return []
  const half = Math.floor((columns - GAP) / 2)
  const both = [facts(session, state, data.now), figures(session, state)] as const
  const body = columns >= SIDE ? beside(both[0], both[1], half, GAP) : both.flat()
  const calls = data.calls.filter(call => sessionKey(call) === sessionKey(session))
  const { titles, rows: drawn } = drawList(callColumns(state), calls, columns, 0, Math.max(0, rows))
  return [text(sessionName(session), 'accent'), ...body, space(0), titles, ...drawn].slice(0, Math.max(0, rows))
}
