/** Every rule on one session that it is about and one that it is not; savings against what the items cost, worked out from the prices of the builders. */
import { describe, expect, it, test } from 'vitest'
import { costPartsTotal } from '../../src/core/cost-parts.ts'
import type { Finding, FindingCode } from '../../src/core/finding.ts'
import { findingCodes } from '../../src/core/finding.ts'
import type { PricedCall, ReceiptInput } from '../../src/receipt/types.ts'
import { partsOf as costParts, prices } from '../receipt/session.ts'
import { finding, findings, idle, type Piece, prompt, read, type Step, session, together } from './session.ts'

/** `[low, high]` in picodollars. */
const saving = (found: Finding | undefined) => found && [found.saving.low.pico, found.saving.high.pico]

const first = (...pieces: readonly Piece[]): Step => ({ new: [prompt('begin'), ...pieces] })

describe('long-sessions', () => {
  const steps = [first(read('/home/dev/app/a.ts', 20_000)), { new: [prompt('another subject')] }]

  it('would clear where later calls carried most', () => {
    const found = finding('long-sessions', session([...steps, ...idle(11)]))
    // The read, the prompt before it and the answer behind it, read 12 times; to 1 %, for sizes are shared out
    const [low = 0, high = 0] = saving(found) ?? []
    expect(high / (20_030 * 12 * prices.read)).toBeCloseTo(1, 2)
    expect(low).toBe(high)
    expect(found?.evidence).toMatchObject([{ count: 1, session: 's1' }])
  })

  it('keeps, for the low figure, a file that was touched again', () => {
    const again = [...steps, ...idle(11), { new: [read('/home/dev/app/a.ts', 20)] }]
    const [low = 0, high = 0] = saving(finding('long-sessions', session(again))) ?? []
    expect(low).toBeLessThan(high / 50)
  })

  it('says nothing of a session that ended soon after', () => {
    expect(finding('long-sessions', session([...steps, ...idle(5)]))).toBeUndefined()
  })
})

describe('repeated-reads', () => {
  const file = '/home/dev/app/a.ts'
  const written: Piece = { kind: 'tool-result', tool: 'Edit', target: { kind: 'file', name: file }, tokens: 10 }
  const second = { new: [read(file, 5000)] }

  it('finds what stood there already', () => {
    const found = finding('repeated-reads', session([first(read(file, 5000)), {}, second, ...idle(2)]))
    // Written once, read twice
    const [low = 0, high = 0] = saving(found) ?? []
    expect(high / (5000 * (prices.write + 2 * prices.read))).toBeCloseTo(1, 2)
    expect(low).toBe(high)
    expect(found?.args).toMatchObject({ cases: 1, sessions: 1 })
  })

  it('does not mind a file that was changed, or another part of it', () => {
    const changed = session([first(read(file, 5000)), { new: [written] }, second, ...idle(2)])
    expect(finding('repeated-reads', changed)).toBeUndefined()
    const part = session([first(read(file, 5000)), { new: [read(file, 900)] }, ...idle(2)])
    expect(finding('repeated-reads', part)).toBeUndefined()
  })
})

describe('huge-results', () => {
  const huge: Piece = { kind: 'tool-result', tool: 'Bash', target: { kind: 'command', name: 'cat' }, tokens: 10_000 }

  it('would cut them', () => {
    const found = finding('huge-results', session([first(huge), ...idle(6)]))
    const cost = found?.cost.pico ?? 0
    // Nine tenths and six tenths of it
    const [low = 0, high = 0] = saving(found) ?? []
    expect(high / cost).toBeCloseTo(0.9, 1)
    expect(low / cost).toBeCloseTo(0.6, 1)
    expect(found?.evidence[0]).toMatchObject({ count: 6, what: { tool: 'Bash', target: 'cat' } })
  })

  it('lets those pass that were not carried far, and small ones', () => {
    expect(finding('huge-results', session([first(huge), ...idle(3)]))).toBeUndefined()
    expect(finding('huge-results', session([first({ ...huge, tokens: 3000 }), ...idle(20)]))).toBeUndefined()
  })
})

describe('idle-gaps', () => {
  const steps = (after: number): Step[] => [first(read('/a', 9000)), {}, { after, read: 0 }, {}]

  it('counts what was written again after the cache was gone', () => {
    const found = finding('idle-gaps', session(steps(12)))
    // Base, prompt, read and the first answer had been sent before: 10,030 tokens
    const rewritten = 10_030 * (prices.write - prices.read)
    expect(saving(found)).toEqual([rewritten - 2 * 10_030 * prices.read, rewritten])
    expect(found?.evidence[0]).toMatchObject({ count: 12 })
  })

  it('does not blame a short pause', () => {
    expect(finding('idle-gaps', session(steps(2)))).toBeUndefined()
  })
})

