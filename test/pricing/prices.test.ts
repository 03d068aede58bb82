import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { UsageEntry } from '../../src/core/entry.ts'
import type { Host } from '../../src/host/host.ts'
import { openPrices, type PriceOptions } from '../../src/pricing/prices.ts'
import { PRICE_FILE } from '../../src/pricing/refresh.ts'
import { entry } from '../support/entry.ts'
import { type HostParts, makeHost } from '../support/host.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tokusage-prices-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const options = (parts: Partial<PriceOptions> = {}): PriceOptions => ({
  offline: false,
  refreshPrices: false,
  modelAliases: {},
  priceOverrides: {},
  mode: 'auto',
  ...parts,
})

const NOW = Date.UTC(2026, 10, 22, 12)
const DAY = 86_400_000

/** A machine that answers with these prices, and counts what was asked and read. */
const machine = (parts: HostParts & { rows?: unknown; body?: string; status?: number } = {}) => {
  const asked: string[] = []
  const read: string[] = []
  const get: Host['get'] =
    parts.get ??
    (url => {
      asked.push(url)
      return Promise.resolve({ status: parts.status ?? 200, body: parts.body ?? JSON.stringify(parts.rows ?? {}) })
    })
  const host = makeHost({ home, now: NOW, ...parts, get })
  const readText: Host['readText'] = path => {
    read.push(path.split('/').at(-1) ?? '')
    return host.readText(path)
  }
  return { host: { ...host, readText }, asked, read }
}

const run = async (host: Host, entries: readonly UsageEntry[], parts: Partial<PriceOptions> = {}) => {
  const diagnostics = new Diagnostics()
  const priced = await openPrices(host, options(parts)).price(entries, diagnostics)
  return { priced, diagnostics: diagnostics.list() }
}

const fresh = { 'brand-new-model': { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6, litellm_provider: 'x' } }
const unknown = entry({ model: 'brand-new-model', input: 1000 })
const known = entry({ model: 'claude-opus-4-6', input: 1000 })

