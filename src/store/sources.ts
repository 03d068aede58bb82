/** What the store knows of each log: enough to tell whether it changed, and where to go on reading. */
import type { LogSource, SessionNote } from '../core/entry.ts'
import { hashOf } from '../core/entry-table.ts'
import type { Head, OddLine } from '../core/reading.ts'
import type { Container, Numbers } from './container.ts'

export interface StoredSource {
  readonly agent: string
  readonly path: string
  readonly part: string
  readonly kind: string
  /** Under which circumstances it was found: the home and the root variable of the time. */
  readonly scope: string
  readonly size: number
  readonly mtimeMs: number
  readonly device: number
  readonly inode: number
  /** Of the files beside it. */
  readonly beside: number
  readonly head: Head
  /** Hash of the last bytes before `position`. */
  readonly end: number
  /** Version of the agent's reader. */
  readonly version: number
  /** Where to go on; 0 for what can only be read whole. */
  readonly position: number
  readonly lines: number
  readonly tailLines: number
  readonly joined: number
  readonly tailJoined: number
  readonly bytes: number
  readonly isGone: boolean
  /** Whether titles were left out when it was read. */
  readonly isUntitled: boolean
  /** The fold's state as JSON, in the file of states; size 0 where there is none. */
  readonly stateAt: number
  readonly stateSize: number
}

/** What stands beside the numbers of a source: mostly nothing. */
export interface SourceOddities {
  readonly whole: readonly OddLine[]
  readonly tail: readonly OddLine[]
}

export interface SourceNotes {
  readonly whole: readonly SessionNote[]
  readonly tail: readonly SessionNote[]
  /** What it said of entries that it holds no more. */
  readonly kept?: readonly SessionNote[]
}

/** Names a source among all: one path may hold several. */
export const keyOf = ({ agent, path, part }: { agent: string; path: string; part?: string | undefined }): string =>
  `${agent}\0${path}\0${part ?? ''}`

/** How a source stands to what is stored of it. `outdated`: it may have grown, but was read by an older reader, or without titles. */
export type Standing = 'same' | 'grown' | 'outdated' | 'changed' | 'new'

/** The state of the files beside a source, as one number; `statOf` says size and time of one. */
export const besideOf = (source: LogSource, statOf: (path: string) => string): number =>
  source.beside === undefined || source.beside.length === 0 ? 0 : hashOf(source.beside.map(statOf).join('\n'))

const NUMBERS = [
  'size',
  'mtimeMs',
  'device',
  'inode',
  'beside',
  'end',
  'version',
  'position',
  'lines',
  'tailLines',
  'joined',
  'tailJoined',
  'bytes',
  'stateAt',
  'stateSize',
] as const satisfies readonly (keyof StoredSource)[]

const TEXTS = ['agent', 'path', 'part', 'kind', 'scope'] as const satisfies readonly (keyof StoredSource)[]

const GONE = 1
const UNTITLED = 2

/** The columns of a manifest. Texts are handed to `place`, which answers with their number. */
export const sourceColumns = (
  sources: readonly StoredSource[],
  place: (text: string) => number,
): Record<string, Numbers> => {
  const of = (numberOf: (source: StoredSource) => number): Float64Array => Float64Array.from(sources, numberOf)
  return {
    ...Object.fromEntries(NUMBERS.map(name => [name, of(source => source[name])])),
    ...Object.fromEntries(TEXTS.map(name => [name, of(source => place(source[name]))])),
    headHash: of(source => source.head.hash),
    headLength: of(source => source.head.length),
    flags: of(source => (source.isGone ? GONE : 0) + (source.isUntitled ? UNTITLED : 0)),
  }
}

/** The sources of a manifest. */
export const readSources = (file: Container, texts: readonly string[]): StoredSource[] => {
  const size = file.size('size')
  const column = (name: string): Float64Array => {
    const values = new Float64Array(size)
    file.read(name, values)
    return values
  }
  const numbers = Object.fromEntries(NUMBERS.map(name => [name, column(name)])) as Record<
    (typeof NUMBERS)[number],
    Float64Array
  >
  const places = Object.fromEntries(TEXTS.map(name => [name, column(name)])) as Record<
    (typeof TEXTS)[number],
    Float64Array
  >
  const headHash = column('headHash')
  const headLength = column('headLength')
  const flags = column('flags')
  const { agent, path, part, kind, scope } = places
  const n = numbers
  const sources: StoredSource[] = []
  for (let i = 0; i < size; i++) {
    sources.push({
      agent: texts[agent[i]!] ?? '',
      path: texts[path[i]!] ?? '',
      part: texts[part[i]!] ?? '',
      kind: texts[kind[i]!] ?? '',
      scope: texts[scope[i]!] ?? '',
      size: n.size[i]!,
      mtimeMs: n.mtimeMs[i]!,
      device: n.device[i]!,
      inode: n.inode[i]!,
      beside: n.beside[i]!,
      head: { hash: headHash[i]!, length: headLength[i]! },
      end: n.end[i]!,
      version: n.version[i]!,
      position: n.position[i]!,
      lines: n.lines[i]!,
      tailLines: n.tailLines[i]!,
      joined: n.joined[i]!,
      tailJoined: n.tailJoined[i]!,
      bytes: n.bytes[i]!,
      isGone: (flags[i]! & GONE) !== 0,
      isUntitled: (flags[i]! & UNTITLED) !== 0,
      stateAt: n.stateAt[i]!,
      stateSize: n.stateSize[i]!,
    })
  }
  return sources
}
