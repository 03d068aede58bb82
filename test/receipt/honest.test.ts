/**
 * How close the shares come to the truth (src/receipt/README.md has the figures). The weights of the estimate were fitted to texts of these very
 * recordings, so the bounds keep what was reached from getting worse; they are no proof for other texts.
 */
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import claude from '../../src/agents/claude/index.ts'
import { receipt } from '../../src/receipt/receipt.ts'
import { root, shared } from '../support/recorded.ts'
import { readHome } from './homes.ts'
import { type Compared, compareWith, errorsOf, honestScenarios, quantile, truthIn } from './honest.ts'

/** The aims of issue 6. */
const MEDIAN = 0.1
const WRONG_MONEY = 0.05

const own = join(root, 'fixtures/honest')
const beside = join(shared, 'honest')
const measured = new Map<string, Compared[]>()

const check = (folder: string, name: string): void => {
  const home = join(folder, name, 'home')
  const made = receipt(readHome(claude, home))
  const { pieces, total, wrong } = compareWith(made, home, truthIn(join(folder, name)))
  const errors = errorsOf(pieces)
  const version = `${name.split('/')[0]}${folder === own ? ' (fixture)' : ''}`
  measured.set(version, [...(measured.get(version) ?? []), ...pieces])
  expect(errors.length).toBeGreaterThan(10)
  expect(quantile(errors, 0.5)).toBeLessThan(MEDIAN)
  expect(wrong / total).toBeLessThan(WRONG_MONEY)
}

const inside = honestScenarios(own, 'claude')
describe('honest recordings in the repository', () => {
  it('are there', () => expect(inside).not.toEqual([]))
  it.each(inside)('%s', name => check(own, name))
})

const scenarios = honestScenarios(beside, 'claude')
const isHere = scenarios.length > 0
describe.skipIf(!isHere)(
  `honest recordings beside the repository${isHere ? '' : ' (skipped: not on this machine)'}`,
  () => {
    it.each(scenarios)('%s', name => check(beside, name))
  },
)

/** `HONEST=1` prints the table of the README. */
afterAll(() => {
  if (!process.env.HONEST) return
  const percent = (part: number): string => `${(part * 100).toFixed(1)} %`
  const line = (what: string, pieces: readonly Compared[], all: readonly Compared[]): string => {
    const errors = errorsOf(pieces)
    const total = all.reduce((sum, piece) => sum + piece.truePico, 0)
    const wrong = pieces.reduce((sum, piece) => sum + Math.abs(piece.pico - piece.truePico), 0) / 2
    const money = pieces.reduce((sum, piece) => sum + piece.truePico, 0)
    return `| ${what} | ${errors.length} | ${percent(quantile(errors, 0.5))} | ${percent(quantile(errors, 0.9))} | ${percent(money / total)} | ${percent(wrong / total)} |`
  }
  const out: string[] = []
  for (const [version, pieces] of measured) {
    out.push(line(`**${version}**`, pieces, pieces))
    for (const kind of [...new Set(pieces.map(piece => piece.kind))].sort())
      out.push(
        line(
          kind,
          pieces.filter(p => p.kind === kind),
          pieces,
        ),
      )
    const shown = pieces.filter(piece => piece.key !== 'rest')
    out.push(line('without rest', shown, shown))
  }
  process.stdout.write(`${out.join('\n')}\n`)
})
