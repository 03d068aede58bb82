import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AuditEntry, AuditGroup, AuditReport, CostExplanation, CostPart } from '../../src/core/audit.ts'
import { money } from '../../src/core/money.ts'
import { renderAudit } from '../../src/render/audit.ts'
import { auditJson } from '../../src/render/audit-json.ts'
import { costPieces, exactDollars, exactUsd, longOrigin, rateText } from '../../src/render/audit-words.ts'
import { reportSchemas } from '../../src/render/json-schema.ts'
import { widthOf } from '../../src/render/width.ts'
import { entry } from '../support/entry.ts'
import { badLines, share, summary, view } from './sample.ts'

const part = (kind: CostPart['kind'], units: number, usdPerUnit: number, isListed = true): CostPart => ({
  kind,
  units,
  usdPerUnit,
  usd: units * usdPerUnit,
  isListed,
})

const row = {
  name: 'claude-opus-4-6',
  kind: 'table',
  source: 'LiteLLM, 2026-11-10',
  date: '2026-11-10',
  from: undefined,
  to: undefined,
  isOffPeak: false,
} as const

const explanation = (pico: number, parts: Partial<CostExplanation> = {}): CostExplanation => ({
  cost: { pico, basis: 'calculated', estimatePico: 0 },
  loggedUsd: undefined,
  parts: [],
  factors: [],
  extras: [],
  price: row,
  above: undefined,
  service: undefined,
  ...parts,
})

const missing = explanation(0, { cost: { pico: 0, basis: 'missing', estimatePico: 0 }, price: undefined })

const SESSION = '4f0c8b1e-57d2-4c39-9a01-6d1f1f0a7b11'

/** (4 × 5 + 900 × 10) × 1.1 = 9,922 millionths, and one search: 0.019922. */
const first: AuditEntry = {
  entry: entry({
    at: '2026-03-01T09:00:04Z',
    session: SESSION,
    messageId: 'msg_01AbCdEfGhIjKlMn',
    input: 4,
    cacheCreation: 900,
    longCache: 900,
    webSearches: 1,
    geo: 'us',
  }),
  explanation: explanation(0.019922e12, {
    parts: [part('input', 4, 5e-6), part('longCache', 900, 10e-6)],
    factors: [{ kind: 'us', factor: 1.1 }],
    extras: [part('webSearch', 1, 0.01)],
  }),
  estimatedTokens: 0,
}

const second: AuditEntry = {
  entry: entry({
    at: '2026-03-01T10:30:00Z',
    session: SESSION,
    messageId: 'msg_02',
    model: 'acme/model-x',
    input: 70,
    output: 7,
    isPartial: true,
  }),
  explanation: missing,
  estimatedTokens: 12,
}

const groupOf = ({ entry: e, explanation: x }: AuditEntry): AuditGroup => ({
  model: e.model,
  basis: x.cost.basis,
  entries: 1,
  tokens: e.tokens,
  cost: money(0, x.cost.pico),
  parts: x.parts,
  factors: x.factors,
  extras: x.extras,
  price: x.price,
  above: x.above,
  service: x.service,
})

const report = (parts: Partial<AuditReport> = {}): AuditReport => ({
  kind: 'day',
  what: '2026-03-01',
  from: Date.UTC(2026, 2, 1),
  to: Date.UTC(2026, 2, 2),
  session: undefined,
  entries: [first, second],
  groups: [groupOf(first), groupOf(second)],
  groupsCost: money(0, 0.019922e12),
  differencePico: 0,
  totals: summary({
    entries: 2,
    input: 74,
    output: 7,
    cacheCreation: 900,
    longCache: 900,
    webSearches: 1,
    unpricedTokens: 77,
    partialOutputs: 1,
    usd: 0.019922,
  }),
  models: [
    share('claude-opus-4-6', { input: 4, cacheCreation: 900, usd: 0.019922 }),
    share('acme/model-x', { input: 70, output: 7, unpricedTokens: 77 }),
  ],
  lines: { files: 3, lines: 1200, responses: 40, merged: { blocks: 9, copies: 2, sidechains: 1 }, inherited: 0 },
  diagnostics: badLines,
  timeZone: 'Europe/Berlin',
  ...parts,
})

const empty = report({
  entries: [],
  groups: [],
  groupsCost: money(0, 0),
  totals: summary({ entries: 0 }),
  models: [],
})

