/** The state of the index after a reading: what `Store.save` writes. */
import type { SessionNote } from '../core/entry.ts'
import { addOdd, type SourceReading } from '../core/reading.ts'
import type { Combined, Fate } from './combine.ts'
import type { Manifest, Notes } from './manifest.ts'
import { MERGED, monthNumbers, packRows } from './rows.ts'
import type { SourceNotes, SourceOddities, StoredSource } from './sources.ts'
import { type Found, holdsTitles } from './standing.ts'
import type { NextState } from './store.ts'

export interface NextRequest {
  readonly manifest: Manifest
  /** The logs that are there, with their numbers. */
  readonly found: readonly (Found & { readonly number: number })[]
  readonly fates: ReadonlyMap<number, Fate>
  readonly gone: ReadonlySet<number>
  readonly combined: Combined
  readonly notes: Notes
  readonly states: Buffer
  /** Whether titles may be stored. */
  readonly titles: boolean
}

const noHead = { hash: 0, length: 0 }

/** Everything that is stored of a source but its state's place. */
const sourceOf = (
  found: Found,
  { kind }: Fate,
  reading: SourceReading,
  old: StoredSource | undefined,
  titles: boolean,
) => {
  const { source, facts, beside } = found
  const { whole, tail, checkpoint, bytes } = reading
  const before = kind === 'append' || kind === 'merge' ? old : undefined
  return {
    agent: source.agent,
    path: source.path,
    part: source.part ?? '',
    kind: source.kind ?? 'lines',
    scope: facts.scope,
    size: source.size,
    mtimeMs: source.mtimeMs,
    device: source.device,
    inode: source.inode,
    beside,
    head: reading.head ?? noHead,
    end: reading.end ?? 0,
    version: facts.version,
    position: checkpoint?.position ?? 0,
    lines: (before?.lines ?? 0) + whole.lines,
    tailLines: tail.lines,
    joined: (before?.joined ?? 0) + whole.joined,
    tailJoined: tail.joined,
    bytes,
    isGone: false,
    isUntitled: !titles,
    stateAt: 0,
    stateSize: 0,
  } satisfies StoredSource
}

const isTitle = ({ kind }: SessionNote): boolean => kind !== 'worktree' && kind !== 'total'

/** The next state. */
export const nextState = (request: NextRequest): NextState => {
  const { manifest, fates, combined } = request
  const { sources, states } = nextSources(request)
  const odd: Record<string, SourceOddities> = { ...manifest.odd }
  const bySource: Record<string, SourceNotes> = { ...request.notes.bySource }
  for (const [number, fate] of fates) {
    const isAppended = fate.kind === 'append' || fate.kind === 'merge'
    const { whole, tail } = fate.reading
    const before = isAppended ? odd[number]?.whole : undefined
    put(odd, number, { whole: addOdd(before ?? [], whole.odd), tail: tail.odd })
    put(bySource, number, notesAfter(bySource[number], fate, combined.kept.has(number)))
  }
  const isUntouched = request.titles && combined.inherited.list.length === 0 && hasNoNotes(request)
  const notes = request.titles ? bySource : withoutTitles(bySource)
  const { isWhole, list } = combined.inherited
  const inherited = isWhole ? list : [...request.notes.inherited, ...list]
  return {
    manifest: {
      sources,
      odd,
      merged: combined.merged,
      responses: countResponses(combined),
      hasTotals: hasTotals(notes),
    },
    months: combined.months,
    shards: shardsOf(combined),
    states,
    notes: isUntouched ? undefined : { bySource: notes, inherited },
    forgets: !request.titles && holdsTitles(manifest),
  }
}

/** Whether all that was read goes on where it stopped, and neither had notes at its end nor has any now: then they stay as they are. */
const hasNoNotes = ({ fates, notes, combined }: NextRequest): boolean =>
  !combined.inherited.isWhole &&
  [...fates].every(
    ([number, { kind, reading }]) =>
      kind === 'append' &&
      !combined.kept.has(number) &&
      reading.whole.notes.length + reading.tail.notes.length === 0 &&
      (notes.bySource[number]?.tail.length ?? 0) === 0,
  )

/** Whether any log holds its agent's own total of a session. */
export const hasTotals = (bySource: Notes['bySource']): boolean =>
  Object.values(bySource).some(({ whole, tail }) => [...whole, ...tail].some(note => note.kind === 'total'))