describe('pricing', () => {
  test('one priced entry for each, in order, each at the price of its day', async () => {
    const { host, asked, read } = machine()
    const entries = [
      entry({ model: 'claude-sonnet-5-5', cacheRead: 1_000_000, at: '2026-10-07T00:00:00Z' }),
      entry({ model: 'claude-sonnet-5-5', cacheRead: 1_000_000, at: '2026-10-06T00:00:00Z' }),
      known,
    ]
    const { priced, diagnostics } = await run(host, entries)
    expect(priced.map(p => p.cost.pico / 1e12)).toEqual([0.1, 0.2, 0.005])
    expect(priced.map(p => p.entry)).toEqual(entries)
    expect(diagnostics).toEqual([])
    expect(asked).toEqual([])
    expect(read).toEqual(['prices.json', 'rates-core.json'])
  })

  test('the large table is read only for a model that the small one lacks', async () => {
    const { host, read } = machine()
    await run(host, [entry({ model: 'openrouter/anthropic/claude-sonnet-4.5', input: 1 })])
    expect(read).toEqual(['prices.json', 'rates-core.json', 'rates.json'])
  })

  test('the price of a region is not taken from the small table, which knows only the vendor’s', async () => {
    const { priced } = await run(machine().host, [
      entry({ model: 'us.anthropic.claude-opus-4-6-v1', input: 1_000_000 }),
    ])
    expect(priced[0]?.cost.pico).toBe(5.5e12)
  })

  test('unknown models are counted, one diagnostic each', async () => {
    const entries = [unknown, entry({ model: undefined, output: 5 }), unknown, entry({ model: 'brand-new-model' })]
    const { priced, diagnostics } = await run(machine().host, entries, { offline: true })
    expect(priced.map(p => p.cost.basis)).toEqual(['missing', 'missing', 'missing', 'calculated'])
    expect(diagnostics).toEqual([
      { code: 'unpriced-model', args: { model: 'brand-new-model' }, count: 2 },
      { code: 'unpriced-model', args: {}, count: 1 },
    ])
  })

  test('an alias renames the entry and prices it as its target', async () => {
    const { priced } = await run(machine().host, [entry({ model: 'house', input: 1000 })], {
      modelAliases: { 'hous*': 'claude-opus-4-6' },
    })
    expect(priced[0]).toMatchObject({
      entry: { model: 'claude-opus-4-6' },
      cost: { pico: 0.005e12, basis: 'calculated' },
    })
  })

  test('an alias renames the entry also where the log has the cost', async () => {
    const { priced } = await run(machine().host, [entry({ model: 'house', input: 1000, loggedUsd: 3 })], {
      modelAliases: { house: 'claude-opus-4-6' },
    })
    expect(priced[0]).toMatchObject({ entry: { model: 'claude-opus-4-6' }, cost: { pico: 3e12, basis: 'logged' } })
  })

  test('an override prices a model that no table knows, without the network', async () => {
    const { host, asked } = machine()
    const { priced } = await run(host, [unknown], {
      priceOverrides: { 'brand-new-model': { inputCostPerToken: 4e-6 } },
    })
    expect(priced[0]?.cost).toMatchObject({ pico: 0.004e12, basis: 'calculated' })
    expect(asked).toEqual([])
  })

  test('an override keeps the rest of a row that only the large table has', async () => {
    const { priced } = await run(machine().host, [entry({ model: 'us.anthropic.claude-opus-4-6-v1', output: 1000 })], {
      priceOverrides: { 'us.anthropic.claude-opus-4-6-v1': { inputCostPerToken: 0 } },
    })
    expect(priced[0]?.cost.pico).toBe(0.0275e12) // 1,000 × 27.5
  })

  test('what needs no price opens no table and no socket', async () => {
    const { host, asked, read } = machine()
    const entries = [
      entry({ model: 'brand-new-model', input: 1, loggedUsd: 1 }),
      entry({ model: '<synthetic>', input: 1 }),
    ]
    await run(host, entries)
    await run(host, [unknown], { mode: 'display' })
    expect([asked, read]).toEqual([[], []])
  })

  test('estimates of partial outputs come along', async () => {
    const { priced } = await run(machine().host, [entry({ isPartial: true, visibleLength: 400, output: 0, input: 1 })])
    expect(priced[0]?.estimatedTokens).toBe(100)
  })
})

