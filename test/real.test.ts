/** Sanitised real homes: our totals equal an independent plain reading, and the figures that ccusage 20.0.24 gave for them. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type PlainTotals, plainTotals } from './support/plain-reading.ts'
import { root, scanHome, shared } from './support/recorded.ts'

/** Input, output, cache write, cache read of real/README.md's table; two homes share a row there. */
const table: readonly (readonly [
  homes: string,
  input: number,
  output: number,
  cacheWrite: number,
  cacheRead: number,
])[] = [
  ['agentv', 32, 6189, 78_843, 1_080_183],
  ['cctrace', 2016, 64_185, 622_125, 10_172_221],
  ['vibetracker', 158, 3860, 99_004, 1_093_509],
  ['entireio-cli-dev5', 12_575, 125_261, 1_470_051, 44_356_442],
  ['entireio-cli-dev7 entireio-cli-dev8', 162, 4945, 190_460, 7_164_640],
  ['esdeveniments', 6220, 386_527, 3_543_790, 66_216_759],
]

const own = join(root, 'fixtures/real/claude')
const beside = join(shared, 'real/claude')
const homesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])

const ours = (home: string): PlainTotals => {
  const { entries, tokens } = scanHome(home)
  return {
    responses: entries.length,
    input: tokens.input,
    output: tokens.output,
    cacheWrite: tokens.cacheCreation,
    cacheRead: tokens.cacheRead,
  }
}

describe('the real home in the repository', () => {
  const home = join(own, 'vibetracker/home')

  it('equals a plain reading, and the table', () => {
    expect(ours(home)).toEqual(plainTotals(home))
    expect(ours(home)).toEqual({ responses: 31, input: 158, output: 3860, cacheWrite: 99_004, cacheRead: 1_093_509 })
  })

  it('holds one response with an empty usage, which is said', () => {
    const { diagnostics } = scanHome(home)
    expect(diagnostics.map(({ code, count, args }) => [code, count, args.lines])).toEqual([['unknown-record', 1, '86']])
  })
})

const isHere = homesIn(beside).length > 0
describe.skipIf(!isHere)(`real homes beside the repository${isHere ? '' : ' (skipped: not on this machine)'}`, () => {
  it.each(homesIn(beside))('%s equals a plain reading', name => {
    const home = join(beside, name, 'home')
    expect(ours(home)).toEqual(plainTotals(home))
  })

  it.each(table)('%s equals the table', (homes, input, output, cacheWrite, cacheRead) => {
    const parts = homes.split(' ').map(name => ours(join(beside, name, 'home')))
    const sum = (key: keyof PlainTotals) => parts.reduce((total, part) => total + part[key], 0)
    expect([sum('input'), sum('output'), sum('cacheWrite'), sum('cacheRead')]).toEqual([
      input,
      output,
      cacheWrite,
      cacheRead,
    ])
  })

  it('the 54 nested records of entireio-cli-dev5 tell of 33 responses that nothing else tells of', () => {
    expect(ours(join(beside, 'entireio-cli-dev5/home')).responses).toBe(722 + 33)
  })
})
