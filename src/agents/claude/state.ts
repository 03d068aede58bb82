/** What the fold remembers between the lines of one log; plain data, so that reading can go on where it stopped. */
import type { Detail } from '../define.ts'

export class ClaudeState {
  constructor(readonly detail: Detail) {}

  /** Epoch ms of the first dated line: a copy of a session begins later than its original. */
  firstAt: number | undefined
  /** The first folder seen: lines without one belong there. */
  cwd: string | undefined
  /** Whether the session's first prompt was found. */
  hasPrompt = false
  /** The response whose lines are coming in, and how much of it was visible so far (bytes). */
  private current: string | undefined
  private visible = 0

  /** Adds one line's visible length; what its response has shown up to now. */
  see(messageId: string | undefined, visibleLength: number): number {
    if (messageId === undefined || messageId !== this.current) {
      this.current = messageId
      this.visible = 0
    }
    this.visible += visibleLength
    return this.visible
  }
}