describe('refreshing', () => {
  test('one try for a model that is unknown, then the cache answers', async () => {
    const first = machine({ rows: fresh })
    const { priced, diagnostics } = await run(first.host, [unknown, unknown])
    expect(priced.map(p => p.cost.pico)).toEqual([0.001e12, 0.001e12])
    expect(diagnostics).toEqual([])
    expect(first.asked).toEqual([PRICE_FILE])
    const second = machine({ rows: {}, now: NOW + 2 * DAY })
    expect((await run(second.host, [unknown])).priced[0]?.cost.pico).toBe(0.001e12)
    expect(second.asked).toEqual([])
  })

  test('known models ask for nothing', async () => {
    const { host, asked } = machine({ rows: fresh })
    await run(host, [known])
    expect(asked).toEqual([])
  })

  test('not again while the cache is younger than a day', async () => {
    await run(machine({ rows: fresh }).host, [unknown])
    const other = entry({ model: 'other-model', input: 1 })
    const young = machine({ rows: fresh, now: NOW + DAY - 1 })
    await run(young.host, [other])
    expect(young.asked).toEqual([])
    const old = machine({ rows: fresh, now: NOW + DAY })
    await run(old.host, [other])
    expect(old.asked).toHaveLength(1)
  })

  test('never offline, not even when asked to', async () => {
    const { host, asked } = machine({ rows: fresh })
    const { diagnostics } = await run(host, [unknown], { offline: true, refreshPrices: true })
    expect(asked).toEqual([])
    expect(diagnostics.map(d => d.code)).toEqual(['unpriced-model'])
  })

  test('when asked to, also where nothing is missing and the cache is young, once a run', async () => {
    await run(machine({ rows: fresh }).host, [unknown])
    const { host, asked } = machine({
      rows: { 'gpt-5.5': { input_cost_per_token: 7e-6, output_cost_per_token: 1e-6 } },
    })
    const prices = openPrices(host, options({ refreshPrices: true }))
    const priced = await prices.price([entry({ model: 'gpt-5.5', input: 1000 })], new Diagnostics())
    await prices.price([known], new Diagnostics())
    expect(asked).toHaveLength(1)
    expect(priced[0]?.cost.pico).toBe(0.007e12)
  })

  test('dated rows and rows that the file lacks survive', async () => {
    const rows = { 'claude-opus-4-6': { input_cost_per_token: 9e-6, output_cost_per_token: 9e-6 } }
    const { host } = machine({ rows })
    const entries = [
      entry({ model: 'claude-opus-4-6', input: 1000, at: '2026-05-01T00:00:00Z' }),
      entry({ model: 'opencode/claude-opus-4-6', input: 1000 }),
    ]
    const { priced } = await run(host, entries, { refreshPrices: true })
    expect(priced.map(p => p.cost.pico)).toEqual([0.005e12, 0.005e12])
  })

  test.each<[string, Partial<Parameters<typeof machine>[0]>, string]>([
    ['not found', { status: 404 }, 'status 404'],
    ['a time-out', { get: () => Promise.reject(new Error('no answer within 2000 ms')) }, 'no answer within 2000 ms'],
    ['a thing thrown that is no error', { get: () => Promise.reject('gone') }, 'gone'],
    ['garbage', { body: '<html>' }, 'no prices in the answer'],
    ['nothing', { body: '' }, 'no prices in the answer'],
    ['an empty object', { body: '{}' }, 'no prices in the answer'],
    [
      'hostile rows only',
      { body: '{"__proto__":{"input_cost_per_token":1},"a":{"input_cost_per_token":"x"}}' },
      'no prices in the answer',
    ],
  ])('%s: one diagnostic, the bundled prices stay', async (_, parts, reason) => {
    const { host } = machine(parts)
    const { priced, diagnostics } = await run(host, [known, unknown, unknown])
    expect(priced.map(p => p.cost.basis)).toEqual(['calculated', 'missing', 'missing'])
    expect(diagnostics).toEqual([
      { code: 'prices-not-refreshed', args: { reason }, count: 1 },
      { code: 'unpriced-model', args: { model: 'brand-new-model' }, count: 2 },
    ])
  })

  test('after a failure the older refreshed prices stay, and there is no second wait within the hour', async () => {
    await run(machine({ rows: fresh }).host, [unknown])
    const other = entry({ model: 'other-model', input: 1 })
    const failing = machine({ status: 500, now: NOW + 2 * DAY })
    expect((await run(failing.host, [unknown, other])).priced.map(p => p.cost.basis)).toEqual(['calculated', 'missing'])
    const again = machine({ rows: fresh, now: NOW + 2 * DAY + 3_599_999 })
    await run(again.host, [other])
    expect(again.asked).toEqual([])
    const later = machine({ rows: fresh, now: NOW + 2 * DAY + 3_600_000 })
    await run(later.host, [other])
    expect(later.asked).toHaveLength(1)
  })

  test('a cache that cannot be written is a diagnostic, the prices serve this run', async () => {
    const { host } = machine({ rows: fresh })
    const full: Host = {
      ...host,
      writeText: () => {
        throw new Error('disk full')
      },
    }
    const { priced, diagnostics } = await run(full, [unknown])
    expect(priced[0]?.cost.basis).toBe('calculated')
    expect(diagnostics).toEqual([{ code: 'prices-not-refreshed', args: { reason: 'disk full' }, count: 1 }])
  })

  test.each(['', 'nonsense', '[]', '{"refreshedAt":"x"}', '{"refreshedAt":1,"attemptedAt":1,"table":{"rows":7}}'])(
    'a cache file of %j is a diagnostic and is ignored',
    async text => {
      const { host } = machine()
      host.writeText(join(home, '.cache/tokusage/prices.json'), text)
      const { priced, diagnostics } = await run(host, [known])
      expect(priced[0]?.cost.pico).toBe(0.005e12)
      expect(diagnostics.map(d => d.code)).toEqual(['bad-price-cache'])
    },
  )

  test('a cache older than the package is ignored', async () => {
    const rows = { 'gpt-5.5': { input_cost_per_token: 9e-6, output_cost_per_token: 9e-6 } }
    await run(machine({ rows, now: Date.UTC(2026, 5, 1) }).host, [known], { refreshPrices: true })
    const { priced } = await run(machine().host, [entry({ model: 'gpt-5.5', input: 1000 })])
    expect(priced[0]?.cost.pico).toBe(0.005e12)
  })

  test('only what differs from the bundled table is kept', async () => {
    const excerpt: unknown = JSON.parse(readFileSync('fixtures/pricing/litellm-excerpt.json', 'utf8'))
    const rows = typeof excerpt === 'object' && excerpt !== null && 'rows' in excerpt ? excerpt.rows : undefined
    const { host } = machine({ rows: { ...(rows as object), ...fresh } })
    await run(host, [unknown])
    const cache = JSON.parse(readFileSync(join(home, '.cache/tokusage/prices.json'), 'utf8'))
    expect(Object.keys(cache.table.rows)).toEqual(['brand-new-model'])
  })
})