describe('a cost in words', () => {
  test.each<[string, CostExplanation, string[]]>([
    [
      'parts, a factor, an extra',
      first.explanation,
      [
        '(input 4 × $5.00/M = $0.00002',
        '+ cache write 1 h 900 × $10.00/M = $0.009)',
        '× 1.1 US-only inference',
        '+ 1 web search × $0.01 = $0.01',
        '· at claude-opus-4-6 of 2026-11-10',
      ],
    ],
    [
      'one part',
      explanation(1, { parts: [part('cacheRead', 45_000, 0.5e-6)] }),
      ['cache read 45,000 × $0.50/M = $0.0225', '· at claude-opus-4-6 of 2026-11-10'],
    ],
    [
      'searches alone',
      explanation(1, { extras: [part('webSearch', 3, 0.01, false)] }),
      ['3 web searches × $0.01 (by rule) = $0.03', '· at claude-opus-4-6 of 2026-11-10'],
    ],
    [
      'a rate by rule, above a tier, without a price for its service, off-peak',
      explanation(1, {
        parts: [part('cacheCreation', 1000, 3.75e-6, false), part('reasoning', 600, 0.5e-6)],
        factors: [
          { kind: 'fast', factor: 6 },
          { kind: 'us', factor: 1 },
        ],
        above: 200_000,
        service: { name: 'priority', isPriced: false },
        price: { ...row, kind: 'dated', from: Date.UTC(2026, 2, 13), isOffPeak: true },
      }),
      [
        '(cache write 1,000 × $3.75/M (by rule) = $0.00375',
        '+ thinking 600 × $0.50/M = $0.0003)',
        '× 6 fast mode',
        '× 1 US-only inference, no price of its own',
        '· at claude-opus-4-6 since 2026-03-13',
        '· prompt over 200,000 tokens',
        '· no price for priority, standard rates',
        '· off-peak',
      ],
    ],
    [
      'a service with a price, the user’s own',
      explanation(1, {
        parts: [part('output', 1, 1e-6)],
        service: { name: 'batch', isPriced: true },
        price: { ...row, kind: 'override' },
      }),
      ['output 1 × $1.00/M = $0.000001', '· at claude-opus-4-6, your own', '· batch rates'],
    ],
    [
      'logged',
      explanation(0.42e12, {
        cost: { pico: 0.42e12, basis: 'logged', estimatePico: 0 },
        loggedUsd: 0.42,
        price: undefined,
      }),
      ['logged by the agent: $0.42'],
    ],
    [
      'nothing logged',
      explanation(0, { cost: { pico: 0, basis: 'logged', estimatePico: 0 }, loggedUsd: 0, price: undefined }),
      ['the agent logged no cost'],
    ],
    ['no price', missing, ['no price known for model-x']],
    ['free', explanation(0, { price: undefined }), ['free: nothing was sent to a model']],
  ])('%s', (_, given, expected) => {
    expect(costPieces(given, 'model-x')).toEqual(expected)
  })

  test('no model', () => {
    expect(costPieces(missing, undefined)).toEqual(['no price: the log names no model'])
  })

  test('where a price came from', () => {
    const [from, to] = [Date.UTC(2026, 2, 13), Date.UTC(2026, 9, 7)]
    expect(longOrigin(row)).toBe('claude-opus-4-6 (LiteLLM, 2026-11-10)')
    expect(longOrigin({ ...row, source: 'LiteLLM' })).toBe('claude-opus-4-6 (LiteLLM, 2026-11-10)')
    expect(longOrigin({ ...row, kind: 'refreshed' })).toBe('claude-opus-4-6 (LiteLLM, 2026-11-10, fetched later)')
    expect(longOrigin({ ...row, kind: 'dated', from, to })).toBe(
      'claude-opus-4-6 from 2026-03-13 until 2026-10-07 (kept by hand, checked 2026-11-10)',
    )
    expect(longOrigin({ ...row, kind: 'override', to })).toBe(
      'claude-opus-4-6 until 2026-10-07 (your own, from the config)',
    )
  })
})

