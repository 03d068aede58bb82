/** agents and doctor over real homes: what is known of each agent. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { agents } from '../../src/agents/index.ts'
import { agentsOf, readAgents } from '../../src/commands/agents.ts'
import { type RawFlags, resolveOptions } from '../../src/config/resolve.ts'
import type { AgentFacts } from '../../src/core/agents.ts'
import { UserError } from '../../src/core/errors.ts'
import { type Loaded, reportOf } from '../../src/load.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/agents')

const load = async (home: string, flags: RawFlags = {}): Promise<Loaded> => {
  const host = makeHost({ home })
  const context = { agentIds: agents.map(agent => agent.id) }
  const options = await resolveOptions(host, 'agents', { offline: true, index: false, ...flags }, context)
  return readAgents(host, options)
}

const oneOf = (loaded: Loaded, id: string): AgentFacts => agentsOf(loaded, id).agents[0]!

describe('agents', () => {
  it('names all of them, found or not', async () => {
    const report = agentsOf(await load(temporaryHome({ '.claude/projects/p/s1.jsonl': jsonl(response()) })))
    expect(report.agents.map(({ id }) => id)).toEqual(agents.map(agent => agent.id))
    expect(report.agents.filter(({ files }) => files > 0)).toMatchObject([
      {
        id: 'claude',
        sessions: 1,
        files: 1,
        summary: { entries: 1 },
        quality: { output: { measured: 1, partial: 0 } },
      },
    ])
    expect(report.agents.every(({ variable, looked }) => variable !== '' && looked.length > 0)).toBe(true)
  })

  it('tells how good the data are that were found', async () => {
    const cursor = oneOf(await load(join(fixtures, 'cursor/editor/home')), 'cursor')
    const { entries, tokens, inexactEntries, uncertainEntries, partialOutputs, estimatedTokens } = cursor.summary
    expect([inexactEntries, uncertainEntries + partialOutputs]).toEqual([entries, entries])
    expect(cursor.quality.cacheRead).toEqual({ measured: 0, partial: 0, estimated: 0, none: entries })
    expect(cursor.quality.input.partial + cursor.quality.input.none).toBe(entries)
    // What the log does not say is guessed from sizes, and stays out of the counts.
    expect(estimatedTokens).toBeGreaterThan(0)
    const daily = reportOf(await load(join(fixtures, 'cursor/editor/home'), { includeEstimates: true }), 'daily')
    expect(daily.totals.tokens).toEqual(tokens)
  })

  it('says the same by way of the index', async () => {
    const home = temporaryHome({ '.claude/projects/p/s1.jsonl': jsonl(response()) })
    const plain = agentsOf(await load(home))
    for (const _ of ['first', 'second']) expect(agentsOf(await load(home, { index: true }))).toEqual(plain)
  })

  it('is about the agents and days asked for', async () => {
    const home = temporaryHome({
      '.claude/projects/p/s1.jsonl': jsonl(
        response(),
        response({ id: 'm2', session: 's2', at: '2026-11-09T09:00:00Z' }),
      ),
    })
    expect(agentsOf(await load(home, { agent: ['codex,claude'] })).agents.map(({ id }) => id)).toEqual([
      'claude',
      'codex',
    ])
    expect(oneOf(await load(home, { since: '2026-11-05' }), 'claude')).toMatchObject({
      sessions: 1,
      summary: { entries: 1 },
    })
  })

  it('knows agents by their ids, in any case', async () => {
    const loaded = await load(temporaryHome())
    expect(oneOf(loaded, 'Codex').name).toBe('Codex')
    expect(() => agentsOf(loaded, 'codx')).toThrow(new UserError("Unknown agent 'codx'. Did you mean 'codex'?"))
    expect(() => agentsOf(loaded, 'zzzzzz')).toThrow(/^Unknown agent 'zzzzzz'\. Known: amp, claude, /)
  })
})

describe('accounts', () => {
  const twoAccounts = () =>
    temporaryHome({
      '.claude/projects/p/s1.jsonl': jsonl(response({ id: 'm1', output: 1 })),
      'job/.claude/projects/p/s2.jsonl': jsonl(response({ id: 'm2', session: 's2', output: 20 })),
      '.config/tokusage/tokusage.json': '{ "profiles": { "work": { "claude": "~/job/.claude" } } }',
    })

  it.each([
    [undefined, 21, ['default', 'work']],
    ['work', 20, ['work']],
    ['default', 1, ['default']],
    ['work,default', 21, ['default', 'work']],
  ])('--profile %s', async (profile, output, profiles) => {
    const loaded = await load(twoAccounts(), profile === undefined ? {} : { profile: [profile] })
    for (const kind of ['daily', 'session', 'blocks'] as const)
      expect(reportOf(loaded, kind)).toMatchObject({ profiles, totals: { tokens: { output } } })
  })

  it('are not named where the config names none', async () => {
    const home = temporaryHome({ '.claude/projects/p/s1.jsonl': jsonl(response()) })
    expect(reportOf(await load(home), 'daily').profiles).toBeUndefined()
  })
})
