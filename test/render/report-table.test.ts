import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderActiveBlock } from '../../src/render/active-block.ts'
import { count, short, shortUsd, usd } from '../../src/render/format.ts'
import { renderEmpty, renderTable } from '../../src/render/report-table.ts'
import { renderSessionDetail } from '../../src/render/session-detail.ts'
import { shortIds } from '../../src/render/session-table.ts'
import type { View } from '../../src/render/view.ts'
import { widthOf } from '../../src/render/width.ts'
import {
  agent,
  badLines,
  block,
  blocks,
  byProject,
  bySession,
  daily,
  detail,
  inBlocks,
  mixed,
  nothing,
  periods,
  row,
  session,
  sessions,
  share,
  view,
} from './sample.ts'

const screens: Readonly<Record<string, (v: View) => string>> = {
  daily: v => renderTable(daily, v),
  'daily-breakdown': v => renderTable(daily, { ...v, breakdown: true, includeEstimates: true }),
  'daily-compact': v => renderTable(daily, { ...v, compact: true }),
  'daily-mixed': v => renderTable(mixed, v),
  'daily-agents': v => renderTable(mixed, { ...v, byAgent: true }),
  'daily-projects': v => renderTable(byProject, v),
  'daily-empty': v => renderTable(nothing.daily, v),
  session: v => renderTable(bySession, v),
  'session-detail': v => renderSessionDetail(detail, v),
  blocks: v => renderTable(inBlocks, v),
  'blocks-active': v => renderActiveBlock(inBlocks, v),
}

const golden = (name: string, width: number): string =>
  readFileSync(join(import.meta.dirname, `../../fixtures/reports/${name}-${width}.txt`), 'utf8')

describe.each([80, 120])('at %d columns', width => {
  it.each(Object.keys(screens))('%s looks as agreed', name => {
    expect(`${screens[name]!(view({ width }))}\n`).toBe(golden(name, width))
  })
})

/** The cells of the line that begins with `label`, split at two spaces or more. */
const cells = (text: string, label: string): string[] =>
  (text.split('\n').find(line => line.trimStart().startsWith(label)) ?? '').trim().split(/ {2,}/)

