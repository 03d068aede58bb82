import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AgentFacts, AgentsReport } from '../../src/core/agents.ts'
import { agentsJson, renderAgent, renderAgents } from '../../src/render/agents.ts'
import { reportSchemas } from '../../src/render/json-schema.ts'
import { widthOf } from '../../src/render/width.ts'
import { summary, view } from './sample.ts'

const counts = (parts: Partial<AgentFacts['quality']['input']> = {}) => ({
  measured: 0,
  partial: 0,
  estimated: 0,
  none: 0,
  ...parts,
})

const facts = (parts: Partial<AgentFacts>): AgentFacts => ({
  id: 'ember',
  name: 'Ember',
  looked: [{ path: '/home/u/.ember', isFound: true }],
  variable: 'EMBER_HOME',
  files: 0,
  blockHours: undefined,
  gaps: [],
  sessions: 0,
  summary: summary({ entries: 0 }),
  quality: { input: counts(), output: counts(), cacheCreation: counts(), cacheRead: counts() },
  ...parts,
})

const ember = facts({
  files: 12,
  blockHours: 5,
  looked: [
    { path: '/home/u/.ember', isFound: true },
    { path: '/home/u/work/.ember', isFound: false, profile: 'work' },
    { path: '/srv/ember', isFound: true, variable: 'EMBER_HOME' },
  ],
  sessions: 3,
  summary: summary({
    entries: 8,
    input: 1_000,
    output: 200,
    partialOutputs: 1,
    uncertainEntries: 1,
    estimatedTokens: 40,
    estimatedUsd: 0.5,
    usd: 1.25,
    from: '2026-03-01T10:00:00Z',
    to: '2026-03-05T10:00:00Z',
  }),
  quality: {
    input: counts({ measured: 8 }),
    output: counts({ measured: 6, partial: 2 }),
    cacheCreation: counts({ none: 8 }),
    cacheRead: counts({ measured: 4, estimated: 4 }),
  },
  gaps: [
    'Titles are billed but never logged.',
    'Cache writes: switch on ember.cache.log to have them logged from then on.',
  ],
})

const slate = facts({
  id: 'slate',
  name: 'Slate of a long name',
  files: 1,
  sessions: 12_345,
  summary: summary({ entries: 1_234_567, usd: 98_765.43, from: '2025-01-01T00:00:00Z', to: '2026-03-05T10:00:00Z' }),
  quality: {
    input: counts({ measured: 1_234_567 }),
    output: counts({ measured: 1_234_567 }),
    cacheCreation: counts({ measured: 1_234_567 }),
    cacheRead: counts({ measured: 1_234_567 }),
  },
})

const flint = facts({ id: 'flint', name: 'Flint', looked: [{ path: '/home/u/.flint', isFound: false }] })

const report = (...agents: readonly AgentFacts[]): AgentsReport => ({
  agents,
  diagnostics: [{ code: 'bad-line', args: { path: '/logs/a.jsonl' }, count: 3 }],
  timeZone: 'Europe/Berlin',
})

const golden = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../../fixtures/reports/${name}.txt`), 'utf8')

describe('the screens', () => {
  it('all agents look as agreed in 80 columns', () => {
    expect(`${renderAgents(report(ember, slate, flint), view({ width: 80 }))}\n`).toBe(golden('agents-80'))
  })

  it('one agent looks as agreed in 80 columns', () => {
    expect(`${renderAgent(ember, report(ember), view({ width: 80 }))}\n`).toBe(golden('agent-80'))
  })

  it.each([40, 60, 80, 100])('nothing is wider than %d columns', width => {
    for (const text of [
      renderAgents(report(ember, slate, flint), view({ width })),
      renderAgent(ember, report(ember), view({ width })),
      renderAgent(flint, report(flint), view({ width })),
    ])
      for (const line of text.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(width)
  })

  it('marks a class by the worst of what is in it', () => {
    const line = (agent: AgentFacts): string => renderAgents(report(agent), view({ width: 80 })).split('\n')[2] ?? ''
    expect(line(ember)).toContain('✓ ≥ – ~')
    expect(line(slate)).toContain('✓ ✓ ✓ ✓')
  })

  it('without cost, no money is named', () => {
    for (const text of [
      renderAgents(report(ember, slate), view({ noCost: true })),
      renderAgent(ember, report(ember), view({ noCost: true })),
    ])
      expect(text).not.toMatch(/\$|cost/i)
  })

  it('says by name what was not found', () => {
    const text = renderAgents(report(flint, { ...flint, name: 'Shale' }), view({ width: 80 }))
    expect(text.split('\n')[0]).toBe('Not found: Flint, Shale')
  })
})

describe('JSON', () => {
  it.each([false, true])('keeps its promise, full and empty (without cost: %s)', noCost => {
    for (const some of [report(ember, slate, flint), report()])
      expect(reportSchemas.agents.safeParse(agentsJson(some, { noCost })).error?.issues ?? []).toEqual([])
    expect(JSON.stringify(agentsJson(report(ember), { noCost: true }))).not.toMatch(/[cC]ost/)
  })

  it('has every agent, found or not', () => {
    expect(agentsJson(report(ember, flint), { noCost: false })).toMatchObject({
      agents: [
        {
          agent: 'ember',
          found: true,
          totalCost: 1.25,
          quality: { output: { measured: 6, partial: 2 }, cacheCreation: { none: 8 } },
        },
        { agent: 'flint', found: false, sessions: 0, firstActivity: null, totalCost: 0 },
      ],
    })
  })
})
