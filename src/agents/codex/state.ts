/** What the fold remembers between the lines of one log: plain data, so that reading can go on where it stopped. */
import type { OwnedEntry } from '../../core/entry.ts'
import type { ContextItem, ItemTarget } from '../../core/item.ts'
import type { Detail } from '../define.ts'

/** Counts as Codex writes them: input holds the cached and the written tokens, output the reasoning. */
export interface Counts {
  readonly input: number
  readonly cached: number
  readonly written: number
  readonly output: number
  readonly reasoning: number
  readonly total: number
}

/** A thread whose history this log may hold a copy of. */
export interface Ancestor {
  readonly id: string
  readonly isSubagent: boolean
}

export interface CodexState {
  readonly detail: Detail
  /** Epoch ms of the first dated line. */
  firstAt?: number | undefined
  /** The thread of the log: the id in its first `session_meta`. */
  thread?: string | undefined
  isSubagent: boolean
  /** For a sub-agent: the session that started it all, or as near to it as the log says. */
  root?: string | undefined
  /** Whether there are signs that lines of another thread were copied here. */
  hasCopies: boolean
  /** Threads named by further `session_meta` lines, which came along with their history. */
  ancestors: Ancestor[]
  /** Lines with a smaller ordinal are copied history. */
  historyStart?: number | undefined
  /** The history was inherited by reference: nothing was copied, but the totals go on from the parent's. */
  isPaged: boolean
  /** Whether the model has said anything in this log. */
  hasAnswer: boolean
  cwd?: string | undefined
  branch?: string | undefined
  version?: string | undefined
  provider?: string | undefined
  model?: string | undefined
  /** The model that settings named since the last turn began, if it is another one; and an entry that either may have made. */
  nextModel?: string | undefined
  waiting?: OwnedEntry | undefined
  tier?: string | undefined
  turn?: string | undefined
  /** Whose turn it is (identity.ts). */
  owner?: string | undefined
  /** From the first `token_usage_record` on `token_count` says nothing new. */
  hasRecords: boolean
  /** The thread's total as it was logged last. */
  total?: Counts | undefined
  hasPrompt: boolean
  /** Of the response that is coming in: its tool calls as `id name`, and its web searches. */
  tools: string[]
  searches: number
  /** Items from the first of that response on: its id comes behind them. */
  held: ContextItem[]
  /** Tool calls whose results have not come yet, by id. */
  calls: [id: string, tool: string, target: ItemTarget | undefined][]
}

export const startState = (detail: Detail): CodexState => ({
  detail,
  isSubagent: false,
  hasCopies: false,
  ancestors: [],
  isPaged: false,
  hasAnswer: false,
  hasRecords: false,
  hasPrompt: false,
  tools: [],
  searches: 0,
  held: [],
  calls: [],
})
