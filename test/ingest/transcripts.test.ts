/** Random logs of known truth: what is read is the truth, however files, lines, rows and threads are ordered. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agents } from '../../src/agents/index.ts'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { UsageEntry } from '../../src/core/entry.ts'
import { entryAt } from '../../src/core/entry-table.ts'
import type { ThreadReading } from '../../src/core/reading.ts'
import { Deduper } from '../../src/ingest/dedupe.ts'
import { gather } from '../../src/ingest/gather.ts'
import { scan } from '../../src/ingest/scan.ts'
import { inOrder, type Logs, memoryHost, scanLogs, sourceOf } from '../support/scan.ts'
import { type Json, jsonl } from '../support/transcript.ts'
import { type Transcripts, transcripts } from '../support/transcripts.ts'

const factsOf = (entry: UsageEntry) => ({
  id: entry.messageId,
  at: entry.at,
  session: entry.session,
  tokens: entry.tokens,
  tools: [...entry.tools].sort(),
})

/** As read, and as it is; a session that nobody can know is left out of both. */
const compare = ({ truth }: Transcripts, entries: readonly UsageEntry[]) => {
  const unsure = new Set(truth.flatMap(one => (one.session === undefined ? [one.id] : [])))
  const key = (one: { id: string | undefined; at: number }) => `${one.id} ${one.at}`
  const inKeyOrder = <T extends { id: string | undefined; at: number; session: string | undefined }>(
    list: readonly T[],
  ) =>
    list
      .map(one => (unsure.has(one.id ?? '') ? { ...one, session: undefined } : one))
      .sort((a, b) => (key(a) < key(b) ? -1 : 1))
  expect(inKeyOrder(entries.map(factsOf))).toEqual(inKeyOrder(truth))
}

const logsOf = (files: Readonly<Record<string, readonly Json[]>>): Logs =>
  Object.fromEntries(Object.entries(files).map(([path, lines]) => [path, jsonl(...lines)]))

const shuffle = <T>(list: readonly T[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length })

const read = (logs: Logs): ThreadReading => {
  const jobs = Object.keys(logs).map(path => ({ source: sourceOf(path) }))
  return scan(memoryHost(logs), agents, jobs, { detail: 'calls', isResumable: true })
}

const rowsOf = (logs: Logs): UsageEntry[] => {
  const { table } = read(logs)
  return Array.from({ length: table.size }, (_, i) => entryAt(table, i))
}

describe('random logs', () => {
  it('read as they are: every response once, at its first time, with its final counts and all its tools', () => {
    fc.assert(
      fc.property(transcripts, given => {
        const { entries, codes } = scanLogs(logsOf(given.files), 'calls')
        compare(given, entries)
        expect(codes).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('account for every line: counted, or merged away for a reason', () => {
    fc.assert(
      fc.property(transcripts, given => {
        const { entries, merged } = scanLogs(logsOf(given.files))
        expect(entries.length + merged.blocks + merged.copies + merged.sidechains).toBe(given.usageLines)
      }),
    )
  })

  it('read the same in any order of files', () => {
    const ordered = transcripts.chain(given => fc.tuple(fc.constant(given), shuffle(Object.entries(given.files))))
    fc.assert(
      fc.property(ordered, ([given, files]) => {
        const straight = scanLogs(logsOf(given.files))
        const shuffled = scanLogs(logsOf(Object.fromEntries(files)))
        expect(shuffled.entries).toEqual(straight.entries)
        expect(shuffled.merged).toEqual(straight.merged)
      }),
    )
  })

  it('read the same however the lines are spread over files', () => {
    const spread = transcripts.chain(given => {
      const lines = Object.values(given.files).flat()
      return fc.tuple(
        fc.constant(given),
        shuffle(lines),
        fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: lines.length, maxLength: lines.length }),
      )
    })
    fc.assert(
      fc.property(spread, ([given, lines, places]) => {
        const files: Record<string, Json[]> = { x: [], y: [], z: [] }
        for (const [i, line] of lines.entries()) files[places[i]!]!.push(line)
        compare(given, scanLogs(logsOf(files), 'calls').entries)
      }),
    )
  })

  it('read the same on one thread and on two, whatever each of them took', () => {
    const shared = transcripts.chain(given => {
      const paths = Object.keys(given.files)
      return fc.tuple(
        fc.constant(given),
        fc.array(fc.boolean(), { minLength: paths.length, maxLength: paths.length }),
        fc.boolean(),
      )
    })
    fc.assert(
      fc.property(shared, ([given, takes, isFirstMine]) => {
        const all = Object.entries(logsOf(given.files))
        const share = (mine: boolean) => read(Object.fromEntries(all.filter((_file, i) => takes[i] === mine)))
        const threads = [share(isFirstMine), structuredClone(share(!isFirstMine))]
        const { rows, merged } = gather(threads, new Diagnostics())
        const entries = rows.map(row => row.copy())
        compare(given, entries)
        expect(merged).toEqual(scanLogs(logsOf(given.files), 'calls').merged)
      }),
    )
  })

  it('give the same rows in any order of adding', () => {
    const rows = transcripts.map(given => rowsOf(logsOf(given.files)))
    fc.assert(
      fc.property(
        rows.chain(list => fc.tuple(fc.constant(list), shuffle(list))),
        ([list, other]) => {
          const resolve = (order: readonly UsageEntry[]) => {
            const deduper = new Deduper()
            for (const row of order) deduper.add(row)
            return inOrder(deduper.resolve().entries).map(e => ({ ...e, tools: [...e.tools].sort() }))
          }
          expect(resolve(other)).toEqual(resolve(list))
        },
      ),
    )
  })
})
