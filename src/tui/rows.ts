/** The rows of the lists as a state shows them: filtered, sorted, and each with a key by which the selection follows it. */
import type { LiveCall, LiveData, LiveSession } from '../core/live.ts'
import { clean } from '../render/format.ts'
import type { ListName, State } from './state.ts'

export type LiveModel = LiveData['models'][number]

export const sessionKey = ({ agent, session }: { readonly agent: string; readonly session?: string | undefined }) =>
  `${agent}\n${session ?? ''}`

/** A path's last part; a name as it is. */
export const projectName = (project: string | undefined): string => {
  const name = clean(project ?? '')
  return /^(?:[\\/~]|[A-Za-z]:)/.test(name) ? (name.split(/[\\/]+/).findLast(part => part !== '') ?? name) : name
}

const SHORT_ID = 8

/** What a session is called: its title, else its project, else the beginning of its id. */
export const sessionName = ({ title, project, session }: Partial<LiveSession>): string =>
  clean(title ?? '') || projectName(project) || clean(session ?? '').slice(0, SHORT_ID) || '(no id)'

/** The session that a call belongs to, if it is among those shown. */
export const sessionFinder = ({ sessions }: LiveData): ((call: LiveCall) => LiveSession | undefined) => {
  const found = new Map(sessions.map(session => [sessionKey(session), session]))
  return call => found.get(sessionKey(call))
}

/** Whether a text holds every word of the filter, in any case. */
const matcher = ({ filter }: State): ((...texts: readonly (string | undefined)[]) => boolean) => {
  const words = filter
    .toLowerCase()
    .split(' ')
    .filter(word => word !== '')
  if (words.length === 0) return () => true
  return (...texts) => {
    const all = clean(texts.filter(one => one !== undefined).join(' ')).toLowerCase()
    return words.every(word => all.includes(word))
  }
}

const weightOf = (session: LiveSession, sort: State['sort'], noCost: boolean): number => {
  switch (sort) {
    case 'cost':
      return session.usd
    case 'tokens':
      return session.tokens
    case 'recent':
      return session.lastAt
    case 'context':
      return session.context
    case 'burn':
      return noCost ? session.tokensPerMinute : session.usdPerHour
  }
}

/** What is no number is less than any: nothing can be sorted by answers that contradict each other. */
const numberOf = (weight: number): number => (Number.isNaN(weight) ? Number.NEGATIVE_INFINITY : weight)

/** Greatest first unless reversed; equals stay as they came, the latest first. */
export const sessionsOf = (state: State): readonly LiveSession[] => {
  const { data, look, sort, isReversed } = state
  const matches = matcher(state)
  const sign = isReversed ? 1 : -1
  const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -sign : sign)
  return (data?.sessions ?? [])
    .filter(s => matches(s.title, s.project, s.session, s.agent, look.agentName(s.agent), s.model))
    .map(session => ({ session, weight: numberOf(weightOf(session, sort, look.noCost)) }))
    .sort((a, b) => compare(a.weight, b.weight))
    .map(({ session }) => session)
}

export const callsOf = (state: State): readonly LiveCall[] => {
  const { data, look } = state
  if (!data || state.filter === '') return data?.calls ?? []
  const matches = matcher(state)
  const find = sessionFinder(data)
  return data.calls.filter(call => {
    const session = find(call)
    const { agent, model } = call
    return matches(session?.title, session?.project, call.session, agent, look.agentName(agent), model)
  })
}

/** Whatever the filter: sums over windows cannot be told apart by session. */
export const modelsOf = ({ data }: State): readonly LiveModel[] => data?.models ?? []

/** Makes equal keys distinct. Counted from the end: new rows come at the front, and those behind keep their keys. */
const distinct = (keys: readonly string[]): string[] => {
  const seen = new Map<string, number>()
  return keys
    .toReversed()
    .map(key => {
      const before = seen.get(key) ?? 0
      seen.set(key, before + 1)
      return before === 0 ? key : `${key}\n${before}`
    })
    .toReversed()
}

/** The keys of a list's rows, in the order in which they are shown. */
export const keysOf = (state: State, list: ListName): readonly string[] => {
  switch (list) {
    case 'sessions':
      return distinct(sessionsOf(state).map(sessionKey))
    case 'calls':
      return distinct(callsOf(state).map(call => `${sessionKey(call)}\n${call.at}`))
    case 'models':
      return distinct(modelsOf(state).map(({ model }) => model ?? ''))
  }
}

/** The selected row of a list: the first where the one that was selected is gone. */
export const selectedRow = (state: State, list: ListName): number => {
  const key = state.selected[list]
  return key === undefined ? 0 : Math.max(0, keysOf(state, list).indexOf(key))
}
