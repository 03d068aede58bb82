/** Frames: what they look like at the sizes people have, and what holds at any size for any figures. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { widthOf } from '../../src/render/width.ts'
import type { Look, Size } from '../../src/tui/look.ts'
import { type State, startState } from '../../src/tui/state.ts'
import { snapshotFrame, view } from '../../src/tui/view.ts'
import { anyData, anyLook, anySize, anyState } from './arbitrary.ts'
import { hasControls, plain } from './plain.ts'
import { data, idle, look, now, session, sum, window } from './sample.ts'

const limits = { requestsPerMinute: 15, tokensPerMinute: 400_000 }
const stateOf = (parts: Partial<State> = {}, own: Look = look(limits)): State => ({
  ...startState(own),
  data: data(),
  ...parts,
})
const sizeOf = (name: string): Size => {
  const [columns = 0, rows = 0] = name.split('x').map(Number)
  return { columns, rows }
}
const draw = (size: string, parts: Partial<State> = {}, own?: Look): string =>
  view(stateOf(parts, own), sizeOf(size)).join('\n')

describe('golden frames', () => {
  test.each(['40x10', '60x20', '80x24', '120x40', '200x60'])('%s', async size => {
    await expect(`${draw(size)}\n`).toMatchFileSnapshot(`golden/${size}.txt`)
  })

  it('help', async () => {
    await expect(`${draw('80x24', { overlay: 'help' })}\n`).toMatchFileSnapshot('golden/help.txt')
  })

  it('one session', async () => {
    await expect(`${draw('80x30', { overlay: 'detail' })}\n`).toMatchFileSnapshot('golden/detail.txt')
  })

  it('nothing at work', async () => {
    await expect(`${draw('80x24', { data: idle() })}\n`).toMatchFileSnapshot('golden/idle.txt')
  })
})

describe('at any size, whatever the figures', () => {
  test('no line is too wide, there are no more lines than rows, and nothing but colours is an escape', () => {
    fc.assert(
      fc.property(anyState, anySize, (state, size) => {
        const lines = view(state, size)
        expect(lines.length).toBeLessThanOrEqual(size.rows)
        for (const line of lines) {
          expect(widthOf(plain(line))).toBeLessThanOrEqual(size.columns)
          expect(hasControls(plain(line))).toBe(false)
          if (!state.look.color) expect(line).toBe(plain(line))
        }
      }),
      { numRuns: 150 },
    )
  })

  test('a snapshot is no wider and no higher', () => {
    fc.assert(
      fc.property(anyData, anySize, anyLook, (figures, size, own) => {
        const lines = snapshotFrame(figures, size, own).split('\n').slice(0, -1)
        expect(lines.length).toBeLessThanOrEqual(size.rows)
        for (const line of lines) expect(widthOf(plain(line))).toBeLessThanOrEqual(size.columns)
      }),
      { numRuns: 50 },
    )
  })

  test('colours change nothing but colours', () => {
    for (const size of ['40x10', '60x20', '80x24', '120x40', '200x60']) {
      const colored = draw(size, {}, look({ ...limits, color: true }))
      expect(colored).not.toBe(plain(colored))
      expect(plain(colored)).toBe(draw(size))
    }
  })
})

describe('what is wanted most is there at the least size', () => {
  const small = draw('60x20')
  test.each([
    ['the time', '14:03:22'],
    ['the cost of today', 'today $12.34'],
    ['who is at work', '2 agents active'],
    ['the use of the window', '54%'],
    ['what is left of it', '1h 12m'],
    ['what is expected', '3.10M tokens (2.80M to 3.90M)'],
    ['how old the server’s word is', 'server, 2m ago'],
    ['that a window is estimated, and what it is held against', 'own highest · estimated'],
    ['when a window is full', 'full Sun 06:03 to Mon 08:03'],
    ['the burn', '$6.42/h'],
    ['the last minute', '12/15 requests · 342K/400K tokens'],
    ['the sessions', 'Fix the parser'],
    ['the other lists', 'Calls 40'],
    ['how to leave', 'q quit'],
    ['that something is odd', 'tokusage doctor'],
  ])('%s', (_, text) => {
    expect(small).toContain(text)
  })
})

describe('a window', () => {
  const only = (parts: Parameters<typeof window>[0], size = '120x40'): string =>
    draw(size, { data: data({ windows: [window(parts)] }) })

  it('without anything to hold it against has no percentage and says so', () => {
    const frame = only({ usedPercent: undefined, basis: undefined })
    expect(frame).toContain('no limit known')
    expect(frame).toMatch(/5 h {3}░+│░+ +– +2\.31M/)
  })

  it('says what its percentage is of', () => {
    expect(only({ basis: 'given', tokenLimit: 5_000_000 })).toContain('of your limit 5.00M')
    expect(only({ basis: 'own-highest', tokenLimit: 5_000_000 })).toContain('of your own highest 5.00M')
    expect(only({ basis: 'server', saidAt: now - 3 * 3_600_000 })).toContain('said by the server, 3h ago')
  })

  it('above its limit fills its bar and no more', () => {
    expect(only({ usedPercent: 130 })).toMatch(/█+│█+ +130%/)
  })

  it('is full only when it is', () => {
    expect(only({ usedPercent: 99.6 })).toMatch(/░ +99%/)
    expect(only({ usedPercent: 0.2 })).toMatch(/ █░/)
  })

  it('says what it comes to in percent where the server counts, and when that is a guess', () => {
    const range = { low: 55, middle: 60.4, high: 90 }
    expect(only({ expectedPercent: range })).toContain('at the end 60% (55% to 90%) ·')
    expect(only({ expectedPercent: range, isGuess: true }, '60x20')).toContain('60% (55% to 90%), a guess')
    expect(only({ isGuess: true })).toContain('3.10M tokens (2.80M to 3.90M), a guess')
  })

  it('that has no price says so', () => {
    expect(only({ usd: 0, unpricedTokens: 2_310_000 })).toContain('unpriced')
    expect(only({ usd: 8.21, unpricedTokens: 10 })).toContain('≥ $8.21')
  })

  it('that is over has no time left', () => {
    expect(only({ endAt: now - 1 })).toMatch(/over +ends 14:03/)
  })
})

describe('the windows of several accounts', () => {
  const windows = [window({ profile: 'work' }), window({ profile: 'home', limit: 'spark' })]

  it('are told apart', () => {
    expect(draw('120x40', { data: data({ windows }) })).toMatch(
      /Ember Code \(work\) +5 h[\s\S]*Ember Code \(home\) spark +5 h/,
    )
  })

  it('also where the agent’s name has no room', () => {
    expect(draw('60x20', { data: data({ windows }) })).toMatch(/…? \(work\) +5 h[\s\S]*\(home\) spark +5 h/)
  })

  it('cannot move the cursor by their names', () => {
    const frame = draw('80x24', { data: data({ windows: [window({ profile: 'a\x1b[2Jb', limit: 'c\nd' })] }) })
    expect(hasControls(frame.replaceAll('\n', ''))).toBe(false)
    expect(frame).toContain('(ab) c d')
  })
})

describe('a filter of the command line', () => {
  it.each(['60x20', '80x24', '120x40', '200x60'])('is said not to apply to accounts at %s', size => {
    expect(draw(size, { data: data({ ignored: ['--project'] }) })).toMatch(/indows.* last minute.* whole accounts/)
    expect(draw(size)).not.toContain('whole accounts')
  })

  it('is named where there is room', () => {
    const frame = draw('120x40', { data: data({ ignored: ['--project', '--model'] }) })
    expect(frame).toContain('of whole accounts: --project and --model do not apply.')
  })
})

describe('few sessions', () => {
  const few = (count: number) => data({ sessions: data().sessions.slice(0, count) })

  it.each([
    ['60x20', 2],
    ['60x20', 3],
    ['80x24', 2],
    ['80x24', 3],
  ])('leave room for calls at %s: %i', (size, count) => {
    const frame = draw(size, { data: few(count) })
    expect(frame).toContain(`Sessions ${count} · by cost`)
    expect(frame.match(/[●○] /g)?.length).toBe(count + 1) // and the header's
    expect(frame).toMatch(/Models 4\n[\s\S]*\nCalls 1–\d of 40/)
    expect(frame.split('\n').filter(line => line === '').length).toBeLessThan(5)
  })

  it('give way to the list that keys move in', () => {
    expect(draw('60x20', { data: few(2), list: 'calls' })).toMatch(/Calls 1–8 of 40 .*Sessions 2 {2}Models 4/)
    expect(draw('60x20', { data: few(2), list: 'models' })).toMatch(/Models 4 .*Sessions 2 {2}Calls 40/)
  })
})

test('a rate of less than an hour says over how long', () => {
  expect(draw('80x24', { data: data({ burnMinutes: 12.2 }) })).toContain('tokens/min · over 12 min')
  expect(draw('120x40', { data: data({ burnMinutes: 12.2 }) })).toContain('tokens/min · over 12 min')
  expect(draw('120x40')).not.toContain(' over ')
  expect(draw('60x20', { data: data({ burnMinutes: 12.2 }) })).toMatch(/tokens\/min {2}last hour [▁-█]+\n/)
})

describe('limits per minute', () => {
  const colored = look({ ...limits, color: true })
  const at = (calls: number): string =>
    draw('80x24', { data: data({ lastMinute: sum({ calls, tokens: 10 }) }) }, colored)

  it.each([
    [11, '\x1b[1m11'],
    [12, '\x1b[33m12'],
    [15, '\x1b[31m15'],
  ])('%i of 15 requests', (calls, painted) => {
    expect(at(calls)).toContain(painted)
  })

  it('are not made up', () => {
    expect(draw('80x24', {}, look())).toContain('Last minute 12 requests · 342K tokens')
  })
})

describe('without costs', () => {
  it.each(['60x20', '120x40', '200x60'])('there is no dollar at %s', size => {
    const bare = look({ ...limits, noCost: true })
    const frame = draw(size, startState(bare).sort === 'cost' ? {} : { sort: startState(bare).sort }, bare)
    expect(frame).not.toMatch(/\$|Cost|unpriced/)
    expect(frame).toContain('today 4.56M tokens')
    expect(frame).toContain('by tokens ▼')
  })
})

describe('titles', () => {
  it('lose what would move the cursor', () => {
    const title = 'evil\x1b[2J\x1b]0;own\x07\r\n\u202etitle'
    const frame = draw('80x24', { data: data({ sessions: [session({ title })] }) })
    expect(frame).toContain('evil title')
    expect(hasControls(frame.replaceAll('\n', ''))).toBe(false)
  })

  it('give way to the project, then to the id', () => {
    const nameless = session({ title: undefined, project: undefined, session: 'abcdef0123456789' })
    expect(draw('80x24', { data: data({ sessions: [nameless] }) })).toContain('● abcdef01 ')
    expect(draw('80x24', { data: data({ sessions: [{ ...nameless, project: '/srv/shop' }] }) })).toContain('● shop ')
  })

  it('that are wide stay in their cells', () => {
    const lines = view(stateOf(), { columns: 80, rows: 24 }).filter(line => /[●○]/.test(line) && line.includes('%'))
    const ends = new Set(lines.map(line => widthOf(line)))
    expect(lines.length).toBeGreaterThan(2)
    expect(ends.size).toBe(1)
  })
})

describe('the frame says', () => {
  it('that it is paused', () => {
    expect(draw('60x20', { isPaused: true })).toContain('PAUSED')
  })

  it('what is filtered, and when nothing matches', () => {
    expect(draw('80x24', { filter: 'parser' })).toContain('Sessions 1 · by cost ▼ · filter parser')
    expect(draw('80x24', { filter: 'nobody' })).toContain('Nothing matches the filter.')
    expect(draw('120x40', { filter: 'nobody' })).toContain('Models 4 · not filtered')
  })

  it('which rows are seen', () => {
    expect(draw('80x24', { list: 'calls' })).toContain('Calls 1–9 of 40')
  })

  it('that logs are being read', () => {
    expect(draw('80x24', { data: undefined })).toContain('Reading the logs…')
  })
})

describe('a snapshot', () => {
  const frame = snapshotFrame(data(), { columns: 100, rows: 60 }, look(limits))

  it('has no keys, no selection and no empty lines at its end', () => {
    expect(frame).not.toMatch(/quit|▸/)
    expect(frame.endsWith('\n')).toBe(true)
    expect(frame.endsWith('\n\n')).toBe(false)
  })

  it('shows all three lists', () => {
    for (const title of ['Sessions 5', 'Calls ', 'Models 4']) expect(frame).toContain(title)
  })

  it('says what is wrong with the data, and nothing when nothing is', () => {
    expect(frame).toMatch(/3 lines could not be read · tokusage doctor\n$/)
    const known = data({ diagnostics: [{ code: 'history', args: {}, count: 3 }] })
    expect(snapshotFrame(known, { columns: 100, rows: 60 }, look())).not.toContain('doctor')
    expect(draw('80x24', { data: known })).not.toContain('doctor')
  })

  it('is colourless unless asked', () => {
    expect(frame).toBe(plain(frame))
    expect(snapshotFrame(data(), { columns: 100, rows: 60 }, look({ color: true }))).toContain('\x1b[')
  })
})

test('a short list has titles of columns where there is room for all of it', () => {
  const one = data({ sessions: [session()] })
  const lines = view({ ...startState(look()), data: one }, { columns: 120, rows: 40 })
  const at = lines.findIndex(line => line.startsWith('Sessions 1'))
  expect(lines[at + 1]).toMatch(/Session +.*Cost/)
})
