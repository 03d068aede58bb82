/** What the settings of the agent have in common, whatever of ours is put into them. */
import { endingOf } from './change.ts'
import { type Node, parseObject, valueAt } from './json-text.ts'

/** What is put into the settings. */
export interface Command {
  /** As the agent's shell reads it. */
  readonly line: string
  /** Whether a command in the settings is this one, perhaps of another version or with other flags. */
  isOurs(line: string): boolean
}

/** The text to start from: that of a file that is not there, or holds nothing, is an empty object. */
export const startOf = (before: string | undefined): string =>
  before === undefined || before.replace('\uFEFF', '').trim() === '' ? `{}${endingOf(before ?? '')}` : before

/** The first of the texts in which a thing of ours is not; those that are no settings are passed over. */
export const withoutOurs = (
  earlier: readonly string[],
  name: string,
  isThere: (root: Node) => boolean,
): string | undefined =>
  earlier.find(text => {
    try {
      return !isThere(parseObject(startOf(text), name))
    } catch {
      return false // a backup that somebody spoiled says nothing about what was there
    }
  })

/** What is left without ours. A file that holds nothing else, and of which there is no backup without ours, was made by us. */
export const leftOf = (text: string, past: string | undefined): string | undefined =>
  past === undefined && /^\{\}\s*$/.test(text) ? undefined : text

export const notesOn = (root: Node): string[] =>
  valueAt(root, 'disableAllHooks')?.value === true
    ? ['The file turns off all hooks and the status line (disableAllHooks), so it will not run until that is gone.']
    : []
