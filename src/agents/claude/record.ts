/**
 * The members of a record that matter, whatever their order. Text inside a message or a tool result can never be taken for one,
 * because the skimmer follows the structure; of a member that comes twice the last counts, as in JSON.parse.
 */
import { Skimmer, type SkimTable } from '../../skim/skim.ts'

const table = {
  paths: [
    'type',
    'requestId',
    'sessionId',
    'session_id',
    'cwd',
    'gitBranch',
    'version',
    'agentId',
    'message.id',
    'message.model',
    'uuid',
    'timestamp',
    'isSidechain',
    'costUSD',
    'data',
    'message',
    'message.content',
    'message.stop_reason',
    'message.usage',
    'message.usage.input_tokens',
    'message.usage.output_tokens',
    'message.usage.cache_creation_input_tokens',
    'message.usage.cache_read_input_tokens',
    'message.usage.cache_creation',
    'message.usage.cache_creation.ephemeral_5m_input_tokens',
    'message.usage.cache_creation.ephemeral_1h_input_tokens',
    'message.usage.server_tool_use',
    'message.usage.server_tool_use.web_search_requests',
    'message.usage.output_tokens_details',
    'message.usage.output_tokens_details.thinking_tokens',
    'message.usage.service_tier',
    'message.usage.speed',
    'message.usage.inference_geo',
    'message.usage.iterations',
  ],
  texts: 9,
  words: ['assistant', 'progress'],
  needed: 'message.usage',
} as const satisfies SkimTable

type Path = (typeof table.paths)[number]

const field = (path: Path): number => table.paths.indexOf(path)

export const TYPE = field('type')
export const REQUEST_ID = field('requestId')
export const SESSION_ID = field('sessionId')
/** On copied lines: the session that wrote the line first. */
export const ORIGINAL_SESSION = field('session_id')
export const CWD = field('cwd')
export const BRANCH = field('gitBranch')
export const VERSION = field('version')
export const AGENT_ID = field('agentId')
export const MESSAGE_ID = field('message.id')
export const MODEL = field('message.model')
export const UUID = field('uuid')
export const TIMESTAMP = field('timestamp')
export const SIDECHAIN = field('isSidechain')
export const COST_USD = field('costUSD')
export const DATA = field('data')
export const CONTENT = field('message.content')
export const STOP_REASON = field('message.stop_reason')
export const USAGE = field('message.usage')
export const INPUT = field('message.usage.input_tokens')
export const OUTPUT = field('message.usage.output_tokens')
export const CACHE_CREATION = field('message.usage.cache_creation_input_tokens')
export const CACHE_READ = field('message.usage.cache_read_input_tokens')
export const FIVE_MINUTES = field('message.usage.cache_creation.ephemeral_5m_input_tokens')
export const ONE_HOUR = field('message.usage.cache_creation.ephemeral_1h_input_tokens')
export const WEB_SEARCHES = field('message.usage.server_tool_use.web_search_requests')
export const THINKING = field('message.usage.output_tokens_details.thinking_tokens')
export const TIER = field('message.usage.service_tier')
export const SPEED = field('message.usage.speed')
export const GEO = field('message.usage.inference_geo')
export const ITERATIONS = field('message.usage.iterations')

/** The block that lines are read into, and what was found in the line walked last. One per thread. */
let main: Skimmer | undefined
const owners = new WeakMap<ArrayBufferLike, Skimmer>()

/** See `main`: made when the first log is read, for most runs read none. */
export const mainSkimmer = (): Skimmer => {
  if (main) return main
  main = new Skimmer(table)
  owners.set(main.block.buffer, main)
  return main
}

/** A block for a line of `size` bytes; the usual one unless it is too small. */
export const blockFor = (size: number): Buffer => {
  const usual = mainSkimmer()
  if (size < usual.block.length) return usual.block
  const large = usual.sibling(size)
  owners.set(large.block.buffer, large)
  return large.block
}

/** The skimmer whose block holds these bytes. */
export const skimmerOf = (bytes: Buffer): Skimmer | undefined =>
  bytes === main?.block ? main : owners.get(bytes.buffer)?.block === bytes ? owners.get(bytes.buffer) : undefined

/** A skimmer for bytes that stand nowhere a skimmer can reach: they are copied to the beginning of its block. */
class SpareSkimmer {
  private skimmer: Skimmer | undefined

  with(bytes: Uint8Array): Skimmer {
    if (!this.skimmer || this.skimmer.block.length <= bytes.length)
      this.skimmer = mainSkimmer().sibling(Math.max(bytes.length + 1, 1 << 16))
    const { block } = this.skimmer
    block.set(bytes)
    block[bytes.length] = 10
    return this.skimmer
  }
}

/** For whole lines, and for records found inside a line that is still being read. */
export const spareForLines = new SpareSkimmer()
export const spareForParts = new SpareSkimmer()