describe('numbers', () => {
  const wide = view({ width: undefined })

  it('a day has its own sums, and the total the sums of all days', () => {
    const text = renderTable(daily, wide)
    // 12,345 + 1,000 and so on; the last day misses prices for model-x and the end of two outputs.
    expect(cells(text, '2026-03-01').slice(2)).toEqual([
      '13,345',
      '100,765',
      '486,789',
      '12,745,678',
      '13,346,577',
      '$23.57',
    ])
    expect(cells(text, '2026-03-03').slice(2)).toEqual([
      '96,000',
      '≥ 289,345',
      '470,000',
      '40,600,000',
      '≥ 41,455,345',
      '≥ $47.33',
    ])
    expect(cells(text, 'Total')).toEqual([
      'Total',
      '110,000',
      '≥ 401,345',
      '1,000,000',
      '54,000,000',
      '≥ 55,511,345',
      '≥ $75.00',
    ])
  })

  it('subtotals stand under their project, and no project comes twice', () => {
    const text = renderTable(byProject, wide)
    const lines = text.split('\n').map(line => line.split(/ {2,}/)[0])
    expect(lines.slice(4, 11)).toEqual([
      'shop · /home/dev/shop',
      '2026-03-01',
      '2026-03-02',
      'Subtotal',
      '',
      'blog · /home/dev/blog',
      '2026-03-01',
    ])
    expect(cells(text, 'Subtotal')).toEqual(['Subtotal', '5,000', '600', '0', '0', '5,600', '$5.00'])
    expect(cells(text, 'Total')).toEqual(['Total', '7,000', '900', '0', '0', '7,900', '$7.00'])
  })

  it('a row names its agents', () => {
    expect(cells(renderTable(mixed, wide), '2026-03-01')).toEqual([
      '2026-03-01',
      'Ember, Slate',
      'opus-4-6, gpt-5.4',
      '31,000',
      '6,000',
      '0',
      '0',
      '37,000',
      '$1.75',
    ])
    expect(renderTable(daily, wide)).not.toContain('Agent')
  })

  it('by agent, they stand under a row that several share', () => {
    const text = renderTable(mixed, { ...wide, byAgent: true })
    expect(cells(text, '2026-03-01')).toEqual(['2026-03-01', 'All', '31,000', '6,000', '0', '0', '37,000', '$1.75'])
    expect(cells(text, 'Ember')).toEqual(['Ember', 'opus-4-6', '1,000', '2,000', '0', '0', '3,000', '$1.50'])
    expect(cells(text, '2026-03-02')).toEqual(['2026-03-02', 'Slate', 'gpt-5.4', '500', '60', '0', '0', '560', '$0.01'])
  })

  it('a breakdown gives every model its line, those without a name too', () => {
    const models = [share('claude-opus-4-6', { input: 3, usd: 2 }), share(undefined, { input: 4, unpricedTokens: 4 })]
    const text = renderTable(periods([row('2026-03-01', [agent('ember', ...models)])]), { ...wide, breakdown: true })
    expect(cells(text, 'opus-4-6')).toEqual(['opus-4-6', '3', '0', '0', '0', '3', '$2.00'])
    expect(cells(text, 'unknown')).toEqual(['unknown', '4', '0', '0', '0', '4', '≥ $0.00'])
    expect(text).toContain('\n4 tokens unpriced: unknown')
  })

  it('blocks of several agents say whose they are', () => {
    const two = blocks(
      [block('2026-03-01T09:00:00Z'), block('2026-03-02T09:00:00Z', { agent: 'slate' })],
      '2026-03-09T00:00:00Z',
    )
    const text = renderTable(two, wide)
    expect([cells(text, '2026-03-01')[2], cells(text, '2026-03-02')[2]]).toEqual(['Ember', 'Slate'])
    expect(renderTable(inBlocks, wide)).not.toContain('Agent')
  })

  it('a session has its share of sub-agents and its note', () => {
    const text = renderTable(bySession, wide)
    // 7.686 of 18.30 dollars.
    expect(cells(text, '4f0c8b1e').slice(4)).toEqual([
      '4,800',
      '51,800',
      '320,000',
      '7,954,321',
      '8,330,921',
      '$18.30',
      '3 (42%)',
      '2026-03-01 12:12',
    ])
    expect(text).toContain('\n  not in the transcript, not counted: 15,230 tokens, $0.06\n')
    expect(renderTable(bySession, { ...wide, includeUnlogged: true })).toContain(
      '\n  of this not in the transcript: 15,230 tokens, $0.06\n',
    )
  })

  it('blocks show local time, what is left and where it goes', () => {
    const text = renderTable(inBlocks, { ...wide, clock: () => ({ day: '2026-03-05', time: '01:30' }) })
    expect(cells(text, '2026-03-05 01:30  ACTIVE')).toEqual([
      '2026-03-05 01:30',
      'ACTIVE 1h 15m, 3h 45m left',
      'opus-4-6',
      '361,600',
      '5%',
      '$4.12',
    ])
    expect(cells(text, 'burn rate')).toEqual(['burn rate', '4,821/min', '$3.30/h'])
    expect(cells(text, 'projected')).toEqual(['projected', '1,446,400', '18%', '$16.48'])
    expect(cells(text, '2026-03-05 01:30  gap')).toEqual(['2026-03-05 01:30', 'gap 3d 6h'])
  })

  it('without a limit there is no share of it', () => {
    expect(renderTable(blocks([block('2026-03-01T09:00:00Z')], '2026-03-02T00:00:00Z'), wide)).not.toContain('Limit')
  })

  it('little money is not shown as none, at any width', () => {
    const days = periods([
      row('2026-03-01', [agent('ember', share('x', { usd: 0.0054 }))]),
      row('2026-03-02', [agent('ember', share('x', { usd: 0.0004, unpricedTokens: 5 }))]),
      row('2026-03-03', [agent('ember', share('x', { usd: 0.0054, partialOutputs: 1, input: 7 }))]),
    ])
    for (const width of [undefined, 120, 40]) {
      const text = renderTable(days, view({ width, compact: true }))
      expect(cells(text, '2026-03-01').at(-1)).toBe('<$0.01')
      expect(cells(text, '2026-03-02').at(-1)).toBe('≥ $0.0004')
      expect(cells(text, '2026-03-03').slice(-2)).toEqual(['≥ 7', '≥ $0.0054'])
      expect(cells(text, 'Total').at(-1)).toBe('≥ $0.01')
    }
  })

  it('what a response lacks is missing from the sums of its block, session and calls', () => {
    const models = [share('x', { input: 1_000, output: 200, partialOutputs: 1, usd: 2 })]
    const one = block('2026-03-01T09:00:00Z', { models, isActive: true })
    const report = blocks([one], '2026-03-01T10:00:00Z')
    for (const width of [undefined, 40]) {
      const text = renderTable(report, view({ width, breakdown: true }))
      expect(text.match(/≥ 1,200 +≥ \$2\.00/g)).toHaveLength(3)
    }
    const active = renderActiveBlock(report, wide)
    expect(active).toContain('≥ 1,200 tokens · ≥ $2.00')
    expect(active).toContain('output ≥ 200')

    const text = renderSessionDetail(detail, wide)
    expect(text).toContain('\n3 calls · ≥ 173,047 tokens · ≥ $0.12 API-equivalent\n')
    expect(cells(text, '09:00')).toContain('$0.12')
    expect(cells(text, '09:04').slice(-2)).toEqual(['1,800', '≥ $0.002'])
    expect(cells(text, 'Explore').slice(-2)).toEqual(['≥ 1,845', '≥ $0.002'])
    expect(cells(text, 'main').slice(-2)).toEqual(['171,202', '≥ $0.12'])
  })

  it('a cost that the agent logged is whole, even where the output is not', () => {
    const [, call] = detail.calls
    const logged = { ...call!, cost: { ...call!.cost, basis: 'logged' as const } }
    expect(cells(renderSessionDetail({ ...detail, calls: [logged] }, wide), '09:04').at(-1)).toBe('<$0.01')
  })

  it('without cost there is no word of money', () => {
    for (const draw of Object.values(screens))
      expect(draw({ ...wide, noCost: true })).not.toMatch(/\$|cost|unpriced:|bill/i)
  })
})

