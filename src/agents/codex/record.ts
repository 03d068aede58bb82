/**
 * The members of a rollout line that matter, whatever their order. Text inside a tool's output can never be taken for one, because the
 * skimmer follows the structure; of a member that comes twice the last counts, as in JSON.parse.
 */
import { Skimmer, type SkimTable } from '../../skim/skim.ts'

const table = {
  paths: [
    'type',
    'payload.type',
    'payload.model',
    'payload.cwd',
    'payload.turn_id',
    'payload.id',
    'payload.session_id',
    'payload.forked_from_id',
    'payload.parent_thread_id',
    'payload.thread_source',
    'payload.cli_version',
    'payload.model_provider',
    'payload.git.branch',
    'payload.response_id',
    'timestamp',
    'payload',
    'payload.git',
    'payload.source',
    'payload.history_base',
    'payload.subagent_history_start_ordinal',
    'payload.thread_settings',
    'ordinal',
    'payload.info',
    'payload.info.total_token_usage',
    'payload.info.total_token_usage.input_tokens',
    'payload.info.total_token_usage.cached_input_tokens',
    'payload.info.total_token_usage.cache_write_input_tokens',
    'payload.info.total_token_usage.output_tokens',
    'payload.info.total_token_usage.reasoning_output_tokens',
    'payload.info.total_token_usage.total_tokens',
    'payload.info.last_token_usage',
    'payload.info.last_token_usage.input_tokens',
    'payload.info.last_token_usage.cached_input_tokens',
    'payload.info.last_token_usage.cache_write_input_tokens',
    'payload.info.last_token_usage.output_tokens',
    'payload.info.last_token_usage.reasoning_output_tokens',
    'payload.info.last_token_usage.total_tokens',
    'payload.usage',
    'payload.usage.input_tokens',
    'payload.usage.cached_input_tokens',
    'payload.usage.cache_write_input_tokens',
    'payload.usage.output_tokens',
    'payload.usage.reasoning_output_tokens',
    'payload.usage.total_tokens',
    'payload.thread_token_usage',
    'payload.thread_token_usage.input_tokens',
    'payload.thread_token_usage.cached_input_tokens',
    'payload.thread_token_usage.cache_write_input_tokens',
    'payload.thread_token_usage.output_tokens',
    'payload.thread_token_usage.reasoning_output_tokens',
    'payload.thread_token_usage.total_tokens',
  ],
  texts: 13,
  words: ['event_msg', 'token_usage_record', 'turn_context', 'session_meta', 'response_item', 'compacted'],
  needed: 'payload.usage',
} as const satisfies SkimTable

type Path = (typeof table.paths)[number]

const field = (path: Path): number => table.paths.indexOf(path)

export const TYPE = field('type')
export const PAYLOAD_TYPE = field('payload.type')
export const MODEL = field('payload.model')
export const CWD = field('payload.cwd')
export const TURN_ID = field('payload.turn_id')
export const ID = field('payload.id')
export const SESSION_ID = field('payload.session_id')
export const FORKED_FROM = field('payload.forked_from_id')
export const PARENT = field('payload.parent_thread_id')
export const THREAD_SOURCE = field('payload.thread_source')
export const VERSION = field('payload.cli_version')
export const PROVIDER = field('payload.model_provider')
export const BRANCH = field('payload.git.branch')
export const RESPONSE_ID = field('payload.response_id')
export const TIMESTAMP = field('timestamp')
export const PAYLOAD = field('payload')
export const SOURCE = field('payload.source')
export const HISTORY_BASE = field('payload.history_base')
export const HISTORY_START = field('payload.subagent_history_start_ordinal')
export const SETTINGS = field('payload.thread_settings')
export const ORDINAL = field('ordinal')
export const INFO = field('payload.info')
/** Groups of counts: the object, and behind it its six counts. */
export const TOTAL = field('payload.info.total_token_usage')
export const LAST = field('payload.info.last_token_usage')
export const USAGE = field('payload.usage')
export const THREAD_USAGE = field('payload.thread_token_usage')

const BLOCK_SIZE = 1 << 20

let main: Skimmer | undefined
let large: Skimmer | undefined

/** A block for a line of `size` bytes; the usual one unless it is too small. Made when the first log is read, not before. */
export const blockFor = (size: number): Buffer => {
  main ??= new Skimmer(table, BLOCK_SIZE)
  if (size < main.block.length) return main.block
  if (!large || size >= large.block.length) large = main.sibling(size)
  return large.block
}

/** The skimmer whose block holds these bytes. */
export const skimmerOf = (bytes: Buffer): Skimmer | undefined =>
  bytes === main?.block ? main : bytes === large?.block ? large : undefined

let spare: Skimmer | undefined

/** For a line that stands nowhere a skimmer can reach: it is copied to the beginning of a block. */
export const spareWith = (bytes: Uint8Array): Skimmer => {
  if (!spare || spare.block.length <= bytes.length) spare = new Skimmer(table, Math.max(bytes.length + 1, 1 << 16))
  spare.block.set(bytes)
  spare.block[bytes.length] = 10
  return spare
}

/** Whether a field holds an object. */
export const isObjectAt = (r: Skimmer, at: number): boolean => r.has(at) && r.block[r.starts[at]!] === 123
