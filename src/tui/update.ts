/** The next state: what new figures and keys do. A state that stays as it is comes back itself, so that nothing is drawn for it. */
import type { LiveData } from '../core/live.ts'
import { clean } from '../render/format.ts'
import { keysOf, selectedRow } from './rows.ts'
import { type ListName, lists, type State, sortsOf } from './state.ts'

export interface Key {
  /** `up`, `return`, `escape`, …; empty where a key has no name. */
  readonly name: string
  readonly ctrl: boolean
  /** What it types; empty for keys that type nothing. */
  readonly text: string
}

export type Event = { readonly kind: 'data'; readonly data: LiveData } | { readonly kind: 'key'; readonly key: Key }

const PAGE = 10
const LONGEST_FILTER = 60

export const update = (state: State, event: Event): State => {
  if (event.kind === 'data') return shown(state, event.data)
  const { key } = event
  if (key.ctrl && key.name === 'c') return { ...state, isOver: true }
  if (state.isTyping) return typed(state, key)
  if (state.overlay === 'help' && key.text !== 'q') return { ...state, overlay: undefined }
  return moved(state, key) ?? (key.ctrl ? state : (commands[key.text] ?? named[key.name] ?? same)(state))
}

const shown = (state: State, data: LiveData): State => {
  if (state.isPaused) return data === state.held ? state : { ...state, held: data }
  return data === state.data ? state : { ...state, data }
}

const same = (state: State): State => state

const typed = (state: State, key: Key): State => {
  if (key.name === 'return' || key.name === 'enter') return { ...state, isTyping: false }
  if (key.name === 'escape') return { ...state, isTyping: false, filter: '' }
  if (key.name === 'backspace') return filtered(state, withoutLast(state.filter))
  if (key.ctrl) return key.name === 'u' ? filtered(state, '') : state
  // A space at the end stays while more is to come, which `clean` would take away.
  if (key.text === ' ') return filtered(state, `${state.filter} `)
  return key.text === '' ? (moved(state, key) ?? state) : filtered(state, state.filter + clean(key.text))
}

const withoutLast = (text: string): string => {
  const last = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].at(-1)
  return last ? text.slice(0, last.index) : text
}

const filtered = (state: State, filter: string): State =>
  filter === state.filter || filter.length > LONGEST_FILTER ? state : { ...state, filter }

const steps: Readonly<Record<string, number>> = {
  up: -1,
  down: 1,
  pageup: -PAGE,
  pagedown: PAGE,
  home: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
}
const letters: Readonly<Record<string, string>> = { k: 'up', j: 'down', g: 'home', G: 'end' }

/** Undefined for a key that does not move. */
const moved = (state: State, { name, text, ctrl }: Key): State | undefined => {
  const letter = !state.isTyping && !ctrl && Object.hasOwn(letters, text) ? letters[text] : undefined
  const word = letter ?? name
  const step = Object.hasOwn(steps, word) ? steps[word] : undefined
  if (step === undefined) return undefined
  const { list } = state
  const keys = keysOf(state, list)
  const row = Math.min(Math.max(0, keys.length - 1), Math.max(0, selectedRow(state, list) + step))
  // At the top the selection stays at the top, whatever comes in there.
  const key = row === 0 ? undefined : keys[row]
  return key === state.selected[list] ? state : { ...state, selected: { ...state.selected, [list]: key } }
}

const toggledPause = (state: State): State => {
  if (!state.isPaused) return { ...state, isPaused: true }
  return { ...state, isPaused: false, data: state.held ?? state.data, held: undefined }
}

const nextSort = (state: State): State => {
  const all = sortsOf(state.look)
  return { ...state, sort: all[(all.indexOf(state.sort) + 1) % all.length]! }
}

const showing = (list: ListName | undefined) => (state: State) =>
  list === undefined || list === state.list ? state : { ...state, list, overlay: undefined }

const nextList = (step: number) => (state: State) =>
  showing(lists[(lists.indexOf(state.list) + step + lists.length) % lists.length])(state)

/** Closes what is open, else takes the filter away. */
const back = (state: State): State => {
  if (state.overlay !== undefined) return { ...state, overlay: undefined }
  return filtered(state, '')
}

const toggledDetail = (state: State): State => {
  if (state.overlay === 'detail') return { ...state, overlay: undefined }
  return state.list === 'sessions' && keysOf(state, 'sessions').length > 0 ? { ...state, overlay: 'detail' } : state
}

type Change = (state: State) => State

/** By what a key types. A map without a prototype: a key may type anything. */
const commands: Readonly<Record<string, Change>> = Object.assign(Object.create(null), {
  q: state => ({ ...state, isOver: true }),
  s: nextSort,
  r: state => ({ ...state, isReversed: !state.isReversed }),
  '/': state => ({ ...state, isTyping: true }),
  p: toggledPause,
  ' ': toggledPause,
  '?': state => ({ ...state, overlay: 'help' }),
  h: state => ({ ...state, overlay: 'help' }),
  1: showing('sessions'),
  2: showing('calls'),
  3: showing('models'),
} satisfies Readonly<Record<string, Change>>)

const named: Readonly<Record<string, Change>> = Object.assign(Object.create(null), {
  tab: nextList(1),
  backtab: nextList(-1),
  escape: back,
  return: toggledDetail,
  enter: toggledDetail,
} satisfies Readonly<Record<string, Change>>)
