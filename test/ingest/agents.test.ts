/** Agents side by side: each is counted as if it were alone. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Agent } from '../../src/agents/define.ts'
import { agents } from '../../src/agents/index.ts'
import { EntryWriter } from '../../src/core/entry-table.ts'
import { addTokens, noTokens, totalTokens } from '../../src/core/tokens.ts'
import { dedupe } from '../../src/ingest/dedupe.ts'
import { type Ingested, ingest } from '../../src/ingest/ingest.ts'
import { discovered } from '../support/discover.ts'
import { entry } from '../support/entry.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/agents')

/** The cases of an agent that lie in one home without touching one another. */
const homeOf = (agent: Agent): string => {
  const name = readdirSync(join(fixtures, agent.id)).find(one => !one.includes('.') && !one.startsWith('odd'))
  return join(fixtures, agent.id, name ?? '', 'home')
}

const homeWith = (...present: readonly Agent[]): string => {
  const home = temporaryHome()
  for (const agent of present)
    cpSync(homeOf(agent), home, { recursive: true, filter: path => !path.endsWith('/share/tokusage') })
  return home
}

const readHome = (home: string, env: Readonly<Record<string, string>> = {}): Promise<Ingested> =>
  ingest(makeHost({ home, env }), {
    detail: 'counts',
    index: false,
    history: true,
    titles: true,
    comparesTotals: true,
    needsProjects: true,
    offline: true,
    refreshPrices: false,
    modelAliases: {},
    priceOverrides: {},
    mode: 'calculate',
  })

/** What one agent has in a reading. */
const sumsOf = ({ entries }: Ingested, { id }: Agent) => {
  const own = entries.filter(({ entry }) => entry.agent === id)
  return {
    entries: own.length,
    tokens: own.map(({ entry }) => entry.tokens).reduce(addTokens, noTokens),
    pico: own.reduce((sum, { cost }) => sum + cost.pico, 0),
  }
}

const alone = new Map(
  await Promise.all(agents.map(async agent => [agent, sumsOf(await readHome(homeOf(agent)), agent)] as const)),
)

it('each of them has something to count', () => {
  for (const [agent, { entries }] of alone) expect([agent.id, entries > 0]).toEqual([agent.id, true])
  expect([...alone.values()].filter(({ tokens }) => totalTokens(tokens) > 0).length).toBeGreaterThan(12)
})

describe.each(agents.map(agent => [agent.id, agent] as const))('%s', (_, agent) => {
  it('together with any other, both have what they have alone', async () => {
    for (const other of agents.slice(agents.indexOf(agent) + 1)) {
      const both = await readHome(homeWith(agent, other))
      expect([other.id, sumsOf(both, agent), sumsOf(both, other)]).toEqual([
        other.id,
        alone.get(agent),
        alone.get(other),
      ])
      expect(both.entries).toHaveLength(alone.get(agent)!.entries + alone.get(other)!.entries)
    }
  })

  it.each(['cut in half', 'overwritten'])('with its logs %s, all others have what they have alone', async how => {
    const home = homeWith(...agents)
    for (const { path } of discovered(agent, makeHost({ home })).sources) {
      const bytes = readFileSync(path)
      writeFileSync(path, how === 'overwritten' ? bytes.fill('\0{"x') : bytes.subarray(0, bytes.length / 2))
    }
    const found = await readHome(home)
    for (const other of agents)
      if (other !== agent) expect([other.id, sumsOf(found, other)]).toEqual([other.id, alone.get(other)])
  })
})

describe('one response in several places counts once', () => {
  const logs = jsonl(response({ id: 'm1', session: 's1', output: 7 }))

  it('in two roots of an agent', async () => {
    const home = temporaryHome({
      '.claude/projects/p/s1.jsonl': logs,
      '.config/claude/projects/p/s1.jsonl': logs,
      '.claude/vms/v/projects/p/s1.jsonl': logs,
    })
    const { entries, coverage } = await readHome(home)
    expect(coverage.counts.files).toBe(3)
    expect(entries.map(({ entry }) => entry.tokens.output)).toEqual([7])
  })

  it('in the logs of two agents, one of which runs inside the other', () => {
    const writer = new EntryWriter()
    const same = { session: 's1', messageId: 'm1', requestId: 'r1', input: 5 }
    writer.add(entry({ ...same, agent: 'outer', at: 2000, output: 7 }))
    writer.add(entry({ ...same, agent: 'inner', at: 1000, output: 7 }))
    const { entries, isMerged } = dedupe([writer.table()])
    expect([...isMerged[0]!]).toEqual([1, 1])
    expect(entries).toMatchObject([{ agent: 'inner', tokens: { input: 5, output: 7 } }])
  })

  it('where one root holds a copy of the other, each agent’s whole home included', async () => {
    const whole = await readHome(homeOf(agents.find(({ id }) => id === 'codex')!))
    const home = temporaryHome()
    for (const root of ['first', 'second'])
      cpSync(join(homeOf(agents.find(({ id }) => id === 'codex')!), '.codex'), join(home, root), { recursive: true })
    const both = await readHome(home, { CODEX_HOME: `${join(home, 'first')},${join(home, 'second')}` })
    expect(both.coverage.counts.files).toBe(whole.coverage.counts.files * 2)
    expect(both.entries.map(({ entry: e }) => e.tokens).reduce(addTokens, noTokens)).toEqual(
      whole.entries.map(({ entry: e }) => e.tokens).reduce(addTokens, noTokens),
    )
  })
})
