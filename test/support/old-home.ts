/** A home with a past: of two months, each with a log that is gone and one that is there. */
import { rmSync } from 'node:fs'
import { expect } from 'vitest'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { Disk, Host } from '../../src/host/host.ts'
import type { Ingested } from '../../src/ingest/ingest.ts'
import { Store } from '../../src/store/store.ts'
import { codesOf, entriesOf, IndexHome } from './index-home.ts'
import { jsonl, response } from './transcript.ts'

/** `october(1)` and `november(1)`: responses that share their figures with no other. */
const monthly =
  (month: number, more: number) =>
  (id: number): string =>
    jsonl(
      response({
        id: `m${more + id}`,
        request: `r${more + id}`,
        output: more + id,
        at: new Date(Date.UTC(2026, month, id)).toISOString(),
      }),
    )
export const october = monthly(9, 100)
export const november = monthly(10, 200)

export const title = (session: string): string =>
  `${JSON.stringify({ type: 'custom-title', customTitle: `The title of ${session}`, sessionId: session })}\n`

export const outputsOf = ({ entries }: Ingested): number[] =>
  entries.map(({ entry }) => entry.tokens.output).sort((a, b) => a - b)

/** Of two months, each with a log that is gone and one that is there; saved at least twice since the first went. */
export const oldHome = async (): Promise<IndexHome> => {
  const home = new IndexHome()
  home.write('p/gone1.jsonl', october(1))
  home.write('p/gone2.jsonl', november(1))
  home.write('p/s1.jsonl', title('s1') + october(2))
  home.write('p/s2.jsonl', november(2))
  await home.run()
  rmSync(home.path('p/gone1.jsonl'))
  rmSync(home.path('p/gone2.jsonl'))
  await home.run()
  home.append('p/s2.jsonl', november(3))
  await home.run()
  home.append('p/s2.jsonl', november(4))
  expect(outputsOf(await home.run())).toEqual([101, 102, 201, 202, 203, 204])
  return home
}

const latest = (home: IndexHome): string =>
  home.files('manifest-').sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))[0]!

/** The files that the latest state names. */
export const namedFiles = (home: IndexHome) => {
  const manifest = new Store(home.host(), new Diagnostics()).manifest()
  return {
    october: manifest.shards[0]!.file,
    november: manifest.shards[1]!.file,
    states: manifest.statesFile!,
    notes: manifest.notesFile!,
    manifest: latest(home),
  }
}

/** Once more with nothing new: the same, no log opened, nothing damaged. */
export const expectSound = async (home: IndexHome, before: Ingested): Promise<void> => {
  home.opened.length = 0
  const after = await home.run()
  expect(entriesOf(after)).toEqual(entriesOf(before))
  expect(after.notes).toEqual(before.notes)
  expect([home.opened, codesOf(after)['index-damaged']]).toEqual([[], undefined])
}

export const failing = (host: Host, disk: Partial<Disk>): Host => ({ ...host, disk: { ...host.disk, ...disk } })

export const fault = (code: string) => Object.assign(new Error(code), { code })
