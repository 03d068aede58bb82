/** Accounts: further roots of agents that the config names. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import type { Ingested } from '../../src/ingest/ingest.ts'
import { codesOf, entriesOf, IndexHome } from '../support/index-home.ts'
import { jsonl, response } from '../support/transcript.ts'

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const mine = jsonl(response({ id: 'm1', session: 's1', output: 1 }))
const works = jsonl(response({ id: 'm2', session: 's2', output: 20 }))

/** A home with one log, and a root of work with another. */
const twoAccounts = () => {
  const home = new IndexHome()
  const root = join(home.folder, 'work')
  home.write('p/s1.jsonl', mine)
  write(join(root, 'projects/p/s2.jsonl'), works)
  return { home, root, work: { profileRoots: { work: { claude: root } } } }
}

/** Output by account. */
const outputs = ({ entries }: Ingested): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const { entry } of entries) {
    const name = entry.profile ?? 'default'
    sums[name] = (sums[name] ?? 0) + entry.tokens.output
  }
  return sums
}

it.each([true, false])('what lies under its root is an account’s, with the index (%s)', async index => {
  const { home, root, work } = twoAccounts()
  expect(outputs(await home.run({ index }))).toEqual({ default: 1 })
  const both = await home.run({ ...work, index })
  expect(outputs(both)).toEqual({ default: 1, work: 20 })
  const look = both.coverage.looks.find(({ agent }) => agent.id === 'claude')
  expect(look?.roots).toContainEqual({ path: root, isFound: true, profile: 'work' })
  expect(look?.files).toBe(2)
  expect(entriesOf(await home.run({ ...work, index }))).toEqual(entriesOf(both))
})

it('an account that gets another name, or goes, takes its logs along', async () => {
  const { home, root, work } = twoAccounts()
  await home.run(work)
  expect(outputs(await home.run({ profileRoots: { job: { claude: root } } }))).toEqual({ default: 1, job: 20 })
  expect(outputs(await home.run())).toEqual({ default: 1 })
  expect(outputs(await home.run(work))).toEqual({ default: 1, work: 20 })
})

it('a session that both hold counts once, where it was first', async () => {
  const { home, root, work } = twoAccounts()
  cpSync(home.path('p/s1.jsonl'), join(root, 'projects/p/s1.jsonl'))
  const { entries } = await home.run(work)
  expect(entries.map(({ entry }) => entry.tokens.output).sort()).toEqual([1, 20])
})

it('a root that is found without it, too, is the account’s, by whatever path', async () => {
  const { home } = twoAccounts()
  const link = join(home.folder, 'link')
  symlinkSync(join(home.home, '.claude'), link)
  for (const root of [join(home.home, '.claude'), link]) {
    const found = await home.run({ profileRoots: { work: { claude: root } }, index: false })
    expect(outputs(found)).toEqual({ work: 1 })
    expect(found.coverage.counts.files).toBe(1)
  }
})

it('a root that is not there is said, and nothing else is taken for it', async () => {
  const { home } = twoAccounts()
  const gone = join(home.folder, 'gone')
  const found = await home.run({ profileRoots: { work: { claude: gone } } })
  expect(outputs(found)).toEqual({ default: 1 })
  expect(codesOf(found)).toEqual({ 'missing-root': 1 })
  expect(found.diagnostics.list()[0]?.args).toEqual({ path: gone, variable: 'profiles.work.claude' })
})

it('a variable of the user’s own holds for what belongs to no account', async () => {
  const { home, work } = twoAccounts()
  const other = join(home.folder, 'other')
  write(join(other, 'projects/p/s3.jsonl'), jsonl(response({ id: 'm3', session: 's3', output: 300 })))
  const host = home.host({ env: { CLAUDE_CONFIG_DIR: other } })
  expect(outputs(await home.run(work, host))).toEqual({ default: 300, work: 20 })
})
