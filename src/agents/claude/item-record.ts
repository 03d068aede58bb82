/** The members of a record that its pieces of context come from; see `record.ts` for those that count tokens. */
import { Skimmer, type SkimTable } from '../../skim/skim.ts'

const table = {
  paths: [
    'type',
    'sessionId',
    'agentId',
    'message.id',
    'subtype',
    'uuid',
    'parentUuid',
    'timestamp',
    'isSidechain',
    'isMeta',
    'isCompactSummary',
    'isVisibleInTranscriptOnly',
    'origin',
    'origin.kind',
    'message',
    'message.content',
    'toolUseResult',
    'attachment',
    'rendered',
    'shape',
  ],
  texts: 4,
  words: ['user', 'assistant', 'attachment', 'system', 'api-request-shape'],
  needed: 'message.content',
} as const satisfies SkimTable

type Path = (typeof table.paths)[number]

const field = (path: Path): number => table.paths.indexOf(path)

export const TYPE = field('type')
export const SESSION_ID = field('sessionId')
export const AGENT_ID = field('agentId')
export const MESSAGE_ID = field('message.id')
export const UUID = field('uuid')
export const PARENT_UUID = field('parentUuid')
export const TIMESTAMP = field('timestamp')
export const SIDECHAIN = field('isSidechain')
export const META = field('isMeta')
export const SUMMARY = field('isCompactSummary')
export const TRANSCRIPT_ONLY = field('isVisibleInTranscriptOnly')
export const ORIGIN_KIND = field('origin.kind')
export const CONTENT = field('message.content')
export const TOOL_USE_RESULT = field('toolUseResult')
export const ATTACHMENT = field('attachment')
export const RENDERED = field('rendered')
export const SHAPE = field('shape')

/** Smallest block that records are copied to. */
const SMALLEST = 1 << 18

let skimmer: Skimmer | undefined

/** A skimmer that begins with a copy of `bytes`: one per thread, made when items are first asked for. */
export const itemSkimmer = (bytes: Uint8Array): Skimmer => {
  if (!skimmer || skimmer.block.length <= bytes.length)
    skimmer = new Skimmer(table, Math.max(SMALLEST, bytes.length * 2))
  skimmer.block.set(bytes)
  skimmer.block[bytes.length] = 10
  return skimmer
}

export const isTrue = (r: Skimmer, field: number): boolean => r.has(field) && r.block[r.starts[field]!] === 116
