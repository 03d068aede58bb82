/** The monitor's driver on a terminal that is none: what is written, when figures are asked for, and how it ends. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LiveData } from '../../src/core/live.ts'
import { runScreen, Screen, type Terminal, type TerminalEvents } from '../../src/tui/screen.ts'
import { data, look } from './sample.ts'

describe('a screen', () => {
  const screenOf = () => {
    const written: string[] = []
    return { written, screen: new Screen(text => written.push(text)) }
  }

  it('writes only lines that changed, at once', () => {
    const { written, screen } = screenOf()
    screen.draw(['one', 'two', 'three'])
    screen.draw(['one', 'TWO', 'three'])
    expect(written).toEqual([
      '\x1b[?2026h\x1b[2J\x1b[1;1H\x1b[2Kone\x1b[2;1H\x1b[2Ktwo\x1b[3;1H\x1b[2Kthree\x1b[?2026l',
      '\x1b[?2026h\x1b[2;1H\x1b[2KTWO\x1b[?2026l',
    ])
  })

  it('writes nothing when nothing changed', () => {
    const { written, screen } = screenOf()
    screen.draw(['one'])
    screen.draw(['one'])
    screen.draw(['one', ''])
    expect(written.length).toBe(1)
  })

  it('clears lines that are no more', () => {
    const { written, screen } = screenOf()
    screen.draw(['one', 'two'])
    screen.draw(['one'])
    expect(written[1]).toBe('\x1b[?2026h\x1b[2;1H\x1b[2K\x1b[?2026l')
  })

  it('writes everything anew when it forgot', () => {
    const { written, screen } = screenOf()
    screen.draw(['one'])
    screen.forget()
    screen.draw(['one'])
    expect(written[1]).toBe(written[0])
  })
})

class FakeTerminal implements Terminal {
  readonly written: string[] = []
  readonly did: string[] = []
  events: TerminalEvents | undefined
  columns = 80

  size() {
    return { columns: this.columns, rows: 24 }
  }
  write(text: string) {
    this.written.push(text)
  }
  enter(events: TerminalEvents) {
    this.events = events
    this.did.push('enter')
  }
  leave() {
    this.did.push('leave')
  }
  suspend() {
    this.did.push('suspend')
  }
  press(text: string, parts: { readonly name?: string; readonly ctrl?: boolean } = {}) {
    this.events?.onKey({ name: parts.name ?? '', ctrl: parts.ctrl ?? false, text })
  }
}

describe('the monitor', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const begin = (poll: (signal: AbortSignal) => Promise<LiveData | undefined>, intervalMs = 1000) => {
    const terminal = new FakeTerminal()
    const over = runScreen(terminal, { poll, intervalMs, look: look() })
    // Told of before it is awaited: a failure is not to be taken for one that nobody looks after.
    over.catch(() => {})
    return { terminal, over }
  }

  it('draws before there are figures, then what they are', async () => {
    const { terminal, over } = begin(async () => data())
    expect(terminal.written.join('')).toContain('Reading the logs')
    await vi.advanceTimersByTimeAsync(200)
    expect(terminal.written.at(-1)).toContain('$12.34')
    terminal.press('q')
    await over
    expect(terminal.did).toEqual(['enter', 'leave'])
  })

  it('asks again only when it was answered', async () => {
    let asked = 0
    let answer: (given: LiveData) => void = () => {}
    const { terminal, over } = begin(() => {
      asked++
      return new Promise(resolve => {
        answer = resolve
      })
    })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked).toBe(1)
    answer(data())
    await vi.advanceTimersByTimeAsync(900)
    expect(asked).toBe(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(asked).toBe(2)
    terminal.press('q')
    await over
  })

  it('writes nothing while nothing is new', async () => {
    let asked = 0
    const { terminal, over } = begin(async () => (asked++ === 0 ? data() : undefined), 100)
    await vi.advanceTimersByTimeAsync(500)
    const before = terminal.written.length
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toBeGreaterThan(100)
    expect(terminal.written.length).toBe(before)
    terminal.press('q')
    await over
  })

  it('answers a key at once, and a key held down ten times a second at most', async () => {
    const { terminal, over } = begin(async () => data())
    await vi.advanceTimersByTimeAsync(500)
    const before = terminal.written.length
    terminal.press('s')
    expect(terminal.written.length).toBe(before + 1)
    for (let n = 0; n < 34; n++) {
      terminal.press('s')
      await vi.advanceTimersByTimeAsync(30)
    }
    const frames = terminal.written.length - before
    expect(frames).toBeGreaterThan(5)
    expect(frames).toBeLessThanOrEqual(12)
    terminal.press('q')
    await over
  })

  it('draws everything when the size changed', async () => {
    const { terminal, over } = begin(async () => data())
    await vi.advanceTimersByTimeAsync(500)
    terminal.columns = 120
    terminal.events?.onResize()
    expect(terminal.written.at(-1)).toContain('\x1b[2J')
    expect(terminal.written.at(-1)).toContain('ends 15:15')
    terminal.press('q')
    await over
  })

  it('suspends on Ctrl-Z, also while a filter is typed', async () => {
    const { terminal, over } = begin(async () => data())
    terminal.press('/')
    terminal.press('', { name: 'z', ctrl: true })
    expect(terminal.did).toContain('suspend')
    terminal.press('', { name: 'c', ctrl: true })
    await over
  })

  it('gives the terminal back when figures cannot be had, and says why', async () => {
    const { terminal, over } = begin(async () => {
      throw new Error('no figures')
    })
    const failure = expect(over).rejects.toThrow('no figures')
    await vi.advanceTimersByTimeAsync(100)
    await failure
    expect(terminal.did).toEqual(['enter', 'leave'])
  })

  it('ends with the terminal, stops asking, and leaves nothing running', async () => {
    let signal: AbortSignal | undefined
    const { terminal, over } = begin(given => {
      signal = given
      return new Promise((_, reject) => given.addEventListener('abort', () => reject(new Error('stopped'))))
    })
    await vi.advanceTimersByTimeAsync(200)
    terminal.events?.onEnd()
    await over
    expect(signal?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
    const { length } = terminal.written
    terminal.press('s')
    terminal.events?.onResize()
    expect(terminal.written.length).toBe(length)
  })
})
