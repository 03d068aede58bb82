/**
 * What Claude Code hands to its status line (formats/claude-code.md §10, seen in 2.1.330), taken field by field: each may be absent, null, of another
 * type or absurd, and is then as good as not said. Nothing here throws.
 */
import { clean } from './text.ts'

export interface LineContext {
  /** Prompt tokens of the last response: what the next one starts from. */
  readonly tokens: number | undefined
  /** Of the window, as the agent says. */
  readonly percent: number | undefined
  /** The model's real window, in tokens. */
  readonly size: number | undefined
}

export interface LineCache {
  readonly isWarm: boolean
  /** Epoch ms. */
  readonly untilAt: number | undefined
  /** Written to last for an hour, at another price. */
  readonly isLong: boolean
}

export interface LineLimit {
  /** Undefined for a limit on spending. */
  readonly minutes: number | undefined
  readonly usedPercent: number
  /** Epoch ms. */
  readonly resetsAt: number | undefined
}

export interface LineInput {
  /** As it was given: never to be shown or used in a path. */
  readonly session: string | undefined
  readonly modelId: string | undefined
  readonly modelName: string | undefined
  readonly effort: string | undefined
  /** Answers come faster, at a multiple of the price. */
  readonly isFast: boolean
  readonly costUsd: number | undefined
  readonly context: LineContext | undefined
  readonly cache: LineCache | undefined
  readonly limits: readonly LineLimit[]
  readonly folder: string | undefined
  readonly project: string | undefined
  readonly branch: string | undefined
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

const within = (value: unknown, least: number, most: number): number | undefined =>
  typeof value === 'number' && value >= least && value <= most ? value : undefined

const USD_MOST = 1e8
const TOKENS_MOST = 1e10
/** Seconds from 1970 that are a plausible instant: up to the year 2286. */
const SECONDS_MOST = 1e10

const tokensOf = (value: unknown): number | undefined => within(value, 0, TOKENS_MOST)
const instantOf = (value: unknown): number | undefined => {
  const seconds = within(value, 1, SECONDS_MOST)
  return seconds === undefined ? undefined : seconds * 1000
}
const nameOf = (value: unknown): string | undefined => (typeof value === 'string' ? clean(value) : undefined)

/** The longest an id or a path is taken for one. */
const TEXT_MOST = 4096
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= TEXT_MOST ? value : undefined

const lastNameOf = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : clean(path.split(/[\\/]+/).findLast(part => part !== '') ?? '')

/** Prompt tokens of a response; undefined where nothing is said, and right after `/compact`, where all is 0 though the context is not. */
const promptTokens = (value: unknown): number | undefined => {
  const usage = fieldsOf(value)
  const parts = [usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens].map(tokensOf)
  const sum = parts.reduce<number>((all, part) => all + (part ?? 0), 0)
  return sum > 0 ? sum : undefined
}

/** From 2.1.132 on the totals are those of the running context; before, of the whole session. */
const totalsAreCurrent = (version: unknown): boolean => {
  const [major = 0, minor = 0, patch = 0] =
    typeof version === 'string' ? version.slice(0, 30).split('.').map(Number.parseFloat) : []
  return major > 2 || (major === 2 && (minor > 1 || (minor === 1 && patch >= 132)))
}

const contextOf = (value: unknown, version: unknown): LineContext | undefined => {
  if (!isFields(value)) return undefined
  const hasUsage = value.current_usage !== undefined
  const total = !hasUsage && totalsAreCurrent(version) ? tokensOf(value.total_input_tokens) : undefined
  const tokens = hasUsage ? promptTokens(value.current_usage) : total === 0 ? undefined : total
  // With usage at hand, its sum says it better; with usage that is null or 0 nothing is known.
  const percent = hasUsage ? undefined : within(value.used_percentage, 0.001, 1000)
  const size = within(value.context_window_size, 1, TOKENS_MOST)
  return { tokens, percent, size }
}

const cacheOf = (value: unknown): LineCache | undefined => {
  if (!isFields(value) || typeof value.warm !== 'boolean') return undefined
  return { isWarm: value.warm, untilAt: instantOf(value.expires_at), isLong: value.ttl === '1h' }
}

const WINDOWS = [
  ['five_hour', 300],
  ['seven_day', 10_080],
  ['spend_limit', undefined],
] as const

const limitsOf = (value: unknown): LineLimit[] => {
  const limits = fieldsOf(value)
  return WINDOWS.flatMap(([name, minutes]) => {
    const { used_percentage: used, resets_at: resetsAt } = fieldsOf(limits[name])
    const usedPercent = within(used, 0, 1000)
    return usedPercent === undefined ? [] : [{ minutes, usedPercent, resetsAt: instantOf(resetsAt) }]
  })
}

/** Undefined for what is no object. */
export const readInput = (value: unknown): LineInput | undefined => {
  if (!isFields(value)) return undefined
  const { model, effort } = value
  const workspace = fieldsOf(value.workspace)
  const current = textOf(workspace.current_dir) ?? textOf(value.cwd)
  return {
    session: textOf(value.session_id),
    modelId: textOf(typeof model === 'string' ? model : fieldsOf(model).id),
    modelName: nameOf(fieldsOf(model).display_name) ?? nameOf(fieldsOf(model).id) ?? nameOf(model),
    effort: nameOf(effort) ?? nameOf(fieldsOf(effort).level),
    isFast: value.fast_mode === true,
    costUsd: within(fieldsOf(value.cost).total_cost_usd, 0, USD_MOST),
    context: contextOf(value.context_window, value.version),
    cache: cacheOf(value.prompt_cache),
    limits: limitsOf(value.rate_limits),
    folder: current,
    project: lastNameOf(textOf(workspace.project_dir) ?? current),
    branch: nameOf(fieldsOf(value.worktree).branch),
  }
}