describe('where the cache is', () => {
  test.each<[HostParts, string]>([
    [{}, '~/.cache/tokusage/prices.json'],
    [{ env: { XDG_CACHE_HOME: '/c/' } }, '/c/tokusage/prices.json'],
    [{ env: { XDG_CACHE_HOME: 'relative' } }, '~/.cache/tokusage/prices.json'],
    [{ env: { XDG_CACHE_HOME: '' } }, '~/.cache/tokusage/prices.json'],
    [{ platform: 'darwin' }, '~/Library/Caches/tokusage/prices.json'],
    [{ platform: 'win32', env: { LOCALAPPDATA: 'C:\\Local' } }, 'C:\\Local/tokusage/cache/prices.json'],
    [{ platform: 'win32' }, '~/AppData/Local/tokusage/cache/prices.json'],
    [{ platform: 'darwin', env: { TOKUSAGE_HOME: '/t' } }, '/t/cache/prices.json'],
  ])('%o', (parts, path) => {
    const { host } = machine(parts)
    expect(openPrices(host, options()).info().cachePath).toBe(path.replace('~', home))
  })
})

test('info tells source, date and size, before and after a refresh', async () => {
  const before = openPrices(machine().host, options()).info()
  expect(before).toMatchObject({ date: '2026-11-10', refreshedAt: undefined })
  expect(before.rows).toBeGreaterThan(3000)
  const prices = openPrices(machine({ rows: fresh }).host, options())
  await prices.price([unknown], new Diagnostics())
  expect(prices.info()).toMatchObject({
    source: PRICE_FILE,
    date: '2026-11-22',
    rows: before.rows + 1,
    refreshedAt: NOW,
  })
})

test('lookup answers for one model and time, by alias too, and asks nobody', () => {
  const { host, asked } = machine({ rows: fresh })
  const prices = openPrices(host, options({ modelAliases: { mine: 'gpt-5.6-luna' } }))
  expect(prices.lookup('mine', Date.parse('2026-07-10'))?.base.input).toBe(1e-6)
  expect(prices.lookup('brand-new-model', NOW)).toBeUndefined()
  expect(asked).toEqual([])
})
