/** The columns of the three lists, and in which order they go where there is little room. */
import type { LiveCall, LiveSession } from '../core/live.ts'
import { totalTokens } from '../core/tokens.ts'
import { clean, count, duration, modelName, percent, short, shortUsd } from '../render/format.ts'
import { meter } from './bar.ts'
import type { ListColumn } from './columns.ts'
import { type Line, space, text } from './line.ts'
import { toneOfShare } from './paint.ts'
import { type LiveModel, projectName, sessionFinder, sessionName } from './rows.ts'
import type { Sort, State } from './state.ts'
import { costOf } from './words.ts'

const right = 'right' as const

const costColumn = <T>(cell: (row: T) => Line, state: State, isMarked = false): ListColumn<T>[] =>
  state.look.noCost ? [] : [{ title: 'Cost', cell, least: 7, most: 10, align: right, isMarked }]

const hasSeveralAgents = ({ data }: State): boolean => new Set(data?.sessions.map(s => s.agent)).size > 1

const CONTEXT_METER = 6

/** `71%` and a bar, or tokens where the model's context window is not known. */
const contextCell = ({ context, contextLimit }: LiveSession): Line => {
  if (contextLimit === undefined || contextLimit <= 0) return context > 0 ? text(short(context)) : text('–', 'dim')
  const share = context / contextLimit
  const tone = toneOfShare(share)
  const figure = percent(share).padStart(4)
  return [...meter(share, CONTEXT_METER), ...space(1), ...text(figure, tone === 'accent' ? 'plain' : tone)]
}

const sizeCell = ({ context, contextLimit }: LiveSession): Line => [
  ...text(short(context)),
  ...text(contextLimit === undefined ? '' : `/${short(contextLimit)}`, 'dim'),
]

const burnCell = (session: LiveSession, noCost: boolean): Line => {
  const value = noCost ? session.tokensPerMinute : session.usdPerHour
  return value > 0 ? text(noCost ? short(value) : shortUsd(value)) : text('–', 'dim')
}

const nameCell = (session: LiveSession): Line => [
  ...(session.isActive ? text('● ', 'good') : text('○ ', 'dim')),
  ...text(sessionName(session), session.isActive ? 'plain' : 'dim'),
]

/** The project stands beside the title, not in its place. */
const projectCell = ({ title, project }: LiveSession): Line =>
  clean(title ?? '') === '' ? [] : text(projectName(project), 'dim')

export const sessionColumns = (state: State, now: number): ListColumn<LiveSession>[] => {
  const { look, sort } = state
  const by = (one: Sort): boolean => sort === one
  const agent = (s: LiveSession): Line => text(clean(look.agentName(s.agent)))
  return [
    { title: 'Session', cell: nameCell, least: 18, most: 56, grows: true },
    { title: 'Project', cell: projectCell, least: 8, most: 20, drop: 3 },
    ...(hasSeveralAgents(state) ? [{ title: 'Agent', cell: agent, least: 6, most: 12, drop: 5 }] : []),
    { title: 'Model', cell: s => text(modelName(s.model)), least: 8, most: 16, drop: 7 },
    ...costColumn<LiveSession>(s => text(costOf(s), 'strong'), state, by('cost')),
    {
      title: 'Tokens',
      cell: s => text(short(s.tokens)),
      least: 6,
      most: 8,
      align: right,
      drop: 6,
      isMarked: by('tokens'),
    },
    { title: 'Context', cell: contextCell, least: 7, most: 12, align: right, drop: 9, isMarked: by('context') },
    { title: 'Size', cell: sizeCell, least: 9, most: 12, align: right, drop: 1 },
    {
      title: 'Cache',
      cell: s => text(s.cacheHitRate === undefined ? '–' : percent(s.cacheHitRate)),
      least: 5,
      most: 5,
      align: right,
      drop: 2,
    },
    {
      title: look.noCost ? 'Tok/min' : '$/h',
      cell: s => burnCell(s, look.noCost),
      least: 6,
      most: 8,
      align: right,
      drop: 4,
      isMarked: by('burn'),
    },
    {
      title: 'Seen',
      cell: s => text(duration(now - s.lastAt), s.isActive ? 'plain' : 'dim'),
      least: 6,
      most: 7,
      align: right,
      drop: 8,
      isMarked: by('recent'),
    },
  ]
}

export const callColumns = (state: State): ListColumn<LiveCall>[] => {
  const { look, data } = state
  const find = data ? sessionFinder(data) : () => undefined
  const name = (call: LiveCall): Line => [
    ...text(call.isSidechain ? '↳ ' : '', 'dim'),
    ...text(sessionName(find(call) ?? { session: call.session }), call.isSidechain ? 'dim' : 'plain'),
  ]
  const agent = (call: LiveCall): Line => text(clean(look.agentName(call.agent)))
  return [
    { title: 'Time', cell: call => text(look.clock(call.at).time, 'dim'), least: 8, most: 8 },
    { title: 'Session', cell: name, least: 13, most: 40, grows: true, drop: 5 },
    ...(hasSeveralAgents(state) ? [{ title: 'Agent', cell: agent, least: 6, most: 12, drop: 1 }] : []),
    { title: 'Model', cell: call => text(modelName(call.model)), least: 8, most: 14, drop: 3 },
    ...costColumn<LiveCall>(
      call => (call.usd === undefined ? text('unpriced', 'dim') : text(shortUsd(call.usd))),
      state,
    ),
    { title: 'Tokens', cell: call => text(short(totalTokens(call.tokens))), least: 6, most: 8, align: right, drop: 4 },
    {
      title: 'Tools',
      cell: call => text(clean(call.tools.join(', ')), 'dim'),
      least: 13,
      most: 36,
      grows: true,
      drop: 2,
    },
  ]
}

const MODEL_METER = 12

export const modelColumns = (state: State): ListColumn<LiveModel>[] => {
  const { noCost } = state.look
  const weight = (model: LiveModel): number => (noCost ? model.tokens : model.usd)
  const peak = (state.data?.models ?? []).reduce((most, model) => Math.max(most, weight(model)), 0)
  // A share of the dearest, not of a limit: it never warns.
  const share = (model: LiveModel): Line =>
    text('█'.repeat(Math.max(0, Math.round((peak > 0 ? weight(model) / peak : 0) * MODEL_METER))), 'accent')
  return [
    { title: 'Model', cell: model => text(modelName(model.model)), least: 14, most: 28, grows: true },
    ...costColumn<LiveModel>(model => text(costOf(model), 'strong'), state),
    { title: 'Tokens', cell: model => text(short(model.tokens)), least: 6, most: 8, align: right, drop: 3 },
    { title: 'Calls', cell: model => text(count(model.calls)), least: 5, most: 7, align: right, drop: 2 },
    { title: '', cell: share, least: MODEL_METER, most: MODEL_METER, drop: 1 },
  ]
}