/** Under the source's number, or nowhere where there is nothing. */
export const put = <V extends Record<'whole' | 'tail', readonly unknown[]> & { readonly kept?: readonly unknown[] }>(
  into: Record<string, V>,
  number: number,
  value: V,
): void => {
  if (value.whole.length + value.tail.length + (value.kept?.length ?? 0) > 0) into[number] = value
  else delete into[number]
}

/** What is known of a source's sessions once it was read; as long as it has rows that it holds no more, so does what it said of them. */
const notesAfter = (before: SourceNotes | undefined, { kind, reading }: Fate, isKept: boolean): SourceNotes => {
  const { whole, tail } = reading
  const { whole: old = [], tail: oldTail = [], kept: oldKept = [] } = before ?? {}
  const goesOn = kind === 'append' || kind === 'merge'
  const fresh = { whole: goesOn ? [...old, ...whole.notes] : whole.notes, tail: tail.notes }
  if (!isKept) return fresh
  const known = new Set([...fresh.whole, ...fresh.tail].map(note => JSON.stringify(note)))
  const gone = goesOn ? oldKept : [...oldKept, ...old, ...oldTail].filter(note => !known.has(JSON.stringify(note)))
  return gone.length === 0 ? fresh : { ...fresh, kept: gone }
}

const withoutTitles = (notes: Readonly<Record<string, SourceNotes>>): Record<string, SourceNotes> => {
  const left: Record<string, SourceNotes> = {}
  const untitled = (list: readonly SessionNote[]): SessionNote[] => list.filter(note => !isTitle(note))
  for (const [number, { whole, tail, kept = [] }] of Object.entries(notes))
    put(left, Number(number), { whole: untitled(whole), tail: untitled(tail), kept: untitled(kept) })
  return left
}

const nextSources = (request: NextRequest): { sources: StoredSource[]; states: Buffer } => {
  const { manifest, found, fates, gone, titles } = request
  const sources = manifest.sources.map((source, number): StoredSource => {
    const untitled = source.isUntitled || !titles
    return gone.has(number) || untitled !== source.isUntitled
      ? { ...source, isGone: source.isGone || gone.has(number), isUntitled: untitled }
      : source
  })
  const fresh = new Map<number, string>()
  for (const one of found) {
    const fate = fates.get(one.number)
    const old = sources[one.number]
    if (fate) {
      sources[one.number] = sourceOf(one, fate, fate.reading, old, titles)
      fresh.set(one.number, fate.reading.checkpoint?.state ?? '')
    } else if (old?.isGone) sources[one.number] = { ...old, isGone: false }
  }
  const states = layStates(sources, number => {
    const text = fresh.get(number)
    const { stateAt, stateSize } = sources[number]!
    return text === undefined ? request.states.subarray(stateAt, stateAt + stateSize) : Buffer.from(text)
  })
  return { sources, states }
}

/** Lays the states of all sources one behind the other, and notes of each where it lies. */
export const layStates = (sources: StoredSource[], stateOf: (number: number) => Buffer): Buffer => {
  const parts: Buffer[] = []
  let at = 0
  for (const [number, source] of sources.entries()) {
    const state = stateOf(number)
    if (state.length === 0 && source.stateSize === 0) continue
    sources[number] = { ...source, stateAt: at, stateSize: state.length }
    parts.push(state)
    at += state.length
  }
  return Buffer.concat(parts)
}

export const countResponses = ({ list }: Combined): number => {
  let count = 0
  for (let i = 0; i < list.size; i++) if ((list.marks[i]! & MERGED) === 0) count++
  return count
}

/** The shards of the months that have to be written; a month without rows has none. */
export const shardsOf = ({ tables, list, months }: Combined): NextState['shards'] => {
  const picked = new Map<number, number[]>()
  const monthOf = monthNumbers()
  for (let i = 0; i < list.size; i++) {
    const month = monthOf(tables[list.tables[i]!]!.numbers.at[list.rows[i]!]!)
    if (!months.has(month)) continue
    const own = picked.get(month)
    if (own) own.push(i)
    else picked.set(month, [i])
  }
  return [...picked].map(([month, own]) => ({ month, rows: own.length, bytes: packRows(tables, list, own) }))
}