describe('model-switches', () => {
  const [a, b] = ['claude-opus-4-6', 'claude-sonnet-4-6']
  const steps = (...models: readonly string[]): Step[] =>
    models.map((model, n) => ({
      model,
      ...(n === 0 ? first(read('/a', 9000)) : {}),
      ...(n > 0 && model !== models[n - 1] ? { read: 0 } : {}),
    }))

  it('is sure of a switch back', () => {
    const [low = 0, high = 0] = saving(finding('model-switches', session(steps(a, b, a)))) ?? []
    expect(low).toBeGreaterThan(0)
    expect(high).toBeGreaterThan(low)
  })

  it('is silent where there is none', () => {
    expect(finding('model-switches', session(steps(a, a, a)))).toBeUndefined()
  })
})

describe('prefix-changes', () => {
  const steps = (kept: number): Step[] => [first(read('/a', 9000)), {}, { read: kept }, { read: kept }, {}]

  it('is sure of all but the first', () => {
    const [low = 0, high = 0] = saving(finding('prefix-changes', session(steps(500)))) ?? []
    expect(low).toBeGreaterThan(0)
    expect(high).toBeGreaterThan(low)
  })

  it('is silent where the prompt was read as far as it could be', () => {
    expect(finding('prefix-changes', session([first(read('/a', 9000)), ...idle(4)]))).toBeUndefined()
  })
})

describe('subagent-rereads', () => {
  const ask = (own: string): ReceiptInput =>
    together(
      session([
        first(read('/home/dev/app/a.ts', 4000)),
        { answer: [{ kind: 'tool-call', tool: 'Task', callId: 'c1', tokens: 30 }] },
        { after: 5, new: [{ kind: 'tool-result', tool: 'Task', callId: 'c1', spawned: 'sub', tokens: 50 }] },
      ]),
      session([first(read(own, 4000)), {}], { subagent: 'sub', from: 3 }),
    )

  it('finds what the parent knew', () => {
    const found = finding('subagent-rereads', ask('/home/dev/app/a.ts'))
    expect(found?.saving.high.pico).toBeGreaterThan(4000 * prices.write * 0.9)
    expect(found?.evidence[0]?.what).toMatchObject({ target: 'a.ts' })
  })

  it('does not mind other files', () => {
    expect(finding('subagent-rereads', ask('/home/dev/app/b.ts'))).toBeUndefined()
  })
})

describe('unused-mcp', () => {
  const offered: Piece = {
    kind: 'system',
    section: 'tool',
    key: 'tool:harbor',
    tool: 'harbor',
    target: { kind: 'mcp', name: 'harbor' },
    isExact: true,
    tokens: 3000,
  }
  const used: Piece = {
    kind: 'tool-call',
    tool: 'mcp__harbor__list',
    target: { kind: 'mcp', name: 'harbor' },
    tokens: 20,
  }

  it('names the server', () => {
    const found = finding('unused-mcp', session([{ new: [offered, prompt()] }, ...idle(4)]))
    expect(found).toMatchObject({ id: 'unused-mcp:harbor', args: { server: 'harbor' } })
    const [low = 0, high = 0] = saving(found) ?? []
    expect(low).toBe(high)
    expect(high / (3000 * (prices.write + 4 * prices.read))).toBeCloseTo(1, 0)
  })

  it('is silent about one that was called', () => {
    expect(finding('unused-mcp', session([{ new: [offered, prompt()], answer: [used] }, ...idle(4)]))).toBeUndefined()
  })
})

describe('memory-files', () => {
  const memory = (tokens: number): Piece => ({
    kind: 'system',
    section: 'memory',
    key: 'memory',
    isExact: true,
    tokens,
  })

  it('takes a fifth to a half of them to be dispensable', () => {
    const found = finding('memory-files', session([{ new: [memory(6000), prompt()] }, ...idle(4)]))
    const [low = 0, high = 0] = saving(found) ?? []
    expect(high).toBe(Math.floor((found?.cost.pico ?? 0) / 2))
    expect(low).toBe(Math.floor((found?.cost.pico ?? 0) / 5))
  })

  it('lets short ones be', () => {
    expect(finding('memory-files', session([{ new: [memory(700), prompt()] }, ...idle(4)]))).toBeUndefined()
  })
})

