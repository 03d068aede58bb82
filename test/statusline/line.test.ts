import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StatusZone } from '../../src/core/status.ts'
import { columnsOf } from '../../src/statusline/fit.ts'
import { lineOf, mistakeLine } from '../../src/statusline/line.ts'
import { partsOf } from '../../src/statusline/parts.ts'
import { partNames, piece } from '../../src/statusline/piece.ts'
import { AGENT, DAY, facts, HOUR, MINUTE, MODEL, NOW, OTHER, reading, snapshot, stdin } from './facts.ts'

type Parts = NonNullable<Parameters<typeof facts>[0]>

const line = (parts: Parts = {}): string => lineOf(facts(parts))
const show = (template: string, parts: Parts = {}): string => line({ ...parts, flags: { ...parts.flags, template } })

/** Tests run in several zones, and without figures the line tells the time of the machine. */
const clock = (at: number): string => new Date(at).toTimeString().slice(0, 5)

describe('the default look', () => {
  it('has all that is known, the most wanted first', () =>
    expect(line()).toBe(
      '🤖 Some 4 (high) | 💰 $0.32 session / $4.10 today / 5h 42% ↻ 2h 10m / week 12% ↻ 3d | 🔥 $1.20/hr ↗ | 🧠 25,000 (13%) next ≈ $0.0075 | 💾 warm until 12:05',
    ))

  it('has words in place of pictures with --no-emoji', () =>
    expect(line({ flags: { emoji: false } })).toBe(
      'Some 4 (high) | $0.32 session / $4.10 today / 5h 42% resets in 2h 10m / week 12% resets in 3d | burn $1.20/hr ↗ | context 25,000 (13%) next ≈ $0.0075 | cache warm until 12:05',
    ))

  it('is that of a shell without input', () =>
    expect(line({ stdin: undefined })).toBe('💰 $4.10 today / 5h ~$3.20 (~1h left) | 🔥 $1.20/hr ↗'))

  it('says that it is at work where nothing is known', () =>
    expect(line({ stdin: undefined, snapshot: undefined })).toBe('tokusage: reading logs …'))

  it('is made of the input alone before the first refresh', () =>
    expect(line({ snapshot: undefined })).toBe(
      `🤖 Some 4 (high) | 💰 $0.32 session / 5h 42% ↻ 2h 10m / week 12% ↻ 3d | 🧠 25,000 (13%) | 💾 warm until ${clock(NOW + 5 * MINUTE)}`,
    ))
})

