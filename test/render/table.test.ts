import { describe, expect, it } from 'vitest'
import { type Column, drawTable, type Row } from '../../src/render/table.ts'
import { theme } from '../../src/render/theme.ts'

const columns: Column[] = [
  { title: 'Day', align: 'left', kind: 'label' },
  { title: 'Models used', align: 'left', kind: 'list', least: 5, drop: 2 },
  { title: 'Tokens', align: 'right', kind: 'number', drop: 1 },
  { title: 'Cost', align: 'right', kind: 'number' },
]

const cells = (day: string, items: string[], tokens: [string, string], cost: string): Row => ({
  kind: 'cells',
  cells: [{ full: day }, { full: '', items }, { full: tokens[0], short: tokens[1] }, { full: cost }],
})

const rows = [
  cells('03-01', ['opus', 'haiku'], ['1,234,567', '1.23M'], '$12.00'),
  cells('03-02', ['opus'], ['999', '999'], '$1.00'),
]
const footer = [cells('Total', [], ['1,235,566', '1.24M'], '$13.00')]

const draw = (width: number | undefined) => drawTable({ columns, rows, footer, width, theme: theme(false) })

describe('gives way in a stated order', () => {
  it('natural width when piped', () => {
    expect(draw(undefined)).toEqual([
      'Day    Models used     Tokens    Cost',
      '─────────────────────────────────────',
      '03-01  opus, haiku  1,234,567  $12.00',
      '03-02  opus               999   $1.00',
      '─────────────────────────────────────',
      'Total               1,235,566  $13.00',
    ])
    expect(draw(37)).toEqual(draw(undefined))
  })

  it('first narrower texts', () => {
    expect(draw(32)).toEqual([
      '       Models',
      'Day    used       Tokens    Cost',
      '────────────────────────────────',
      '03-01  opus,   1,234,567  $12.00',
      '       haiku',
      '03-02  opus          999   $1.00',
      '────────────────────────────────',
      'Total          1,235,566  $13.00',
    ])
  })

  it('then abbreviated numbers', () => {
    expect(draw(29)).toEqual([
      '       Models',
      'Day    used    Tokens    Cost',
      '─────────────────────────────',
      '03-01  opus,    1.23M  $12.00',
      '       haiku',
      '03-02  opus       999   $1.00',
      '─────────────────────────────',
      'Total           1.24M  $13.00',
    ])
  })

  it('then columns', () => {
    expect(draw(28)).toEqual([
      'Day    Models used    Cost',
      '──────────────────────────',
      '03-01  opus, haiku  $12.00',
      '03-02  opus          $1.00',
      '──────────────────────────',
      'Total               $13.00',
    ])
    expect(draw(20)).toEqual([
      'Day      Cost',
      '─────────────',
      '03-01  $12.00',
      '03-02   $1.00',
      '─────────────',
      'Total  $13.00',
    ])
  })

  it('never below what must stay', () => {
    expect(draw(5)).toEqual(draw(20))
  })
})

describe('a list', () => {
  const list = (items: string[], width: number | undefined) =>
    drawTable({
      columns: [{ title: 'Models', align: 'left', kind: 'list', least: 5 }],
      rows: [{ kind: 'cells', cells: [{ full: '', items }] }],
      footer: [],
      width,
      theme: theme(false),
    }).slice(2)

  it('keeps its commas where it wraps, piped too', () => {
    // A list is at most 30 wide: the first two names and their comma fill it, and leave none for the second.
    const names = ['model-alpha-01', 'model-beta-002', 'model-gamma']
    expect(list(names, undefined)).toEqual(['model-alpha-01,', 'model-beta-002, model-gamma'])
    expect(list(['a-name-of-more-than-thirty-columns', 'b'], undefined)).toEqual([
      'a-name-of-more-than-thirty-columns,',
      'b',
    ])
  })

  it('loses a comma before a name is cut', () => {
    expect(list(['alphas', 'beta'], 7)).toEqual(['alphas,', 'beta'])
    expect(list(['alphas', 'beta'], 6)).toEqual(['alphas', 'beta'])
    expect(list(['alphabet', 'beta'], 6)).toEqual(['alpha…', 'beta'])
  })
})

describe('a fair width', () => {
  const draw = (width: number, title: string, project: string) =>
    drawTable({
      columns: [
        { title: 'T', align: 'left', kind: 'text', least: 12, fair: 8 },
        { title: 'P', align: 'left', kind: 'text', least: 4, fair: 10 },
      ],
      rows: [{ kind: 'cells', cells: [{ full: title }, { full: project }] }],
      footer: [],
      width,
      theme: theme(false),
    })[2]

  it('comes first out of what is free, then out of what another has beyond its own', () => {
    const long = 'abcdefghijklmnopqrstuvwxyz'
    expect(draw(30, long, 'harbor-app')).toBe('abcdefghijklmnopq…  harbor-app')
    expect(draw(24, long, 'harbor-app')).toBe('abcdefghijk…  harbor-app')
    expect(draw(20, long, 'harbor-app')).toBe('abcdefg…  harbor-app')
    expect(draw(18, long, 'harbor-app')).toBe('abcdefg…  harbor-…')
  })

  it('takes nothing that is not needed', () => {
    expect(draw(18, 'abcdefghijklmn', 'shop')).toBe('abcdefghijk…  shop')
    expect(draw(18, 'short', 'harbor-app')).toBe('short  harbor-app')
  })
})

it('draws thousands of rows in a moment', () => {
  const many = Array.from({ length: 5_000 }, () => rows[0]!)
  const start = performance.now()
  expect(drawTable({ columns, rows: many, footer, width: 80, theme: theme(false) })).toHaveLength(5_004)
  // cli-table3 takes nine seconds; the limit leaves room for a busy machine.
  expect(performance.now() - start).toBeLessThan(3_000)
})

it('paints after measuring', () => {
  const painted = drawTable({ columns, rows, footer, width: undefined, theme: theme(true) })
  expect(painted.join('\n')).toContain('\u001b[1m')
  expect(painted.map(line => line.replace(/\u001b\[\d+m/g, ''))).toEqual(draw(undefined))
})
