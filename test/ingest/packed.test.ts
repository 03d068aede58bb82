/** Compressed logs, all the way: without the index, with it, and when a log that was read is compressed afterwards. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { codesOf, entriesOf, IndexHome } from '../support/index-home.ts'
import { root } from '../support/run.ts'
import { rawZstd } from '../support/zstd.ts'

const name = 'rollout-2026-11-22T10-00-00-01a20000-0000-7000-8000-00000000000a.jsonl'
const text = readFileSync(join(root, 'fixtures/agents/codex/records/home/.codex/sessions/2026/11/22', name), 'utf8')

const put = (at: IndexHome, path: string, content: string | Buffer): string => {
  const whole = join(at.home, '.codex', path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, content)
  return whole
}

it('are read as if they were plain, and then not again', async () => {
  const plain = new IndexHome()
  put(plain, `sessions/${name}`, text)
  const expected = entriesOf(await plain.run())
  expect(expected.length).toBeGreaterThan(1)
  const packed = new IndexHome()
  const path = put(packed, `archived_sessions/${name}.zst`, rawZstd(text))
  expect(entriesOf(await packed.run({ index: false }))).toEqual(expected)
  expect(entriesOf(await packed.run())).toEqual(expected)
  packed.opened.length = 0
  expect(entriesOf(await packed.run())).toEqual(expected)
  expect(packed.opened).toEqual([])
  writeFileSync(path, rawZstd(`${text}{"type":"more"}\n`))
  expect(entriesOf(await packed.run())).toEqual(expected)
  expect(packed.opened).toContain(path)
})

it('count once when they were plain before', async () => {
  const at = new IndexHome()
  const path = put(at, `sessions/${name}`, text)
  const before = await at.run()
  rmSync(path)
  put(at, `archived_sessions/${name}.zst`, rawZstd(text))
  const after = await at.run()
  expect(entriesOf(after)).toEqual(entriesOf(before))
  expect([after.historical.size, codesOf(after).history]).toEqual([0, undefined])
  expect(entriesOf(await at.run())).toEqual(entriesOf(before))
})

it('that are damaged lose nothing of what is known', async () => {
  const at = new IndexHome()
  const path = put(at, `archived_sessions/${name}.zst`, rawZstd(text))
  const before = entriesOf(await at.run())
  writeFileSync(path, rawZstd(text).subarray(0, 50))
  const after = await at.run()
  expect(codesOf(after).unreadable).toBe(1)
  expect(entriesOf(after)).toEqual(before)
})
