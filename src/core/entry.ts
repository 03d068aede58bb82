import type { TokenCounts } from './tokens.ts'

/** One file or database that an agent wrote. */
export interface LogSource {
  readonly agent: string
  /** Which of the agent's readers reads it; left out: `lines`. */
  readonly kind?: 'lines' | 'document' | 'database' | undefined
  /** Absolute path. */
  readonly path: string
  /** How it is compressed; such a log of lines is read whole. */
  readonly packed?: 'zstd' | undefined
  readonly size: number
  readonly mtimeMs: number
  readonly device: number
  readonly inode: number
  /** What the path says, used only where the log itself is silent. */
  readonly session?: string | undefined
  readonly project?: string | undefined
  /** Id of the sub-agent whose log this is. */
  readonly subagent?: string | undefined
  /** The folder the user works in, where the log only knows a throw-away one. */
  readonly workspace?: string | undefined
  /** The agent's own word for what kind of log this is, where it has several. */
  readonly part?: string | undefined
  /** Files that are read along (`sidecar.json`, a write-ahead log): when one of them changes, the source has changed. */
  readonly beside?: readonly string[] | undefined
  /** The account it belongs to; undefined for the roots that the machine itself names. */
  readonly profile?: string | undefined
}

/**
 * One billable model response, or one log line of it before duplicates are merged. Facts of the log only:
 * never a computed price, a formatted date or the text of a prompt.
 */
export interface UsageEntry {
  readonly agent: string
  /** Epoch ms of the first line of the response. Decides its day. */
  readonly at: number
  /** Epoch ms of the line whose counts were taken. */
  readonly doneAt: number
  readonly session?: string | undefined
  readonly project?: string | undefined
  /** The agent's own name for the project's folder, as ccusage names projects. */
  readonly folder?: string | undefined
  readonly cwd?: string | undefined
  readonly branch?: string | undefined
  /** Version of the agent. */
  readonly version?: string | undefined
  readonly model?: string | undefined
  /** Who served the model, where the log says so and the price may depend on it. */
  readonly provider?: string | undefined
  /** What the log says; what it only lets one guess is in `estimated`. */
  readonly tokens: TokenCounts
  /** Tokens worked out from sizes, not logged; never inside `tokens`, never in a total unless asked for. */
  readonly estimated?: TokenCounts | undefined
  /** How good the counts of a class are, where that is not `measured`. */
  readonly quality?: Quality | undefined
  /** The API's own id of the response, else the agent's id of the line. */
  readonly messageId?: string | undefined
  readonly requestId?: string | undefined
  /** True for a line of a sub-agent's thread. */
  readonly isSidechain: boolean
  readonly subagent?: string | undefined
  /** `fast`, where the response was billed in that mode. */
  readonly speed?: string | undefined
  /** `batch`, `priority`, `flex`; standard is left out. */
  readonly tier?: string | undefined
  /** Where inference ran, if that changes the price (`us`). */
  readonly geo?: string | undefined
  readonly webSearches: number
  /** What the agent itself wrote as the cost, USD. */
  readonly loggedUsd?: number | undefined
  /** What it took of a plan, in the agent's own unit (credits, premium requests); pricing knows what they are worth. */
  readonly credits?: number | undefined
  /** True where the line itself says that the response was complete. */
  readonly isFinal: boolean
  /** True where `output` is a placeholder that was never replaced: a lower bound. */
  readonly isPartial: boolean
  /** Visible characters of the response, only where it may be partial; the basis of an estimate. */
  readonly visibleLength: number
  /** Tool calls of the response as `id name`, each once. */
  readonly tools: readonly string[]
  /** Epoch ms of the first dated line of the log it stands in: tells an original from a copy made later. */
  readonly sourceAt: number
  /** The account (a name of the config) whose log it stands in. */
  readonly profile?: string | undefined
}

/** `measured`: as billed. `partial`: a lower bound. `estimated`: from sizes. `none`: the log says nothing of this class. */
export type DataQuality = 'measured' | 'partial' | 'estimated' | 'none'

export type Quality = Readonly<
  Partial<Record<'input' | 'output' | 'cacheCreation' | 'cacheRead', Exclude<DataQuality, 'measured'>>>
>

/** Whether any class of it is not `measured`. */
export const isInexact = (entry: UsageEntry): boolean => {
  if (entry.isPartial) return true
  for (const _ in entry.quality) return true
  return false
}

/**
 * Whether its total may be off, too. Where nothing but the cache writes is unknown, they are in the input, and what they cost there is what
 * they cost.
 */
export const isUncertain = ({ isPartial, quality }: UsageEntry): boolean =>
  isPartial ||
  (quality !== undefined &&
    (quality.input !== undefined || quality.output !== undefined || quality.cacheRead !== undefined))

/** The facts that every entry has, and whichever of the others are known. */
export type EntryFacts = Pick<UsageEntry, 'agent' | 'at' | 'tokens'> & Partial<UsageEntry>

/** An entry from its facts: what is not given is unknown, or as most responses are (complete, on the main thread, no tools). */
export const entryOf = (facts: EntryFacts): OwnedEntry => ({
  isSidechain: false,
  webSearches: 0,
  isFinal: true,
  isPartial: false,
  visibleLength: 0,
  tools: [],
  doneAt: facts.at,
  sourceAt: facts.at,
  ...facts,
})

/** An entry in the hands of the code that makes it: no one else holds it yet, so it may still change. */
export type OwnedEntry = { -readonly [Key in keyof UsageEntry]: UsageEntry[Key] }

/** A copy of a response that another session holds: what that session inherited when it was resumed or forked. */
export interface InheritedEntry {
  readonly agent: string
  readonly session: string
  readonly messageId: string | undefined
}

/** What an agent's log says about a session beside its responses. The latest note of a kind wins. */
export interface SessionNote {
  readonly agent: string
  readonly session: string
  /** `custom` (by the user) beats `ai` beats `summary` beats `prompt`; a `cwd` note names the repository of a worktree. */
  readonly kind: 'custom' | 'ai' | 'summary' | 'prompt' | 'worktree' | 'total'
  readonly text?: string | undefined
  /** `total` notes: what the agent itself says it used, whole process; `key` tells processes apart. */
  readonly total?: SessionTotal | undefined
}

/** An agent's own total of a session, its side calls included. */
export interface SessionTotal {
  /** One per process of the agent: of several totals with one key the last counts, different keys add up. */
  readonly key: string
  readonly usd: number
  readonly models: readonly { readonly model: string; readonly tokens: TokenCounts; readonly usd: number }[]
}
