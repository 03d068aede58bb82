/** What keys and new figures do to the monitor's state. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { callsOf, keysOf, selectedRow, sessionsOf } from '../../src/tui/rows.ts'
import { type Sort, type State, sorts, startState } from '../../src/tui/state.ts'
import { type Key, update } from '../../src/tui/update.ts'
import { view } from '../../src/tui/view.ts'
import { anyData, anyState } from './arbitrary.ts'
import { call, data, look, session } from './sample.ts'

const size = { columns: 100, rows: 30 }
const names = new Set(['up', 'down', 'pageup', 'pagedown', 'home', 'end', 'return', 'escape', 'backspace', 'tab'])

/** `key('q')`, `key('escape')`, `key('^c')`. */
const key = (pressed: string): Key => {
  if (/^\^.$/.test(pressed)) return { name: pressed.slice(1), ctrl: true, text: '' }
  return names.has(pressed) ? { name: pressed, ctrl: false, text: '' } : { name: '', ctrl: false, text: pressed }
}

const press = (state: State, ...keys: readonly string[]): State =>
  keys.reduce((next, pressed) => update(next, { kind: 'key', key: key(pressed) }), state)

const typeText = (state: State, text: string): State => press(state, ...text)

const take = (state: State, given: ReturnType<typeof data>): State => update(state, { kind: 'data', data: given })

const start = (parts: Parameters<typeof data>[0] = {}, own = look()): State => take(startState(own), data(parts))

const titles = (state: State): (string | undefined)[] => sessionsOf(state).map(one => one.title)

describe('pausing', () => {
  it('keeps the frame whatever comes, and goes on with the last', () => {
    fc.assert(
      fc.property(fc.array(anyData, { minLength: 1, maxLength: 4 }), all => {
        const paused = press(start(), 'p')
        const later = all.reduce(take, paused)
        expect(view(later, size)).toEqual(view(paused, size))
        expect(press(later, ' ').data).toBe(all.at(-1))
      }),
      { numRuns: 20 },
    )
  })

  it('and going on without news changes nothing', () => {
    const state = start()
    expect(press(state, 'p', 'p')).toEqual(state)
  })
})

describe('the filter', () => {
  it('that is typed and dropped leaves no trace', () => {
    fc.assert(
      fc.property(anyState, fc.string({ maxLength: 20 }), (given, text) => {
        const state = { ...given, isTyping: false, filter: '', overlay: undefined, isOver: false }
        expect(press(typeText(press(state, '/'), text), 'escape')).toEqual(state)
      }),
      { numRuns: 60 },
    )
  })

  it('keeps the order and only what matches', () => {
    fc.assert(
      fc.property(anyState, state => {
        const all = sessionsOf({ ...state, filter: '' })
        const some = sessionsOf(state)
        expect(all.filter(one => some.includes(one))).toEqual(some)
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    ['a title', 'parser', ['Fix the parser']],
    ['a project', 'shop', ['データベースの移行を直す 🚀 and then clean up the tests']],
    ['an agent’s name, in any case', 'SLATE', ['データベースの移行を直す 🚀 and then clean up the tests']],
    ['a model', 'qwen3', ['Try the new local model']],
    ['every word', 'ember lab', ['Try the new local model']],
    ['nothing', 'ember shop', []],
  ])('finds %s', (_, text, found) => {
    expect(titles(typeText(press(start(), '/'), text))).toEqual(found)
  })

  it('finds calls by the title of their session', () => {
    const calls = callsOf(typeText(press(start(), '/'), 'parser'))
    expect(calls.length).toBeGreaterThan(5)
    expect(new Set(calls.map(one => one.session))).toEqual(new Set(['3f2a9c1e-0000']))
  })

  it('is set by Enter, then keys are keys again', () => {
    const set = press(typeText(press(start(), '/'), 'sqp'), 'return')
    expect(set).toMatchObject({ filter: 'sqp', isTyping: false, isOver: false, isPaused: false, sort: 'cost' })
    expect(press(set, 's').sort).toBe('tokens')
    expect(press(set, 'escape').filter).toBe('')
  })

  it('loses one sign at a time, whatever it is made of', () => {
    expect(press(typeText(press(start(), '/'), 'a'), '👩‍👩‍👧', 'backspace').filter).toBe('a')
    expect(press(press(start(), '/'), 'backspace').filter).toBe('')
    expect(press(typeText(press(start(), '/'), 'a b '), '^u').filter).toBe('')
  })

  it('takes no control characters and does not grow for ever', () => {
    expect(press(start(), '/', '\x1b[2J', '\u0007', 'x').filter).toBe('x')
    expect(typeText(press(start(), '/'), 'y'.repeat(500)).filter.length).toBeLessThan(100)
  })
})

describe('sorting', () => {
  const weight: Readonly<Record<Sort, (state: State) => number[]>> = {
    cost: state => sessionsOf(state).map(one => one.usd),
    tokens: state => sessionsOf(state).map(one => one.tokens),
    recent: state => sessionsOf(state).map(one => one.lastAt),
    context: state => sessionsOf(state).map(one => one.context),
    burn: state => sessionsOf(state).map(one => one.usdPerHour),
  }

  test.each(sorts)('by %s puts the greatest first, and last when reversed', sort => {
    const state = { ...start(), sort }
    const given = weight[sort](state)
    expect(given).toEqual([...given].sort((a, b) => b - a))
    expect(weight[sort](press(state, 'r'))).toEqual([...given].sort((a, b) => a - b))
  })

  it('goes through all figures and comes back', () => {
    const seen = [start()]
    for (const _ of sorts) seen.push(press(seen.at(-1)!, 's'))
    expect(seen.map(state => state.sort)).toEqual([...sorts, 'cost'])
  })

  it('without costs never sorts by cost', () => {
    const own = look({ noCost: true })
    const seen = [start({}, own)]
    for (const _ of sorts) seen.push(press(seen.at(-1)!, 's'))
    expect(seen.map(state => state.sort)).not.toContain('cost')
  })

  it('loses none and leaves equals in the order they came in, reversed or not', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 }), { maxLength: 20 }), fc.boolean(), (costs, isReversed) => {
        const sessions = costs.map((usd, n) => session({ usd, session: String(n) }))
        const sorted = sessionsOf({ ...start({ sessions }), isReversed })
        expect(sorted.length).toBe(sessions.length)
        for (const cost of [0, 1, 2])
          expect(sorted.filter(one => one.usd === cost)).toEqual(sessions.filter(one => one.usd === cost))
      }),
    )
  })
})

