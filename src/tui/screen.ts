/**
 * The monitor on a terminal: figures are asked for at intervals, keys are answered at once, and only lines that changed are written.
 * Nothing else in this room writes escapes but for colour.
 */
import type { LiveData } from '../core/live.ts'
import type { Look, Size } from './look.ts'
import { startState } from './state.ts'
import { type Event, type Key, update } from './update.ts'
import { view } from './view.ts'

export interface TerminalEvents {
  readonly onKey: (key: Key) => void
  /** Its size is another one, or what is on it is gone: all has to be drawn again. */
  readonly onResize: () => void
  /** Ctrl-C from elsewhere, or the terminal is gone. */
  readonly onEnd: () => void
}

/** host/terminal.ts is the real one. */
export interface Terminal {
  size(): Size
  write(text: string): void
  /** Takes the screen and the keys. */
  enter(events: TerminalEvents): void
  /** Gives both back; may be called again. */
  leave(): void
  /** Gives both back and stops the process; takes them again when it goes on. */
  suspend(): void
}

const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'
const ERASE_SCREEN = '\x1b[2J'

/** Moves to a line and clears it before it is written: a full line would lose its last cell if it were cleared after. */
const lineAt = (row: number, text: string): string => `\x1b[${row + 1};1H\x1b[2K${text}`

/** What is on the terminal, line by line. */
export class Screen {
  private readonly write: (text: string) => void
  private shown: readonly string[] | undefined

  constructor(write: (text: string) => void) {
    this.write = write
  }

  /** Everything is drawn next time. */
  forget(): void {
    this.shown = undefined
  }

  draw(lines: readonly string[]): void {
    const { shown } = this
    const changed = Array.from({ length: Math.max(lines.length, shown?.length ?? 0) }, (_, row) => {
      const line = lines[row] ?? ''
      return line === (shown?.[row] ?? '') ? '' : lineAt(row, line)
    }).join('')
    this.shown = lines
    if (changed !== '' || !shown) this.write(BEGIN + (shown ? '' : ERASE_SCREEN) + changed + END)
  }
}

export interface Watch {
  /** The figures of now; undefined where nothing is new. Never asked again before it has answered. */
  readonly poll: (signal: AbortSignal) => Promise<LiveData | undefined>
  /** Ms from one answer to the next question. */
  readonly intervalMs: number
  readonly look: Look
}

/** Ms between two frames, at least: a key that is held down redraws no more often. */
const FRAME_MS = 100

/** Shows the monitor until the user quits; the terminal is given back whatever happens. */
export const runScreen = async (terminal: Terminal, { poll, intervalMs, look }: Watch): Promise<void> => {
  const stop = new AbortController()
  try {
    await new Promise<void>((resolve, reject) => {
      const screen = new Screen(text => terminal.write(text))
      let state = startState(look)
      let isResting = false
      let isStale = false
      let frameTimer: NodeJS.Timeout | undefined
      let pollTimer: NodeJS.Timeout | undefined

      const draw = (): void => {
        if (stop.signal.aborted) return
        isStale = isResting
        if (isResting) return
        screen.draw(view(state, terminal.size()))
        isResting = true
        frameTimer = setTimeout(() => {
          isResting = false
          if (isStale) draw()
        }, FRAME_MS)
      }
      const end = (): void => {
        stop.abort()
        clearTimeout(frameTimer)
        clearTimeout(pollTimer)
        resolve()
      }
      const take = (event: Event): void => {
        const before = state
        state = update(before, event)
        if (state.isOver) end()
        else if (state !== before) draw()
      }
      const ask = async (): Promise<void> => {
        const data = await poll(stop.signal)
        if (stop.signal.aborted) return
        if (data) take({ kind: 'data', data })
        askLater(intervalMs)
      }
      const askLater = (ms: number): void => {
        pollTimer = setTimeout(() => ask().catch(fail), ms)
      }
      // What a question fails with after the end concerns nobody.
      const fail = (error: unknown): void => {
        if (!stop.signal.aborted) reject(error)
      }

      terminal.enter({
        onKey: key => {
          if (key.ctrl && key.name === 'z') terminal.suspend()
          else take({ kind: 'key', key })
        },
        onResize: () => {
          screen.forget()
          draw()
        },
        onEnd: end,
      })
      draw()
      askLater(0)
    })
  } finally {
    stop.abort()
    terminal.leave()
  }
}