describe('exact figures', () => {
  test.each([
    [0, '$0.00'],
    [0.42, '$0.42'],
    [1.5, '$1.50'],
    [0.00002, '$0.00002'],
    [1234.000000000001, '$1,234.000000000001'],
  ])('%d', (usd, expected) => {
    expect(exactDollars(usd)).toBe(expected)
  })

  test('thousands, and less than nothing', () => {
    expect(exactUsd({ kilo: 12, pico: 345.678e12 })).toBe('$12,345.678')
    expect(exactUsd(money(0, -0.25e12))).toBe('-$0.25')
  })

  test.each([
    [5e-6, '$5.00/M'],
    [6.25e-6, '$6.25/M'],
    [3.625e-9, '$0.003625/M'],
    [0, '$0.00/M'],
    [0.6e-3, '$600.00/M'],
  ])('a rate of %d', (rate, expected) => {
    expect(rateText(part('input', 1, rate))).toBe(expected)
  })

  test('lose no digit of any cost', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9e15 }), pico => {
        const digits = exactUsd(money(0, pico)).replace(/[$,]/g, '')
        expect(BigInt(digits.replace('.', '').padEnd(digits.indexOf('.') + 12, '0'))).toBe(BigInt(pico))
      }),
    )
  })
})

/** The cells of the line that begins with `label`, split at two spaces or more. */
const cells = (text: string, label: string): string[] =>
  (text.split('\n').find(line => line.trimStart().startsWith(label)) ?? '').trim().split(/ {2,}/)