describe('the selection', () => {
  it('moves, and stays within the list', () => {
    const state = start()
    expect(selectedRow(press(state, 'down', 'j', 'up'), 'sessions')).toBe(1)
    expect(selectedRow(press(state, 'k', 'up'), 'sessions')).toBe(0)
    expect(selectedRow(press(state, 'end', 'down'), 'sessions')).toBe(4)
    expect(selectedRow(press(state, 'pagedown'), 'sessions')).toBe(4)
    expect(selectedRow(press(state, 'G', 'g'), 'sessions')).toBe(0)
  })

  it('of each list is its own', () => {
    const state = press(start(), 'down', 'tab', 'pagedown', 'tab', 'tab')
    expect(state.list).toBe('sessions')
    expect([selectedRow(state, 'sessions'), selectedRow(state, 'calls')]).toEqual([1, 10])
  })

  it('follows its row, and at the top stays at the top', () => {
    const fresh = data({ calls: [call({ at: data().now, model: 'new' }), ...data().calls] })
    const moved = press(start(), '2', 'down', 'down')
    expect(selectedRow(take(moved, fresh), 'calls')).toBe(3)
    expect(selectedRow(take(press(start(), '2'), fresh), 'calls')).toBe(0)
  })

  it('passes rows that are alike', () => {
    const calls = Array.from({ length: 5 }, () => call())
    expect(selectedRow(press(start({ calls }), '2', 'down', 'down', 'down'), 'calls')).toBe(3)
    expect(new Set(keysOf(start({ calls }), 'calls')).size).toBe(5)
  })

  it('of a row that is gone is the first', () => {
    expect(selectedRow(take(press(start(), 'end'), data({ sessions: [session()] })), 'sessions')).toBe(0)
  })
})

describe('keys', () => {
  it('quit: q, and Ctrl-C wherever one is', () => {
    expect(press(start(), 'q').isOver).toBe(true)
    expect(press(start(), '?', 'q').isOver).toBe(true)
    expect(press(start(), '^c').isOver).toBe(true)
    expect(press(start(), '/', 'q').isOver).toBe(false)
    expect(press(start(), '/', '^c').isOver).toBe(true)
  })

  it('open help, which any other key closes', () => {
    for (const opener of ['?', 'h']) expect(press(start(), opener).overlay).toBe('help')
    const state = start()
    expect(press(state, '?', 's')).toEqual(state)
  })

  it('open a session and close it', () => {
    const state = start()
    expect(press(state, 'return').overlay).toBe('detail')
    expect(press(state, 'return', 'escape')).toEqual(state)
    expect(press(state, 'return', 'return')).toEqual(state)
    expect(press(start({ sessions: [] }), 'return').overlay).toBeUndefined()
  })

  test.each(['x', '9', '^a', '^q', '^s', '__proto__', 'constructor', 'toString', ''])('%j does nothing', pressed => {
    const state = start()
    expect(press(state, pressed)).toBe(state)
    const { name } = { name: pressed }
    expect(update(state, { kind: 'key', key: { name, ctrl: false, text: '' } })).toBe(state)
  })

  it('that change nothing draw nothing', () => {
    const state = start()
    expect(press(state, 'up')).toBe(state)
    expect(press(state, 'escape')).toBe(state)
    expect(press(state, '1')).toBe(state)
    expect(take(state, state.data!)).toBe(state)
  })
})
