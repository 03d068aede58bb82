/**
 * The contract of Claude Code's hooks: one JSON object comes in, one goes out, and the exit code stays 0 (2 would block by itself). Fields may be
 * missing or of another type in any version; what is not there is not used.
 */

export interface HookInput {
  readonly event: string
  readonly session: string | undefined
  readonly transcript: string | undefined
  readonly prompt: string | undefined
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Longer ones name nothing. */
const LONGEST_NAME = 4096

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const nameOf = (value: unknown): string | undefined => {
  const name = text(value)
  return name !== undefined && name.length <= LONGEST_NAME ? name : undefined
}

/** Undefined for what no hook hands in. */
export const readHookInput = (input: string): HookInput | undefined => {
  let value: unknown
  try {
    value = JSON.parse(input)
  } catch {
    return undefined // cut off or none: the guard has no say then
  }
  const event = isObject(value) ? nameOf(value.hook_event_name) : undefined
  if (!isObject(value) || event === undefined) return undefined
  return {
    event,
    session: nameOf(value.session_id),
    transcript: nameOf(value.transcript_path),
    prompt: text(value.prompt),
  }
}

const PROMPT = 'UserPromptSubmit'
const TOOL = 'PreToolUse'

/** Whether the event can still keep something from happening; the others can only be told. */
export const canBlock = ({ event }: HookInput): boolean => event === PROMPT || event === TOOL

/** Commands of the agent that cost nothing, by which a user gets out of a session that is used up. Users' own have names such as `/help-x` and `/config:y`. */
const FREE = /^\s*\/(?:clear|exit|quit|model|config|hooks|status|usage|cost|resume|login|logout|help)(?=\s|$)/

/** Whether it is a prompt that goes through whatever is used up. */
export const isFree = ({ event, prompt = '' }: HookInput): boolean => event === PROMPT && FREE.test(prompt)

/** What a prompt says that is meant for the guard and not for the agent. */
export const switchIn = ({ event, prompt }: HookInput): boolean | undefined => {
  const [, word] = /^\s*TOKUSAGE_GUARD=(on|off)\s*$/.exec(prompt ?? '') ?? []
  return event === PROMPT && word !== undefined ? word === 'on' : undefined
}

/** Says something to the user and lets everything go on. */
export const messageJson = (message: string): string => `${JSON.stringify({ systemMessage: message })}\n`

/** Keeps a prompt from the agent, or a tool from running and the agent from going on; `message` is what else there is to say. */
export const blockJson = ({ event }: HookInput, reason: string, message?: string): string => {
  const beside = message === undefined ? {} : { systemMessage: message }
  if (event !== TOOL) return `${JSON.stringify({ decision: 'block', reason, ...beside })}\n`
  return `${JSON.stringify({
    continue: false,
    stopReason: reason,
    ...beside,
    hookSpecificOutput: { hookEventName: event, permissionDecision: 'deny', permissionDecisionReason: reason },
  })}\n`
}