describe('the screen', () => {
  test('at 80 columns', () => {
    const text = renderAudit(report(), view({ width: 80 }))
    expect(text.split('\n').slice(0, 1)).toEqual([
      'Audit of 2026-03-01 · Europe/Berlin · API-equivalent cost, not a bill',
    ])
    expect(text).toContain(
      [
        '  (input 4 × $5.00/M = $0.00002 + cache write 1 h 900 × $10.00/M = $0.009)',
        '  × 1.1 US-only inference + 1 web search × $0.01 = $0.01',
        '  · at claude-opus-4-6 of 2026-11-10',
      ].join('\n'),
    )
    expect(cells(text, '09:00')).toEqual([
      '09:00',
      'opus-4-6',
      '4f0c8b1e',
      'msg_01Ab',
      '4',
      '0',
      '900',
      '0',
      '$0.019922',
    ])
    expect(text).toContain('  no price known for acme/model-x')
  })

  test('at 120 columns', () => {
    const text = renderAudit(report(), view({ width: 120 }))
    expect(text).toContain(
      [
        '  (input 4 × $5.00/M = $0.00002 + cache write 1 h 900 × $10.00/M = $0.009) × 1.1 US-only inference',
        '  + 1 web search × $0.01 = $0.01 · at claude-opus-4-6 of 2026-11-10',
      ].join('\n'),
    )
    expect(cells(text, '09:00')).toEqual([
      '09:00',
      'opus-4-6',
      SESSION,
      'msg_01AbCdEfGhIjKlMn',
      '4',
      '0',
      '900',
      '0',
      '$0.019922',
    ])
    expect(cells(text, '10:30').slice(-5)).toEqual(['70', '≥ 7', '0', '0', 'unpriced'])
  })

  test('piped, ids are whole and a cost is one line', () => {
    const text = renderAudit(report(), view({ width: undefined }))
    expect(cells(text, '09:00').slice(2, 4)).toEqual([SESSION, 'msg_01AbCdEfGhIjKlMn'])
    expect(text).toMatch(/^ {2}\(input 4 .* of 2026-11-10$/m)
  })

  test('its head is the row of the report, its foot the check', () => {
    const text = renderAudit(report(), view({ width: 120 }))
    expect(cells(text, '2026-03-01').slice(-6)).toEqual(['74', '≥ 7', '900', '0', '≥ 981', '≥ $0.02'])
    expect(cells(text, 'Units × rates')[1]).toBe('$0.019922')
    expect(cells(text, 'Responses added up')[1]).toBe('$0.019922')
    expect(cells(text, 'Difference')[1]).toBe('0')
    expect(cells(text, 'Shown as')[1]).toBe('≥ $0.02')
    expect(cells(renderAudit(report({ differencePico: -2 / 3 }), view()), 'Difference')[1]).toBe('-0.667 pico')
  })

  test('the check names each group, its price, its units', () => {
    const text = renderAudit(report(), view({ width: 120 }))
    expect(text).toContain('\nopus-4-6, 1 response · claude-opus-4-6 (LiteLLM, 2026-11-10)\n')
    expect(cells(text, 'cache write 1 h')).toEqual(['cache write 1 h', '900', '$10.00/M', '$0.009'])
    expect(cells(text, 'web search')).toEqual(['web search', '1', '$0.01', '$0.01'])
    expect(cells(text, 'together')).toEqual(['together', '$0.019922'])
    expect(cells(text, 'no price known  ').at(-1)).toBe('$0.00')
  })

  test('says how lines became responses, and what is odd', () => {
    const text = renderAudit(report(), view({ width: undefined }))
    // 40 responses and 9 + 2 + 1 lines merged into them
    expect(text).toContain(
      '2 responses, out of 40 in all logs: 3 files with 1,200 lines hold 52 usage lines, of which 9 ',
    )
    expect(text).toContain('3 lines could not be read, 1 root missing · tokusage doctor')
    expect(text).not.toContain('copied from another')
    expect(text).not.toContain('By rule')
  })

  test('of a session: whose, what about, and what it copied', () => {
    const given = report({
      kind: 'session',
      what: SESSION,
      session: { agent: 'ember', title: 'Fix the flaky login test', project: 'shop' },
      lines: { ...report().lines, inherited: 5 },
    })
    const text = renderAudit(given, view({ width: undefined }))
    expect(text).toContain(`Audit of session ${SESSION} · Ember · project shop · Europe/Berlin`)
    expect(text).toContain('Fix the flaky login test')
    expect(text).toContain('\n5 responses that this session copied from another one count there.')
    expect(text).toContain('\n2026-03-01\n09:00')
    expect(renderAudit(given, view({ titles: false }))).not.toContain('flaky')
  })

  test('tells what the limit left out', () => {
    const text = renderAudit(report({ entries: [first] }), view())
    expect(text).toContain('and 1 more response beyond --limit; the sums are of all')
    expect(renderAudit(report(), view())).not.toContain('--limit')
  })

  test('estimates are shown apart, where asked for', () => {
    const cost = { pico: 0, basis: 'missing', estimatePico: 0.0003e12 } as const
    const given = report({ entries: [{ ...second, explanation: { ...missing, cost } }] })
    const wanted = 'not counted: ~12 tokens that the log left out, ~$0.0003'
    expect(renderAudit(given, view({ includeEstimates: true }))).toContain(wanted)
    expect(renderAudit(given, view())).not.toContain('not counted')
  })

  test('a cost worked out from a partial output is a lower bound, a logged one is not', () => {
    const ended = (basis: 'calculated' | 'logged'): string => {
      const partial = entry({ ...first.entry, at: '2026-03-01T09:00:04Z', isPartial: true })
      const cost = { pico: 0.019922e12, basis, estimatePico: 0 } as const
      const given = report({ entries: [{ ...first, entry: partial, explanation: { ...first.explanation, cost } }] })
      return cells(renderAudit(given, view({ width: undefined })), '09:00').at(-1) ?? ''
    }
    expect(ended('calculated')).toBe('≥ $0.019922')
    expect(ended('logged')).toBe('$0.019922')
  })

  test('its headings fit 40 columns', () => {
    const lines = renderAudit(report(), view({ width: 40 })).split('\n')
    const at = lines.indexOf('Check: the units of equal rates, added')
    expect(at).toBeGreaterThan(0)
    expect(lines[at + 1]).toBe('up')
  })

  test('shows no count of models that others used', () => {
    const diagnostics = [...badLines, { code: 'unpriced-model', args: { model: 'other' }, count: 3 } as const]
    expect(renderAudit(report({ diagnostics }), view())).toContain(
      '\n3 lines could not be read, 1 root missing · tokusage doctor',
    )
  })

  test('explains a rate by rule once', () => {
    const parts = [part('cacheRead', 1, 1e-6, false)]
    const given = report({ groups: [{ ...groupOf(first), parts }] })
    expect(renderAudit(given, view()).match(/By rule:/g)).toHaveLength(1)
  })

  test('without usage is one sentence', () => {
    expect(renderAudit(empty, view({ width: undefined }))).toBe(
      "No usage on 2026-03-01 (Europe/Berlin). 'tokusage daily' lists the days with usage.",
    )
    const session = { agent: 'ember', title: undefined, project: undefined }
    const none = renderAudit({ ...empty, kind: 'session', what: 'abc', session }, view({ width: undefined }))
    expect(none).toMatch(/^No usage of session abc in this selection\.[^\n]*$/)
  })

  test('has colour only when asked', () => {
    expect(renderAudit(report(), view())).not.toContain('\u001b')
    expect(renderAudit(report(), view({ color: true }))).toContain('\u001b[')
  })
})

describe('hostile and long texts', () => {
  const hostile = '\u001b]0;gone\u0007\u001b[31mred\u202e\u0000\nline 🚢日本語'
  const text = fc.oneof(
    fc.constant(hostile),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constant('x'.repeat(300)),
  )
  const units = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER))

  const anyReport = fc.record({ id: text, model: text, name: text, service: text, title: text, units }).map(v => {
    const audited: AuditEntry = {
      ...first,
      entry: entry({ ...v, session: v.id, messageId: v.id, model: v.model, input: v.units, output: v.units }),
      explanation: explanation(v.units, {
        parts: [part('input', v.units, 5e-6), part('output', v.units, 25e-6, false)],
        service: { name: v.service, isPriced: false },
        price: { ...row, name: v.name, source: v.title },
      }),
    }
    return report({
      kind: 'session',
      what: v.id,
      session: { agent: 'ember', title: v.title, project: v.name },
      entries: [audited],
      groups: [groupOf(audited)],
      models: [share(v.model, { input: v.units })],
    })
  })

  test('stay on their lines, in their columns, and command no terminal', () => {
    fc.assert(
      fc.property(anyReport, fc.constantFrom(60, 80, 120), (given, width) => {
        const drawn = renderAudit(given, view({ width }))
        expect(drawn.replace(/\n/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        for (const line of drawn.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width)
      }),
      { numRuns: 60 },
    )
  })

  test('no digit of a cost is cut', () => {
    const huge = part('longCache', Number.MAX_SAFE_INTEGER, 10e-6)
    const given = report({ entries: [{ ...first, explanation: explanation(9e15, { parts: [huge] }) }] })
    for (const width of [60, 80]) {
      const drawn = renderAudit(given, view({ width })).replace(/\s+/g, ' ')
      // 9,007,199,254,740,991 × 0.00001
      expect(drawn).toContain('9,007,199,254,740,991 × $10.00/M = $90,071,992,547.4')
      expect(drawn).toContain('$9,000.00')
    }
  })
})

describe('JSON', () => {
  const read = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value))
  const variants = [
    report(),
    empty,
    report({ differencePico: -0.5, entries: [] }),
    report({ kind: 'session', what: SESSION, session: { agent: 'ember', title: 'T', project: undefined } }),
    report({ from: undefined, to: undefined }),
  ]

  test('keeps its promise, full and empty', () => {
    for (const given of variants)
      for (const parts of [{}, { titles: false }, { includeEstimates: true }]) {
        const result = reportSchemas.audit.safeParse(read(auditJson(given, view(parts))))
        expect(result.error?.issues ?? []).toEqual([])
      }
  })

  test('has the same shape when empty', () => {
    const none = read(auditJson(empty, view()))
    expect(Object.keys(none)).toEqual(Object.keys(read(auditJson(report(), view()))))
    expect(none).toMatchObject({ entries: [], groups: [], totals: { totalCost: 0, unpricedModels: [] } })
  })

  test('says what the screen says', () => {
    expect(read(auditJson(report(), view()))).toMatchObject({
      audit: { what: '2026-03-01', kind: 'day', from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' },
      entries: [
        {
          timestamp: '2026-03-01T09:00:04.000Z',
          costUSD: 0.019922,
          parts: [
            { kind: 'input', units: 4, usdPerUnit: 5e-6, listed: true },
            { kind: 'longCache', units: 900 },
          ],
          factors: [{ kind: 'us', factor: 1.1 }],
          extras: [{ kind: 'webSearch', units: 1, usdPerUnit: 0.01 }],
          price: { name: 'claude-opus-4-6', origin: 'table', date: '2026-11-10', from: null },
        },
        { basis: 'missing', price: null, estimatedTokens: 12 },
      ],
      groups: [{ entries: 1, costUSD: 0.019922 }, { basis: 'missing' }],
      check: { groupsCost: 0.019922, entriesCost: 0.019922, differencePicodollars: 0 },
      schemaVersion: 1,
    })
  })
})