describe('a session in detail', () => {
  const head = (session: string | undefined, title: string | undefined, titles = true) =>
    renderSessionDetail({ ...detail, row: { ...detail.row, session, title } }, view({ width: undefined, titles }))
      .split('\n')
      .slice(0, 2)

  it('is headed by its title, else by its id, and says neither twice', () => {
    expect(head('s1', 'Fix it')).toEqual(['Fix it', 'session s1 · Ember · project shop · branch main'])
    const untitled = ['Session s1', 'Ember · project shop · branch main']
    expect(head('s1', undefined)).toEqual(untitled)
    expect(head('s1', 'Fix it', false)).toEqual(untitled)
    expect(head('s1', '\u202e')).toEqual(untitled)
    expect(head(undefined, undefined)[0]).toBe('Session without an id')
  })

  it('shows no count of models that others used, but other oddities', () => {
    const others = [{ code: 'unpriced-model', args: { model: 'other' }, count: 3 } as const, ...badLines]
    const text = renderSessionDetail({ ...detail, diagnostics: others }, view())
    expect(text).toContain('\n152,845 tokens unpriced: model-x\n')
    expect(text).toContain('\n3 lines could not be read, 1 root missing · tokusage doctor')
  })
})

describe('a list of sessions', () => {
  const named = (name: string) =>
    sessions(
      Array.from({ length: 3 }, (_, i) =>
        session({
          session: `${i}aaaaaaa-1111`,
          title: 'Tides are an hour late after the clock change of October',
          project: { path: `/home/dev/${name}`, name },
          models: [share('claude-opus-4-6', { input: 12_345, output: 98_765, cacheRead: 12_345_678, usd: 1.5 })],
        }),
      ),
    )

  it.each([
    [80, 'harbor-api'],
    [80, 'harbor-dashboard'],
    [120, 'harbor-docks'],
  ])('at %d columns a long title leaves room for the project %s', (width, name) => {
    expect(renderTable(named(name), view({ width }))).toMatch(new RegExp(`Tides are an hour\\S*.*… +${name}  `))
  })
})

describe('session ids', () => {
  it('are short while they differ', () => {
    expect([...shortIds(['abcdefgh-1', 'bcdefghi-2']).values()]).toEqual(['abcdefgh', 'bcdefghi'])
    expect([...shortIds(['abcdefgh-1', 'abcdefgh-2']).values()]).toEqual(['abcdefgh-1', 'abcdefgh-2'])
  })

  it('show their ends where the beginnings are alike', () => {
    const ids = ['2026/04/06/rollout-aaaa1111', '2026/04/06/rollout-bbbb2222']
    expect([...shortIds(ids).values()]).toEqual(['…aaaa1111', '…bbbb2222'])
  })

  it('always differ when the ids do', () => {
    const id = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(fc.uniqueArray(id), ids => {
        const forms = shortIds(ids)
        expect(new Set(ids.map(i => forms.get(i))).size).toBe(ids.length)
      }),
    )
  })
})

const HOSTILE = [
  '\u001b[2J\u001b]0;owned\u0007<script>alert(1)</script>',
  '\u202egnp.exe',
  '=cmd()|x',
  '__proto__',
  '日本語の長いタイトルがここに入ります 👩‍👩‍👧‍👦🏳️‍🌈',
  'مرحبا بالعالم',
  'half \ud83d surrogate\nand a line break',
  '',
]

const hostile = sessions(
  HOSTILE.map((text, i) =>
    session({
      session: text || `id-${i}`,
      title: text,
      project: { path: text, name: text },
      branch: text,
      models: [share(text, { input: 1_234_567, usd: 9 })],
    }),
  ),
)

const hostileThreads = HOSTILE.map((text, i) => ({
  ...detail.threads[1]!,
  subagent: `a${i}`,
  type: text,
  description: text,
}))