describe('failing-tools', () => {
  const fails = (n: number): Step[] =>
    Array.from({ length: n }, (_, i) => ({
      new: [
        {
          kind: 'tool-result',
          tool: 'Bash',
          callId: `b${i}`,
          isError: true,
          target: { kind: 'command', name: 'npm test' },
          tokens: 400,
        },
      ],
    }))

  it('is sure of what failed the same way again', () => {
    const found = finding('failing-tools', session([first(), ...fails(3), ...idle(3)]))
    const [low = 0, high = 0] = saving(found) ?? []
    expect(high).toBeGreaterThan(3 * 400 * prices.write)
    expect(low).toBeGreaterThan(high / 2)
    expect(low).toBeLessThan(high)
  })

  it('takes two failures for a part of the work', () => {
    expect(finding('failing-tools', session([first(), ...fails(2), ...idle(3)]))).toBeUndefined()
  })
})

describe('light-turns', () => {
  /** A tenth of the price. */
  const lighter = (entry: PricedCall['entry']) => {
    const parts = costParts(entry.tokens)
    const tenth = Object.fromEntries(Object.entries(parts).map(([key, pico]) => [key, Math.round((pico ?? 0) / 10)]))
    return { model: 'claude-haiku-4-5', parts: { ...parts, ...tenth } }
  }
  const turn = (tokens: number): Step => ({ new: [prompt()], answer: [{ kind: 'text', tokens }] })

  it('prices the same tokens again', () => {
    const input = session([turn(100), turn(100)])
    const cost = input.calls.reduce((sum, { parts }) => sum + costPartsTotal(parts), 0)
    const found = finding('light-turns', input, lighter)
    expect(saving(found)?.[1]).toBeCloseTo(cost * 0.9, -2)
    expect(saving(found)?.[0]).toBeCloseTo(cost * 0.85, -2)
    expect(found?.args).toMatchObject({ model: 'claude-haiku-4-5', cases: 2 })
  })

  it('says nothing of long answers, or where no lighter model is known', () => {
    expect(finding('light-turns', session([turn(5000), turn(5000)]), lighter)).toBeUndefined()
    expect(finding('light-turns', session([turn(100)]))).toBeUndefined()
  })
})

describe('thinking-share', () => {
  const steps = (thinking: number): Step[] => [
    {
      new: [prompt()],
      answer: [
        { kind: 'thinking', tokens: thinking },
        { kind: 'text', tokens: 1000 - thinking },
      ],
    },
    {},
  ]

  it('says how much of the answers it is', () => {
    const found = finding('thinking-share', session(steps(800)))
    expect(found?.args.percent).toBeGreaterThan(70)
    expect(saving(found)?.[1]).toBe(Math.floor((found?.cost.pico ?? 0) / 2))
  })

  it('lets a little be', () => {
    expect(finding('thinking-share', session(steps(200)))).toBeUndefined()
  })
})

test('every code has a rule with both fixtures here', async () => {
  const { readFileSync } = await import('node:fs')
  const own = readFileSync(import.meta.filename, 'utf8')
  const described = findingCodes.filter((code: FindingCode) => own.includes(`describe('${code}'`))
  expect(described).toEqual([...findingCodes])
})

describe('all of them', () => {
  const input = session([
    first(read('/a', 20_000)),
    { new: [read('/a', 20_000)] },
    ...idle(3),
    { after: 30, read: 0, new: [prompt()] },
    ...idle(12),
  ])

  it('never save more than the items cost, and go by money', () => {
    const found = findings(input)
    expect(found.length).toBeGreaterThan(3)
    for (const { cost, saving } of found) {
      expect(saving.low.pico).toBeLessThanOrEqual(saving.high.pico)
      expect(saving.high.pico).toBeLessThanOrEqual(cost.pico)
    }
    const highs = found.map(one => one.saving.high.pico)
    expect(highs).toEqual([...highs].sort((a, b) => b - a))
  })

  it('are about the calls in range alone', () => {
    const late = findings(input, undefined, ({ entry }) => entry.at > 36 * 60_000)
    const costOfRange = input.calls
      .filter(({ entry }) => entry.at > 36 * 60_000)
      .reduce((sum, { parts }) => sum + costPartsTotal(parts), 0)
    expect(late.map(one => one.code)).not.toContain('idle-gaps')
    for (const { cost } of late) expect(cost.pico).toBeLessThanOrEqual(costOfRange)
    expect(late.length).toBeGreaterThan(0)
  })
})
