/** What the fold remembers between the lines of one log: plain data, so that reading can go on where it stopped. */
import type { OwnedEntry } from '../../core/entry.ts'
import type { Detail } from '../define.ts'
import { type ItemState, startItems } from './items.ts'

export interface ClaudeState {
  readonly detail: Detail
  /** Epoch ms of the first dated line: a copy of a session begins later than its original. */
  firstAt?: number | undefined
  /** The first folder seen: lines without one belong there. */
  cwd?: string | undefined
  /** Whether the session's first prompt was found. */
  hasPrompt: boolean
  /** The response whose lines are coming in; handed out when the next one begins. */
  pending?: OwnedEntry | undefined
  /** Only where items are asked for. */
  items?: ItemState | undefined
}

export const startState = (detail: Detail): ClaudeState =>
  detail === 'items' ? { detail, hasPrompt: false, items: startItems() } : { detail, hasPrompt: false }
