/**
 * Which response a `token_count` stands for. Forks and sub-agents begin with copies of their parent's lines, with new times and
 * without ids; what stays equal is the pair of the thread's total and the response's own counts. So this pair is the message id, and:
 *
 * - a thread of its own adds its id as the request id: two threads that happen to begin with the same figures stay two;
 * - a log with copied lines adds none: each of its pairs joins the response that has it, in whatever thread, and where the parent's
 *   log is gone, its children's copies of one response join each other;
 * - what certainly belongs to a sub-agent carries that sub-agent's id: siblings begin with the same figures more easily.
 *
 * A line belongs to the youngest thread that is older than its turn: ids of threads and turns are UUIDs of version 7, which begin with
 * the time they were made at. (A `token_usage_record` needs nothing of this: it has the API's id of the response.)
 */
import type { CodexState, Counts } from './state.ts'

export interface Identity {
  readonly messageId: string
  readonly requestId: string | undefined
}

/** How long after a log's first line copied lines may still be written: 5,427 of them took 1.98 s (CodexBar #2108). */
const BURST_MS = 3000

const TIMED_ID = /^[\da-f]{8}-[\da-f]{4}-7/i

/** Whose the current turn is: a sub-agent's id, '' for a thread that is none, undefined where the log does not tell. */
const ownerOf = ({ thread, turn, isSubagent, ancestors }: CodexState): string | undefined => {
  if (thread === undefined || turn === undefined || (!isSubagent && ancestors.length === 0)) return undefined
  if (!TIMED_ID.test(turn) || !TIMED_ID.test(thread)) return undefined
  const older = [{ id: thread, isSubagent }, ...ancestors].filter(({ id }) => id <= turn)
  const owner = older.sort((a, b) => (a.id < b.id ? 1 : -1))[0]
  return owner?.isSubagent ? owner.id : ''
}

/** To be called when a turn begins, and when another ancestor is known. */
export const enterTurn = (state: CodexState, turn: string | undefined): void => {
  if (turn !== undefined) state.turn = turn
  state.owner = ownerOf(state)
}

/** The sub-agent that a line written at `at` certainly belongs to. */
const subagentOf = ({ owner, thread, isSubagent, hasCopies, firstAt }: CodexState, at: number): string | undefined => {
  if (owner !== undefined) return owner === '' ? undefined : owner
  const isOpening = at - (firstAt ?? at) <= BURST_MS
  return isSubagent && !hasCopies && !isOpening ? thread : undefined
}

const figures = (c: Counts): string => `${c.input}/${c.cached}/${c.written}/${c.output}/${c.reasoning}/${c.total}`

/** Of a response with counts `last` that brought its thread to `total`. */
export const identityOf = (state: CodexState, last: Counts, total: Counts | undefined, at: number): Identity => {
  const { thread } = state
  if (total === undefined) return { messageId: `${thread ?? ''} ${at} ${figures(last)}`, requestId: undefined }
  const pair = `${figures(total)} ${figures(last)}`
  const subagent = subagentOf(state, at)
  if (subagent !== undefined) return { messageId: `${subagent} ${pair}`, requestId: undefined }
  return { messageId: pair, requestId: state.hasCopies || state.isSubagent ? undefined : thread }
}
