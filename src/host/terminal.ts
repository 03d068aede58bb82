/**
 * The terminal as a program of its own screen needs it: raw keys, the other screen, and both given back on every way out. Node restores
 * nothing when it dies, so what was taken is given back on signals, and at the last when the process exits.
 */
import { emitKeypressEvents, Interface } from 'node:readline'

export interface KeyPress {
  /** `up`, `return`, `escape`, …; empty where a key has no name. */
  readonly name: string
  readonly ctrl: boolean
  /** What it types; empty for keys that type nothing. */
  readonly text: string
}

export interface ScreenEvents {
  readonly onKey: (key: KeyPress) => void
  readonly onResize: () => void
  readonly onEnd: () => void
}

/** The other screen, no cursor, no wrapping: a line that a terminal thinks too wide must not push the others down. */
const TAKE = '\x1b[?1049h\x1b[?25l\x1b[?7l'
const GIVE_BACK = '\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l'

/** Ms after which an escape is a key by itself, and not the beginning of another one. Node's half a second is felt. */
const ESCAPE_MS = 50
/** Ms after which a process that asked to be stopped, and runs, was not stopped: nobody is there to let it go on. */
const NOT_STOPPED_MS = 50

/** What `emitKeypressEvents` asks for its patience. */
const impatient: Interface = Object.assign(Object.create(Interface.prototype), { escapeCodeTimeout: ESCAPE_MS })

interface NodeKey {
  readonly name?: string
  readonly ctrl?: boolean
  readonly meta?: boolean
  readonly shift?: boolean
}

/** Undefined for keys with Alt: they would be taken for the key alone. An escape by itself counts as one with Alt. */
const keyOf = (typed: string | undefined, { name = '', ctrl = false, meta = false, shift = false }: NodeKey) => {
  if (meta && name !== 'escape') return undefined
  const text = typed !== undefined && !ctrl && !/[\u0000-\u001f\u007f-\u009f]/.test(typed) ? typed : ''
  return { name: shift && name === 'tab' ? 'backtab' : name, ctrl, text }
}

export class NodeTerminal {
  private readonly stdin = process.stdin
  private readonly stdout = process.stdout
  /** Undefined: left. */
  private events: ScreenEvents | undefined
  private isShown = false
  private isGone = false

  /** What is listened to while entered. The terminal's errors are listened to for ever: they may come when all is over. */
  private readonly signals: readonly (readonly [name: string, listener: () => void])[] = [
    ['SIGTERM', () => this.die('SIGTERM')],
    ['SIGHUP', () => this.die('SIGHUP')],
    ['SIGQUIT', () => this.die('SIGQUIT')],
    ['SIGINT', () => this.events?.onEnd()],
    ['SIGCONT', () => this.comeBack()],
    // Of an exception too, before Node prints it: it is printed on the screen that stays.
    ['exit', () => this.leave()],
  ]

  size(): { readonly columns: number; readonly rows: number } {
    // A terminal that does not know its size says 0.
    return { columns: this.stdout.columns || 80, rows: this.stdout.rows || 24 }
  }

  /** Nothing while the screen is given back: when a stopped process goes on, timers that are due come before its signal. */
  write(text: string): void {
    if (this.isShown) this.send(text)
  }

  enter(events: ScreenEvents): void {
    if (this.events) return
    this.events = events
    this.stdout.on('error', this.onGone)
    this.stdin.on('error', this.onGone)
    this.stdout.on('resize', this.onResize)
    for (const [name, listener] of this.signals) process.on(name, listener)
    process.on('SIGTSTP', this.onStop)
    if (this.stdin.isTTY) {
      emitKeypressEvents(this.stdin, impatient)
      this.stdin.on('keypress', this.onKeyPress)
      this.stdin.on('end', this.onGone)
    }
    this.show()
  }

  leave(): void {
    if (!this.events) return
    this.events = undefined
    this.stdout.off('resize', this.onResize)
    this.stdin.off('keypress', this.onKeyPress)
    this.stdin.off('end', this.onGone)
    for (const [name, listener] of this.signals) process.off(name, listener)
    process.off('SIGTSTP', this.onStop)
    this.hide()
    this.stdin.pause()
  }

  /** As Ctrl-Z does where keys are not raw: the whole job stops. */
  suspend(): void {
    this.stop(0)
  }

  private readonly onKeyPress = (typed: string | undefined, key: NodeKey): void => {
    const pressed = keyOf(typed, key)
    if (pressed) this.events?.onKey(pressed)
  }

  private readonly onResize = (): void => this.events?.onResize()

  private readonly onStop = (): void => this.stop(process.pid)

  /** The terminal was closed: there is nobody to tell. */
  private readonly onGone = (): void => {
    this.isGone = true
    this.events?.onEnd()
  }

  private send(text: string): void {
    if (!this.isGone) this.stdout.write(text)
  }

  private show(): void {
    this.isShown = true
    this.setRaw(true)
    this.send(TAKE)
    if (this.isGone) this.events?.onEnd()
  }

  private hide(): void {
    if (!this.isShown) return
    this.isShown = false
    this.send(GIVE_BACK)
    this.setRaw(false)
  }

  private setRaw(isRaw: boolean): void {
    if (!this.stdin.isTTY) return
    try {
      this.stdin.setRawMode(isRaw)
      if (isRaw) this.stdin.resume()
    } catch {
      this.isGone = true // it has no modes any more
    }
  }

  /** Ends as the signal would have ended it: whoever sent it is to see that. */
  private die(signal: 'SIGTERM' | 'SIGHUP' | 'SIGQUIT'): void {
    this.leave()
    process.kill(process.pid, signal)
  }

  /** 0 is every process of the job. */
  private stop(pid: number): void {
    if (!this.events || !this.isShown || process.platform === 'win32') return
    this.hide()
    process.off('SIGTSTP', this.onStop)
    process.kill(pid, 'SIGTSTP')
    // Where it was stopped, the signal that lets it go on is heard between the two.
    setTimeout(() => setImmediate(() => this.isShown || this.comeBack()), NOT_STOPPED_MS)
  }

  private comeBack(): void {
    if (!this.events) return
    if (this.isShown)
      this.setRaw(false) // stopped without a word: the shell has set the modes, of which Node knows nothing
    else process.on('SIGTSTP', this.onStop)
    this.show()
    this.events.onResize()
    // Who is not in the foreground is not told of another size.
    process.kill(process.pid, 'SIGWINCH')
  }
}
