import { expect, it } from 'vitest'
import { agentUsage, noUsage } from '../../src/report/agents.ts'
import { priced } from '../support/entry.ts'

const nothing = { measured: 0, partial: 0, estimated: 0, none: 0 }

it('counts sessions, responses and the quality of every class, agent by agent', () => {
  const usage = agentUsage([
    priced({ agent: 'ember', session: 's1', output: 5, usd: 1 }),
    priced({ agent: 'ember', session: 's1', output: 1, isPartial: true }),
    priced({ agent: 'ember', session: 's2', quality: { input: 'none', output: 'none' }, estimatedTokens: 30 }),
    priced({ agent: 'ember', session: 's3' }), // used nothing
    priced({ agent: 'slate', session: 's1', input: 2, quality: { input: 'estimated' } }),
  ])
  expect([...usage.keys()]).toEqual(['ember', 'slate'])
  expect(usage.get('ember')).toMatchObject({
    sessions: 2,
    summary: { entries: 3, tokens: { output: 6 }, cost: { pico: 1e12 }, inexactEntries: 2, estimatedTokens: 30 },
    quality: {
      input: { ...nothing, measured: 2, none: 1 },
      output: { ...nothing, measured: 1, partial: 1, none: 1 },
      cacheCreation: { ...nothing, measured: 3 },
      cacheRead: { ...nothing, measured: 3 },
    },
  })
  expect(usage.get('slate')).toMatchObject({ sessions: 1, quality: { input: { ...nothing, estimated: 1 } } })
})

it('of nothing is nothing', () => {
  expect(agentUsage([]).size).toBe(0)
  expect(noUsage).toMatchObject({ sessions: 0, summary: { entries: 0 }, quality: { output: nothing } })
})
