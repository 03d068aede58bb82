/** Lines beside the responses: titles, the first prompt, the agent's own totals. Few and small, so they are parsed whole. */
import type { LogSource, SessionTotal } from '../../core/entry.ts'
import type { Sink } from '../define.ts'
import type { ClaudeState } from './state.ts'

/** Titles are for a table's cell; a longer one is cut here, so that no prompt is carried about whole. */
const TITLE_LENGTH = 200

type Json = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (b: Buffer, start: number, end: number): Json | undefined => {
  try {
    const value: unknown = JSON.parse(b.toString('utf8', start, end))
    return isObject(value) ? value : undefined
  } catch {
    return undefined // a title that cannot be read is no loss to any number; the walk counts broken lines that matter
  }
}

const string = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const titleKinds = [
  ['custom-title', 'customTitle', 'custom'],
  ['ai-title', 'aiTitle', 'ai'],
  ['summary', 'summary', 'summary'],
] as const

const noted = ['custom-title', 'ai-title', 'summary', 'cost-state', 'worktree-state'].map(t =>
  Buffer.from(`{"type":"${t}"`),
)

/** Whether the line begins as one of the records that `readNote` knows. */
export const isNote = (b: Buffer, start: number, end: number): boolean => {
  if (b[start + 1] !== 34 || b[start + 2] !== 116 || b[start + 8] !== 34) return false
  const c = b[start + 9]
  if (c !== 99 && c !== 97 && c !== 115 && c !== 119) return false
  return noted.some(head => end - start > head.length && head.equals(b.subarray(start, start + head.length)))
}

/** Emits the title or total in a metadata line. */
export const readNote = (b: Buffer, start: number, end: number, source: LogSource, sink: Sink): void => {
  const record = parse(b, start, end)
  const session = string(record?.sessionId) ?? source.session
  if (!record || session === undefined) return
  const { agent } = source
  if (record.type === 'cost-state') {
    const total = totalOf(record)
    if (total) sink.note({ agent, session, kind: 'total', total })
  } else if (record.type === 'worktree-state') {
    const worktree = isObject(record.worktreeSession) ? record.worktreeSession : record
    const text = string(worktree.originalCwd) ?? string(worktree.original_cwd)
    if (text !== undefined) sink.note({ agent, session, kind: 'worktree', text })
  } else {
    const known = titleKinds.find(([type]) => type === record.type)
    const text = known && string(record[known[1]])
    if (known && text !== undefined) sink.note({ agent, session, kind: known[2], text: text.slice(0, TITLE_LENGTH) })
  }
}

/** Absurd figures count as none: a total is only shown beside what the log itself holds. */
const count = (value: unknown): number =>
  typeof value === 'number' && value > 0 && value <= Number.MAX_SAFE_INTEGER ? value : 0

/**
 * `cost-state` is cumulative as long as its `startTime` stays, over resumes too: of those the last counts (formats/OBSERVED.md,
 * "cost-state"); one with another `startTime` began at zero (formats/claude-code.md §5).
 */
const totalOf = (record: Json): SessionTotal | undefined => {
  if (!isObject(record.modelUsage)) return undefined
  const models = Object.entries(record.modelUsage).flatMap(([model, use]) => {
    if (!isObject(use)) return []
    const output = count(use.outputTokens)
    const cacheCreation = count(use.cacheCreationInputTokens)
    const tokens = {
      input: count(use.inputTokens),
      output,
      cacheCreation,
      cacheRead: count(use.cacheReadInputTokens),
      reasoning: Math.min(count(use.thinkingTokens), output),
      longCache: Math.min(count(use.cacheCreationEphemeral1hInputTokens), cacheCreation),
    }
    return [{ model: model.replace(/\[1m\]$/, ''), tokens, usd: count(use.costUSD) }]
  })
  return { key: String(count(record.startTime)), usd: count(record.totalCostUSD), models }
}

/** Text that the agent puts into user lines on its own (formats/claude-code.md §9). */
const machineMade =
  /^\s*(<(command-name|command-message|local-command-stdout|local-command-caveat|task-notification|system-reminder)|\[Request interrupted by user|Caveat: )/

/** Whether a user line's text was made by the agent, not typed. */
export const isMachineMade = (text: string): boolean => machineMade.test(text)

/** Emits the text of a typed prompt, once per session, as the last resort for a title. */
export const readPrompt = (
  b: Buffer,
  start: number,
  end: number,
  state: ClaudeState,
  source: LogSource,
  sink: Sink,
): void => {
  const record = parse(b, start, end)
  const session = string(record?.sessionId) ?? source.session
  if (!record || session === undefined || record.type !== 'user') return
  if (record.isMeta === true || record.isCompactSummary === true || record.isSidechain === true) return
  if (isObject(record.origin) && record.origin.kind !== 'human') return
  const text = promptText(isObject(record.message) ? record.message.content : undefined)
  if (text === undefined || isMachineMade(text)) return
  state.hasPrompt = true
  sink.note({ agent: source.agent, session, kind: 'prompt', text: text.trim().slice(0, TITLE_LENGTH) })
}

const promptText = (content: unknown): string | undefined => {
  if (typeof content === 'string') return string(content.trim())
  if (!Array.isArray(content)) return undefined
  const blocks = content.filter(isObject)
  if (blocks.some(block => block.type === 'tool_result')) return undefined
  const text = blocks.find(block => block.type === 'text')
  return text && typeof text.text === 'string' ? string(text.text.trim()) : undefined
}