describe('hostile text', () => {
  it.each([40, 80, 120, 200])('stays inside its cell at %d columns', width => {
    const days = HOSTILE.map(text => row('2026-03-01', [agent('ember', share(text, { unpricedTokens: 7 }))], text))
    const first = hostile.rows[0]!
    const called = { ...detail, row: { ...detail.row, ...first }, threads: hostileThreads }
    const v = view({ width, breakdown: true })
    for (const text of [renderTable(hostile, v), renderTable(periods(days), v), renderSessionDetail(called, v)]) {
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|\p{Surrogate}/u)
      for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width)
    }
  })

  it('keeps columns aligned behind wide characters', () => {
    const lines = renderTable(hostile, view({ width: undefined }))
      .split('\n')
      .filter(line => line.includes('$9.00'))
    expect(lines).toHaveLength(HOSTILE.length)
    expect(new Set(lines.map(line => widthOf(line.slice(0, line.indexOf('$9.00'))))).size).toBe(1)
  })
})

const amounts = fc.record({
  input: fc.nat(2e9),
  output: fc.nat(2e9),
  cacheCreation: fc.nat(2e9),
  cacheRead: fc.nat(2e12),
  usd: fc.integer({ min: 0, max: 900_000_000 }).map(n => n / 1000),
  partialOutputs: fc.constantFrom(0, 1),
})

const words = fc.constantFrom('alpha', 'claude-beta', 'a-very-long-model-name-without-digits', undefined)

/** Names hold no digits here, so every digit on the screen is part of a number or of the first column's day. */
const anyPeriods = fc
  .array(fc.tuple(fc.constantFrom('ember', 'slate'), words, amounts), { minLength: 1, maxLength: 6 })
  .map(list => periods(list.map(([id, model, parts], i) => row(`2026-03-0${i + 1}`, [agent(id, share(model, parts))]))))

const numbersOf = (report: typeof daily): Set<string> => {
  const summaries = [report.totals, ...report.rows.flatMap(r => [r.summary, ...r.models.map(m => m.summary)])]
  return new Set(
    summaries.flatMap(({ tokens: t, cost }) => [
      ...[t.input, t.output, t.cacheCreation, t.cacheRead, t.input + t.output + t.cacheCreation + t.cacheRead].flatMap(
        n => [count(n), short(n)],
      ),
      ...[usd(cost), shortUsd(cost), usd(cost, '≥ ').slice(2)],
    ]),
  )
}

describe('at every width', () => {
  const widths = fc.integer({ min: 40, max: 200 })

  it('no line is wider and every number is whole or abbreviated', () => {
    fc.assert(
      fc.property(anyPeriods, widths, fc.boolean(), fc.boolean(), (report, width, breakdown, compact) => {
        const text = renderTable(report, view({ width, breakdown, compact }))
        const known = numbersOf(report)
        const lines = text.split('\n')
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
        const table = lines.filter(line => /^(2026|Total| )/.test(line) && !/responses? w/.test(line))
        const shown = table.flatMap(line => line.slice(10).match(/<?[$\d][^\s]*/g) ?? [])
        for (const number of shown) expect(known).toContain(number)
        expect(lines.find(line => line.startsWith('Total'))).toMatch(/\$[\d,.]+[KM]?$/)
      }),
      { numRuns: 300 },
    )
  })

  it('no line of any screen is wider', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(screens)), widths, (name, width) => {
        for (const line of screens[name]!(view({ width })).split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width)
      }),
      { numRuns: 300 },
    )
  })
})

describe('an empty report', () => {
  const empty = { looked: ['/home/dev/.ember', '/home/dev/\u001b[2Jx'], variables: ['EMBER_HOME'], isFiltered: false }

  it('says where was looked and how to go on', () => {
    expect(renderEmpty(empty, view())).toBe(
      [
        'No usage found.',
        '',
        'Looked in:',
        '  /home/dev/.ember',
        '  /home/dev/x',
        '',
        'Logs elsewhere? Set EMBER_HOME, as in:',
        '  EMBER_HOME=/path/to/folder tokusage daily',
        '',
        'To see a sample:',
        '  tokusage daily --demo',
      ].join('\n'),
    )
  })

  it('blames the filters where there are logs', () => {
    expect(renderEmpty({ ...empty, isFiltered: true }, view())).toMatch(/^No usage in this selection\. .*--since/)
  })

  it('has no active block', () => {
    expect(renderActiveBlock(nothing.blocks, view())).toMatch(/^No block is active/)
  })
})

it('colours only where asked, and nothing but colours', () => {
  for (const draw of Object.values(screens)) {
    const painted = draw(view({ color: true }))
    expect(painted).toContain('\u001b[')
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(draw(view()))
    expect(draw(view())).not.toContain('\u001b')
  }
})