it('what Claude Code 2.1.330 handed over in a recorded session', () => {
  const lines = readFileSync(join(import.meta.dirname, 'recorded.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const shown = lines.map(text =>
    line({ stdin: JSON.parse(text), snapshot: undefined, now: 1_795_312_100_000, flags: { width: 100 } }),
  )
  const until = clock(1_795_312_141_000)
  const later = clock(1_795_312_153_000)
  expect(shown).toEqual([
    '🤖 Sonnet 4.5 | 💰 $0.00 session',
    `🤖 Sonnet 4.5 | 💰 $0.03 session | 🧠 14,827 (7%) | 💾 warm until ${until}`,
    `🤖 Sonnet 4.5 | 💰 $0.03 session | 🧠 15,378 (8%) | 💾 warm until ${until}`,
    // Right after /compact nothing is known of the context.
    `🤖 Sonnet 4.5 | 💰 $0.06 session | 💾 warm until ${clock(1_795_312_150_000)}`,
    `🤖 Sonnet 4.5 | 💰 $0.09 session | 🧠 13,241 (7%) | 💾 warm until ${later}`,
    `🤖 Sonnet 4.5 | 💰 $0.09 session | 🧠 13,241 (7%) | 💾 warm until ${later}`,
  ])
})

describe('the width', () => {
  it.each([
    [
      153,
      '🤖 Some 4 (high) | 💰 $0.32 session / $4.10 today / 5h 42% ↻ 2h 10m / week 12% ↻ 3d | 🔥 $1.20/hr ↗ | 🧠 25,000 (13%) next ≈ $0.0075 | 💾 until 12:05',
    ],
    [
      140,
      '🤖 Some 4 (high) | $0.32 / $4.10 today / 5h 42% ↻ 2h 10m / week 12% ↻ 3d | $1.20/hr ↗ | 🧠 25,000 (13%) next ≈ $0.0075 | 💾 until 12:05',
    ],
    // No words any more; from here on figures go, from the least wanted end.
    [
      120,
      'Some 4 | $0.32 / $4.10 / 5h 42% ↻ 2h 10m / week 12% ↻ 3d | $1.20/hr | 🧠 25,000 (13%) next ≈ $0.0075 | 💾 until 12:05',
    ],
    [
      112,
      'Some 4 | $0.32 / $4.10 / 5h 42% ↻ 2h 10m / week 12% | $1.20/hr | 🧠 25,000 (13%) next ≈ $0.0075 | 💾 until 12:05',
    ],
    [105, 'Some 4 | $0.32 / $4.10 / 5h 42% ↻ 2h 10m / week 12% | $1.20/hr | 🧠 25,000 (13%) next ≈ $0.0075 | 💾 warm'],
    [101, 'Some 4 | $0.32 / $4.10 today / 5h 42% ↻ 2h 10m / week 12% | $1.20/hr | 🧠 25,000 (13%) next ≈ $0.0075'],
    [100, 'Some 4 | $0.32 / $4.10 / 5h 42% ↻ 2h 10m / week 12% | $1.20/hr | 🧠 25,000 (13%) next ≈ $0.0075'],
    [80, 'Some 4 | $0.32 / $4.10 / 5h 42% ↻ 2h 10m / week 12% | $1.20/hr | 🧠 25,000 (13%)'],
    [71, 'Some 4 | $0.32 / $4.10 / 5h 42% ↻ 2h 10m / week 12% | $1.20/hr | 🧠 13%'],
    [70, 'Some 4 | $0.32 / $4.10 today / 5h 42% ↻ 2h 10m / week 12% | $1.20/hr ↗'],
    [60, 'Some 4 | $0.32 / $4.10 today / 5h 42% ↻ 2h 10m / week 12%'],
    [50, 'Some 4 | $0.32 / $4.10 today / 5h 42% ↻ 2h 10m'],
    [40, 'Some 4 | $0.32 / $4.10 / 5h 42% ↻ 2h 10m'],
    [39, 'Some 4 | $0.32 / $4.10 today / 5h 42%'],
    [30, 'Some 4 | $0.32 / $4.10 today'],
    [20, 'Some 4 | $0.32'],
    [6, 'Some 4'],
    [5, '$0.32'],
    [1, ''],
  ])('%i columns', (width, expected) => expect(line({ flags: { width } })).toBe(expected))

  it.each([
    [
      131,
      'Some 4 | $0.32 / $4.10 / 5h 42% (2h 10m left) / week 12% (3d left) | $1.20/hr | ctx 25,000 (13%) next ≈ $0.0075 | cache until 12:05',
    ],
    [80, 'Some 4 | $0.32 / $4.10 / 5h 42% (2h 10m left) / week 12% | $1.20/hr | ctx 13%'],
  ])('%i columns without pictures', (width, expected) =>
    expect(line({ flags: { width, emoji: false } })).toBe(expected),
  )

  it('leaves today its word where no session’s cost stands beside it', () => {
    expect(line({ stdin: undefined, flags: { width: 25 } })).toBe('$4.10 today / 5h ~$3.20')
    expect(line({ now: NOW + 13 * HOUR, flags: { width: 30 } })).toContain('… today')
  })

  it('leaves a template its own words', () =>
    expect(show('Context: {context}', { flags: { width: 14, emoji: false } })).toBe('Context: 13%'))

  const named = fc.string({ unit: fc.constantFrom('a', 'é', '日', '🦀', ' ', '한', '⚠️'), maxLength: 20 })

  /** What stands in the line without its pictures, words and separators. */
  const chunksOf = (text: string): string[] =>
    text
      .split(/ \| | \/ /)
      .map(chunk => chunk.replace(/^(?:[🤖💰🔥🧠💾]|burn|context|cache)\s/u, ''))
      .filter(chunk => chunk !== '')

  it('is never exceeded, and no part is cut', () => {
    fc.assert(
      fc.property(named, fc.integer({ min: 1, max: 200 }), fc.boolean(), (name, width, emoji) => {
        const given = facts({ stdin: stdin({ model: { id: MODEL, display_name: name } }), flags: { width, emoji } })
        const text = lineOf(given)
        expect(columnsOf([piece(text)])).toBeLessThanOrEqual(width)
        const forms = [...partsOf(given, new Set(partNames)).values()].flatMap(part =>
          part.map(({ pieces }) => pieces.map(one => one.text).join('')),
        )
        for (const chunk of chunksOf(text)) expect(forms).toContain(chunk)
      }),
    )
  })

  it('shows no less in more columns', () => {
    const partsIn = (width: number) => line({ flags: { width } }).split(/ [|/] /).length
    for (let width = 7; width < 200; width++) expect(partsIn(width + 1)).toBeGreaterThanOrEqual(partsIn(width))
  })
})

describe('the session’s cost', () => {
  const cost = (costSource: 'auto' | 'tokusage' | 'ccusage' | 'cc' | 'both', parts: Parts = {}) =>
    show('{session}', { ...parts, flags: { costSource } })

  it('comes from whoever is asked', () => {
    expect(cost('auto')).toBe('$0.32 session')
    expect(cost('cc')).toBe('$0.32 session')
    expect(cost('tokusage')).toBe('$0.31 session')
    expect(cost('ccusage')).toBe('$0.31 session')
    expect(cost('both')).toBe('($0.32 cc / $0.31 tokusage) session')
  })

  it('is left out, or not available, where nobody knows it', () => {
    const silent = { stdin: stdin({ cost: {}, session_id: 'new' }) }
    expect(cost('auto', silent)).toBe('')
    expect(cost('auto', { stdin: stdin({ cost: null }) })).toBe('$0.31 session')
    expect(cost('both', { stdin: stdin({ cost: null }) })).toBe('(N/A cc / $0.31 tokusage) session')
    expect(cost('cc', { stdin: stdin({ cost: { total_cost_usd: '1' } }) })).toBe('')
  })

  it.each(['__proto__', 'constructor', 'toString'])('of a session by the name of %s is none of ours', name =>
    expect(cost('tokusage', { stdin: stdin({ session_id: name }) })).toBe(''),
  )

  it('is in tokens with --no-cost, and so is everything', () =>
    expect(line({ flags: { noCost: true } })).not.toContain('$'))
})

describe('today', () => {
  it('has its age once it is old', () =>
    expect(show('{today}', { snapshot: snapshot({ at: NOW - 25 * MINUTE }) })).toBe('$4.10 today (25m ago)'))

  it('is never yesterday', () => {
    expect(show('{today}', { now: NOW + 13 * HOUR })).toBe('… today')
    expect(show('{today}', { now: NOW - 13 * HOUR })).toBe('… today')
    expect(show('{today}', { now: NOW + 12 * HOUR })).toBe('… today')
  })

  it('is a lower bound where a price is unknown', () => {
    const of = (usd: number, unpricedTokens: number) =>
      show('{today}', { snapshot: snapshot({ today: { usd, tokens: 500_000, unpricedTokens } }) })
    expect(of(4.1, 12)).toBe('≥ $4.10 today')
    expect(of(0, 500_000)).toBe('500K tokens today')
    expect(of(0, 0)).toBe('$0.00 today')
  })

  it('is a lower bound where a log does not hold all of it', () => {
    const of = (usd: number, flags = {}, unpricedTokens = 0) =>
      show('{today}', {
        snapshot: snapshot({ today: { usd, tokens: 500_000, unpricedTokens, isLowerBound: true } }),
        flags,
      })
    expect(of(4.1)).toBe('≥ $4.10 today')
    expect(of(0.00041)).toBe('≥ $0.00041 today')
    expect(of(3e-9)).toBe('≥ $0.000000003 today')
    expect(of(4.1, { noCost: true })).toBe('≥ 500K tokens today')
    expect(of(0, {}, 500_000)).toBe('≥ 500K tokens today')
    const [sessions] = [{ s1: { ...snapshot().sessions.s1!, isLowerBound: true } }]
    expect(show('{session}', { snapshot: snapshot({ sessions }), flags: { costSource: 'tokusage' } })).toBe(
      '≥ $0.31 session',
    )
  })
})

describe('the 5-hour window', () => {
  const told = (five_hour: unknown) => stdin({ rate_limits: { five_hour } })

  it('is what this session was told', () => {
    expect(show('{5h}')).toBe('5h 42% ↻ 2h 10m')
    expect(show('{5h}', { stdin: told({ used_percentage: 7 }) })).toBe('5h 7%')
    expect(show('{5h}', { stdin: told({ used_percentage: 99.9, resets_at: NOW / 1000 + 30 }) })).toBe('5h 99% ↻ <1m')
  })

  it('is what another session was told, if that is fresher, with its age', () => {
    const idle = { stdin: stdin({ rate_limits: null }) }
    expect(show('{5h}', { ...idle, known: [reading()] })).toBe('5h 42% ↻ 1h (12m ago)')
    expect(show('{5h}', { ...idle, known: [reading({ at: NOW - 4 * MINUTE })] })).toBe('5h 42% ↻ 1h')
    const more = reading({ usedPercent: 60, resetsAt: NOW + 130 * MINUTE, at: NOW - 6 * MINUTE })
    expect(show('{5h}', { known: [more] })).toBe('5h 60% ↻ 2h 10m (6m ago)')
    expect(show('{5h}', { known: [{ ...more, usedPercent: 30 }] })).toBe('5h 42% ↻ 2h 10m')
  })

  it('is not another account’s: a window that still runs is followed by none', () =>
    expect(show('{5h}', { known: [reading({ usedPercent: 90, resetsAt: NOW + 4 * HOUR })] })).toBe('5h 42% ↻ 2h 10m'))

  it('is the one after the one that this session was told of', () =>
    expect(
      show('{5h}', {
        stdin: told({ used_percentage: 90, resets_at: (NOW - HOUR) / 1000 }),
        known: [reading({ usedPercent: 3, at: NOW - MINUTE })],
      }),
    ).toBe('5h 3% ↻ 1h'))

  it('was reset: the old percentage is not shown', () => {
    const past = told({ used_percentage: 90, resets_at: (NOW - HOUR) / 1000 })
    expect(show('{5h}', { stdin: past, snapshot: snapshot({ blocks: [] }) })).toBe('5h reset')
    // Its own entries say that a new one is running.
    const [block] = snapshot().blocks
    const blocks = [{ ...block!, firstAt: NOW - MINUTE }]
    expect(show('{5h}', { stdin: past, snapshot: snapshot({ blocks }) })).toBe('5h ~$3.20 (~1h left)')
  })

  const silent = { stdin: stdin({ rate_limits: undefined }) }

  it('is estimated where no server spoke, and marked as that', () => {
    expect(show('{5h}', silent)).toBe('5h ~$3.20 (~1h left)')
    expect(show('{5h}', { ...silent, snapshot: snapshot({ blocks: [] }) })).toBe('')
    expect(show('{5h}', { ...silent, now: NOW + HOUR })).toBe('')
  })

  it('is a percentage of what the user says, and of nothing else', () => {
    expect(show('{5h}', { ...silent, flags: { tokenLimit: 500_000 } })).toBe('5h ~37% of 500K (~1h left)')
    expect(show('{5h}', { ...silent, flags: { tokenLimit: 'max' } })).toBe('5h ~50% of 370K (own highest) (~1h left)')
    expect(show('{5h}', { ...silent, flags: { tokenLimit: 'max' }, snapshot: snapshot({ highest: {} }) })).toBe(
      '5h ~$3.20 (~1h left)',
    )
  })

  it('is a percentage of what the settings say, and a flag is stronger', () => {
    const of = (tokenLimit: number | 'max', flags = {}) =>
      show('{5h}', { ...silent, snapshot: snapshot({ view: { ...snapshot().view, tokenLimit } }), flags })
    expect(of(500_000)).toBe('5h ~37% of 500K (~1h left)')
    expect(of('max')).toBe('5h ~50% of 370K (own highest) (~1h left)')
    expect(of('max', { tokenLimit: 500_000 })).toBe('5h ~37% of 500K (~1h left)')
  })

  it('is the fullest running one in a shell, with the name of another agent', () => {
    const both = [reading({ at: NOW }), reading({ agent: OTHER, usedPercent: 80, at: NOW })]
    expect(show('{5h}', { stdin: undefined, known: both })).toBe(`${OTHER} 5h 80% ↻ 1h`)
    expect(show('{5h}', { stdin: stdin({ rate_limits: null }), known: both })).toBe('5h 42% ↻ 1h')
  })

  it('believes nothing absurd', () => {
    const far = reading({ resetsAt: NOW + 400 * DAY, usedPercent: 99, at: NOW })
    expect(show('{5h}', { ...silent, known: [far] })).toBe('5h ~$3.20 (~1h left)')
    expect(show('{5h}', { stdin: told({ used_percentage: -4 }) })).toBe('5h ~$3.20 (~1h left)')
    expect(show('{5h}', { stdin: told({ used_percentage: 1e300 }) })).toBe('5h ~$3.20 (~1h left)')
    expect(show('{5h}', { ...silent, known: [reading({ agent: `${AGENT}x` })] })).toBe('5h ~$3.20 (~1h left)')
  })
})

it('the week and a limit on spending are shown as far as they are known', () => {
  expect(show('{week}')).toBe('week 12% ↻ 3d')
  expect(show('{spend}')).toBe('')
  const spend = stdin({ rate_limits: { spend_limit: { used_percentage: 61, resets_at: (NOW + DAY) / 1000 } } })
  expect(show('{spend} {week}', { stdin: spend })).toBe('spend 61% ↻ 1d')
})

describe('the burn rate', () => {
  const burning = (bars: readonly number[], indicator = 900) =>
    snapshot({ burn: { usdPerHour: 1.2, tokensPerMinute: 9, tokensPerMinuteForIndicator: indicator, bars } })

  it.each([
    ['↗', [0, 0, 1, 1, 1, 1, 2, 2, 2]],
    ['↘', [2, 2, 2, 2, 2, 2, 1, 1, 1]],
    ['→', [1, 1, 1, 1, 1, 1, 1, 1, 1]],
    ['', [0, 0, 0, 0, 0, 0, 2, 2, 2]],
    ['', []],
  ])('goes %s', (sign, bars) => expect(show('{burn}', { snapshot: burning(bars) })).toBe(`$1.20/hr ${sign}`.trim()))

  it.each([
    ['emoji', 900, '$1.20/hr 🟢'],
    ['text', 2000, '$1.20/hr (Moderate)'],
    ['emoji-text', 5000, '$1.20/hr 🚨 (High)'],
    ['off', 5000, '$1.20/hr'],
  ] as const)('%s at %i tokens a minute', (visualBurnRate, indicator, expected) =>
    expect(show('{burn}', { snapshot: burning([], indicator), flags: { visualBurnRate } })).toBe(expected),
  )

  it('is left out where it is old or nothing', () => {
    expect(show('{burn}', { snapshot: snapshot({ at: NOW - 11 * MINUTE }) })).toBe('')
    const idle = { usdPerHour: 0, tokensPerMinute: 0, tokensPerMinuteForIndicator: 0, bars: [] }
    expect(show('{burn}', { snapshot: snapshot({ burn: idle }) })).toBe('')
  })
})

describe('the context', () => {
  const context = (window: unknown, more = {}) =>
    show('{context}', { stdin: stdin({ context_window: window, ...more }) })

  it('is that of the last response, of the model’s own window', () => {
    expect(
      context({ current_usage: { input_tokens: 5, cache_read_input_tokens: 99_995 }, context_window_size: 1e6 }),
    ).toBe('100,000 (10%) next ≈ $0.03')
    expect(context({ current_usage: { input_tokens: 100_000 } })).toBe('100,000 (50%) next ≈ $0.03')
    expect(context({ current_usage: { input_tokens: 100_000 } }, { model: { id: 'unheard-of' } })).toBe('100,000')
  })

  it('is not made up from totals of the whole session', () => {
    const totals = { total_input_tokens: 50_000, context_window_size: 200_000 }
    expect(context(totals, { version: '2.1.131' })).toBe('')
    expect(context(totals, { version: '2.1.132' })).toContain('50,000 (25%)')
    expect(context({ ...totals, current_usage: null })).toBe('')
    expect(context({ used_percentage: 12, context_window_size: 200_000 }, { version: '2.1.7' })).toBe('12%')
  })

  it('is unknown before the first response and after /compact', () => {
    expect(context({ current_usage: null, used_percentage: null })).toBe('')
    expect(context({ current_usage: { input_tokens: 0, cache_read_input_tokens: 0 }, used_percentage: 0 })).toBe('')
  })

  it('costs what reading or writing it costs', () => {
    const next = (prompt_cache: unknown) => show('{next}', { stdin: stdin({ prompt_cache }) })
    expect(next({ warm: true, expires_at: NOW / 1000 + 60 })).toBe('next ≈ $0.0075')
    expect(next({ warm: true, expires_at: NOW / 1000 - 60 })).toBe('next ≈ $0.09')
    expect(next({ warm: false })).toBe('next ≈ $0.09')
    expect(next({ warm: false, ttl: '1h' })).toBe('next ≈ $0.15')
    expect(next(undefined)).toBe('next ≥ $0.0075')
  })

  const read = (tokens: number, modelParts: object, more: object = {}) => {
    const [model] = Object.values(snapshot().models)
    return show('{next}', {
      stdin: stdin({
        model: { id: `${MODEL}[1m]` },
        context_window: {
          context_window_size: 1e6,
          current_usage: { input_tokens: 10, cache_read_input_tokens: tokens },
        },
        ...more,
      }),
      snapshot: snapshot({ models: { [MODEL]: { ...model!, ...modelParts } } }),
    })
  }
  const tiers = [{ above: 200_000, rates: { input: 6e-6, output: 22.5e-6, cacheRead: 6e-7, cacheCreation: 7.5e-6 } }]

  it('costs what a long prompt costs, all of it', () => {
    expect(read(400_000, { tiers })).toBe('next ≈ $0.24')
    expect(read(199_990, { tiers })).toBe('next ≈ $0.06')
    expect(read(199_991, { tiers })).toBe('next ≈ $0.12')
    expect(read(400_000, { tiers }, { prompt_cache: { warm: false } })).toBe('next ≈ $3.00')
  })

  it('costs what fast mode makes of it', () => {
    const opus = { cacheRead: 5e-7, fast: 6 }
    expect(read(99_990, opus)).toBe('next ≈ $0.05')
    expect(read(99_990, opus, { fast_mode: true })).toBe('next ≈ $0.30')
    expect(read(99_990, { cacheRead: 5e-7 }, { fast_mode: true })).toBe('next ≈ $0.05')
    expect(read(400_000, { tiers, fast: 2 }, { fast_mode: true })).toBe('next ≈ $0.48')
    for (const fast_mode of ['true', 1, null]) expect(read(99_990, opus, { fast_mode })).toBe('next ≈ $0.05')
  })

  it('a model with a mark is that model', () =>
    expect(show('{next}', { stdin: stdin({ model: { id: `${MODEL}[1m]` } }) })).toBe('next ≈ $0.0075'))
})

describe('the cache is warm until a time', () => {
  const until = (zone: StatusZone) => show('{cache}', { snapshot: snapshot({ zone }) })

  it('of the zone of the figures', () => {
    expect(until({ offsetMs: 5.5 * HOUR })).toBe('warm until 17:35')
    expect(until({ offsetMs: -5 * HOUR })).toBe('warm until 07:05')
    expect(until({ offsetMs: 12 * HOUR })).toBe('warm until 00:05')
  })

  it('of the clock that holds by then', () => {
    const later = { offsetMs: HOUR, laterOffsetMs: 2 * HOUR }
    expect(until({ ...later, changeAt: NOW + 5 * MINUTE })).toBe('warm until 14:05')
    expect(until({ ...later, changeAt: NOW + 6 * MINUTE })).toBe('warm until 13:05')
  })

  it('of the machine where there are no figures', () =>
    expect(show('{cache}', { snapshot: undefined })).toBe(`warm until ${clock(NOW + 5 * MINUTE)}`))
})

describe('a template', () => {
  it('puts parts where it says', () =>
    expect(show('[{project}@{branch}] {model} · {session}, {today}!', { branch: 'main' })).toBe(
      '[app@main] Some 4 (high) · $0.32 session, $4.10 today!',
    ))

  it('leaves no double separators where a part is missing', () => {
    const silent = { stdin: undefined }
    expect(show('{model} | {session} | {today}', silent)).toBe('$4.10 today')
    expect(show('{today} | Session: {session} | {burn}', silent)).toBe('$4.10 today | $1.20/hr ↗')
    expect(show('({model}) ({today}) ({context})', silent)).toBe('($4.10 today)')
    expect(show('{model}', silent)).toBe('')
  })

  it('says which parts there are when one is unknown', () => {
    expect(show('{modle}')).toMatch(/^tokusage: unknown part \{modle\}, known: model, session, /)
    expect(show('hello')).toMatch(/^tokusage: no part such as \{today\} in the format/)
  })

  it('comes from the settings, and a flag is stronger', () => {
    const { view } = snapshot()
    const own = snapshot({ view: { ...view, template: '{today}', emoji: false } })
    expect(line({ snapshot: own })).toBe('$4.10 today')
    expect(line({ snapshot: own, flags: { template: '{session}' } })).toBe('$0.32 session')
  })
})

it('a model has the name that the settings give it', () => {
  const labelled = (modelLabels: Record<string, string>) =>
    show('{model}', { snapshot: snapshot({ view: { ...snapshot().view, modelLabels } }) })
  expect(labelled({ 'Some 4': 'Mine\u001b[31m' })).toBe('Mine (high)')
  expect(labelled({})).toBe('Some 4 (high)')
})

describe('whatever is handed over', () => {
  const paths = [
    'session_id',
    'model',
    'cost',
    'effort',
    'context_window',
    'prompt_cache',
    'rate_limits',
    'workspace',
    'version',
    'cwd',
    'worktree',
  ]
  const hostile = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      '\u001b]0;x\u0007',
      '\u202eevil',
      'a\nb',
      '../../x',
      '__proto__',
      1e308,
      -1,
      '\ud800',
      '\u0085',
      '💥'.repeat(500),
    ),
  )
  const deep = fc.record(
    {
      id: hostile,
      display_name: hostile,
      level: hostile,
      total_cost_usd: hostile,
      current_usage: fc.oneof(hostile, fc.record({ input_tokens: hostile, cache_read_input_tokens: hostile })),
      context_window_size: hostile,
      used_percentage: hostile,
      warm: fc.oneof(fc.boolean(), hostile),
      expires_at: hostile,
      five_hour: fc.oneof(hostile, fc.record({ used_percentage: hostile, resets_at: hostile })),
      project_dir: hostile,
      branch: hostile,
    },
    { requiredKeys: [] },
  )
  const given = fc.record(Object.fromEntries(paths.map(path => [path, fc.oneof(hostile, deep)])), { requiredKeys: [] })
  const templates = fc.constantFrom(undefined, '{model} {project} {branch} {next} {block} {spend} {5h}')

  it('is one line without control characters', () => {
    fc.assert(
      fc.property(given, templates, fc.option(fc.integer({ min: 1, max: 150 })), (parts, template, width) => {
        const text = line({
          stdin: stdin(parts),
          flags: { ...(template === undefined ? {} : { template }), ...(width === null ? {} : { width }) },
        })
        expect(text).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|undefined|NaN|Infinity|\[object/,
        )
        expect(text).not.toMatch(/\p{Surrogate}/u)
        expect(text.length).toBeLessThan(800)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([[null], [3], ['text'], [[]], [true]])('%j is as good as nothing', value =>
    expect(line({ stdin: value })).toBe(line({ stdin: undefined })),
  )
})

it('a mistake is told on one line', () =>
  expect(mistakeLine("Unknown option '--x\u001b[31m'.\nmore")).toBe("tokusage: Unknown option '--x'."))
