/**
 * The manifest says what the index consists of. Each change writes a new one with the next number; that number can only be taken once, so of two
 * writers that started from the same state one fails and starts anew. What a manifest names is never changed.
 */
import type { InheritedEntry } from '../core/entry.ts'
import { type Container, type Fault, pack, unpack } from './container.ts'
import { readSources, type SourceNotes, type SourceOddities, type StoredSource, sourceColumns } from './sources.ts'

export interface Shard {
  /** Year * 12 + month (UTC). */
  readonly month: number
  readonly file: string
  readonly rows: number
  readonly bytes: number
}

export interface Manifest {
  readonly number: number
  /** By number; those that were dropped leave a gap with an empty path. */
  readonly sources: readonly StoredSource[]
  readonly shards: readonly Shard[]
  readonly statesFile: string | undefined
  readonly notesFile: string | undefined
  /** By number of the source. */
  readonly odd: Readonly<Record<string, SourceOddities>>
  /** Rows merged over all logs, by reason (see the merging in `ingest`). */
  readonly merged: { readonly blocks: number; readonly copies: number; readonly sidechains: number }
  /** Responses in all shards. */
  readonly responses: number
  /** Whether any log holds the agent's own total of a session. */
  readonly hasTotals: boolean
  /** Files of it were lost: all logs are read anew, and all rows merged anew. Never stored. */
  readonly isMended?: true
}

/** What few reports ask for, in a file of its own. */
export interface Notes {
  readonly bySource: Readonly<Record<string, SourceNotes>>
  readonly inherited: readonly InheritedEntry[]
}

export const noManifest: Manifest = {
  number: 0,
  sources: [],
  shards: [],
  statesFile: undefined,
  notesFile: undefined,
  odd: {},
  merged: { blocks: 0, copies: 0, sidechains: 0 },
  responses: 0,
  hasTotals: false,
}

export const noNotes: Notes = { bySource: {}, inherited: [] }

export const packManifest = ({ sources, number: _number, ...facts }: Manifest): Buffer => {
  const texts: string[] = []
  const known = new Map<string, number>()
  const place = (text: string): number => {
    const found = known.get(text) ?? texts.push(text) - 1
    known.set(text, found)
    return found
  }
  const columns = sourceColumns(sources, place)
  return pack({ ...facts, texts }, columns)
}

export const unpackManifest = (bytes: Buffer, number: number): Manifest | Fault => {
  const file = unpack(bytes)
  if (typeof file === 'string') return file
  const { texts, ...facts } = manifestFacts(file)
  return { ...facts, number, sources: readSources(file, texts) }
}

// The checksum says that these are the bytes that `packManifest` wrote.
const manifestFacts = (file: Container) =>
  file.facts as Omit<Manifest, 'number' | 'sources'> & { readonly texts: readonly string[] }

export const packNotes = (notes: Notes): Buffer => pack(notes, {})

export const unpackNotes = (bytes: Buffer): Notes | Fault => {
  const file = unpack(bytes)
  return typeof file === 'string' ? file : (file.facts as Notes)
}
