/** What the monitor knows: the figures at hand and what the user did with the keys. Plain data; `update` makes the next one. */
import type { LiveData } from '../core/live.ts'
import type { Look } from './look.ts'

export const lists = ['sessions', 'calls', 'models'] as const
export type ListName = (typeof lists)[number]

export const sorts = ['cost', 'tokens', 'recent', 'context', 'burn'] as const
export type Sort = (typeof sorts)[number]

export interface State {
  readonly look: Look
  /** What is shown; undefined before the first figures. */
  readonly data: LiveData | undefined
  /** What came while paused. */
  readonly held: LiveData | undefined
  readonly isPaused: boolean
  /** Of the sessions; the others keep the order they have. */
  readonly sort: Sort
  readonly isReversed: boolean
  readonly filter: string
  readonly isTyping: boolean
  /** The one that keys move in. */
  readonly list: ListName
  /** The key of the selected row of each list (rows.ts); undefined: the first, whichever it is. */
  readonly selected: Readonly<Record<ListName, string | undefined>>
  /** What is shown in place of the lists: `detail` is the selected session. */
  readonly overlay: 'help' | 'detail' | undefined
  readonly isOver: boolean
}

/** Without prices there is no order by cost. */
export const sortsOf = ({ noCost }: Look): readonly Sort[] => (noCost ? sorts.filter(sort => sort !== 'cost') : sorts)

export const startState = (look: Look): State => ({
  look,
  data: undefined,
  held: undefined,
  isPaused: false,
  sort: sortsOf(look)[0]!,
  isReversed: false,
  filter: '',
  isTyping: false,
  list: 'sessions',
  selected: { sessions: undefined, calls: undefined, models: undefined },
  overlay: undefined,
  isOver: false,
})
