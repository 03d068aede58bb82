/** Windows as they fill: the same in parts as at once, the same as the report of blocks cuts them, and ended by a reset. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PricedEntry } from '../../src/core/summary.ts'
import { totalTokens } from '../../src/core/tokens.ts'
import { type FillRequest, fill, notFilled, windowsSoFar } from '../../src/limits/fill.ts'
import { windowsOf } from '../../src/report/windows.ts'
import { priced } from '../support/entry.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOW = Date.UTC(2026, 10, 20, 12, 30)
const none = Number.NEGATIVE_INFINITY

const at = (ago: number, tokens = 1): PricedEntry => priced({ at: NOW - ago, output: tokens, usd: 1 })
const five = (parts: Partial<FillRequest> = {}): FillRequest => ({
  length: 5 * HOUR,
  now: NOW,
  resetAt: none,
  ...parts,
})
const sumOf = (entries: readonly PricedEntry[]) =>
  entries.reduce((sum, { entry }) => sum + totalTokens(entry.tokens), 0)

const uses = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.integer({ min: 0, max: 4 * HOUR }), fc.integer({ min: 0, max: 72 * HOUR })),
      tokens: fc.integer({ min: 1, max: 5000 }),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map(list => {
    let ago = 0
    return list
      .map(({ gap, tokens }) => {
        ago += gap
        return at(ago, tokens)
      })
      .reverse()
  })

describe('for any use', () => {
  test('windows are those of the report of blocks', () => {
    fc.assert(
      fc.property(uses, fc.constantFrom(5 * HOUR, 168 * HOUR, 20 * MINUTE), (entries, length) => {
        const request = five({ length })
        const { past, running, highest } = windowsSoFar(fill(notFilled, entries, request), request)
        const windows = windowsOf(entries, length).filter(window => window.entries.length > 0)
        const over = windows.filter(({ endAt }) => endAt <= NOW)
        const open = windows.find(({ endAt }) => endAt > NOW)
        expect(past.map(({ startAt, endAt }) => [startAt, endAt])).toEqual(
          over.filter(one => one.startAt >= NOW - 56 * 24 * HOUR).map(({ startAt, endAt }) => [startAt, endAt]),
        )
        expect(highest).toBe(Math.max(0, ...over.map(one => sumOf(one.entries))))
        expect(running?.startAt).toBe(open?.startAt)
        expect(running?.points.length).toBe(open?.entries.length)
        expect(running?.points.at(-1)?.used).toBe(open && sumOf(open.entries))
      }),
    )
  })

  test('parts tell the same as the whole, whatever was reset', () => {
    fc.assert(
      fc.property(uses, fc.array(fc.nat(80), { maxLength: 4 }), fc.nat(60 * 24), (entries, cuts, minutes) => {
        const request = five({ resetAt: NOW - minutes * MINUTE })
        const borders = [0, ...cuts.map(cut => Math.min(cut, entries.length)).sort((a, b) => a - b), entries.length]
        const parts = borders.slice(1).map((border, n) => entries.slice(borders[n], border))
        const inParts = parts.reduce((known, part) => fill(known, part, request), notFilled)
        expect(inParts).toEqual(fill(notFilled, entries, request))
      }),
    )
  })

  test('no window reaches over a reset, and none is lost by it', () => {
    fc.assert(
      fc.property(uses, fc.nat(60 * 24), (entries, minutes) => {
        const resetAt = NOW - minutes * MINUTE
        const request = five({ resetAt })
        const { past, running } = windowsSoFar(fill(notFilled, entries, request), request)
        const all = [...past, ...(running ? [running] : [])]
        for (const { startAt, endAt } of all) expect(startAt < resetAt && resetAt < endAt).toBe(false)
        for (const [n, one] of all.entries()) if (n > 0) expect(one.startAt).toBeGreaterThanOrEqual(all[n - 1]!.endAt)
        if (running) expect(running.endAt - running.startAt).toBe(5 * HOUR)
      }),
    )
  })
})

describe('a reset', () => {
  const request = five({ resetAt: NOW - 30 * MINUTE })

  test('ends the window that ran, and nothing runs until something is used', () => {
    const { running, highest } = windowsSoFar(fill(notFilled, [at(2 * HOUR, 7)], request), request)
    expect(running).toBeUndefined()
    expect(highest).toBe(7)
  })

  test('begins no window before it', () => {
    const { running } = windowsSoFar(fill(notFilled, [at(2 * HOUR, 7), at(10 * MINUTE, 3)], request), request)
    expect(running).toMatchObject({ startAt: NOW - 30 * MINUTE, endAt: NOW + 4.5 * HOUR })
    expect(running?.points).toEqual([{ afterMs: 20 * MINUTE, used: 3 }])
  })
})

test('what has not happened yet does not count', () => {
  const request = five()
  expect(windowsSoFar(fill(notFilled, [at(HOUR), at(-9 * HOUR)], request), request).running?.points).toHaveLength(1)
})
