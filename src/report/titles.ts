/** A session's title: what a person would call it, from what the agent's log says beside the responses. */
import type { SessionNote } from '../core/entry.ts'

const kinds = ['custom', 'ai', 'summary', 'prompt'] as const
const promptLength = 60
// Enough for 60 characters of any script; a prompt may be a pasted megabyte.
const promptUnits = 2000

/**
 * The best title of one session's notes, in the order of the log: `custom` beats `ai` beats `summary` beats `prompt`.
 * Of one kind the last counts, of prompts the first, cut to 60 characters. On one line; undefined when none says a word.
 */
export const titleOf = (notes: readonly SessionNote[]): string | undefined => {
  for (const kind of kinds) {
    const texts = notes.filter(n => n.kind === kind && n.text?.trim()).map(n => oneLine(n.text ?? ''))
    const text = kind === 'prompt' ? texts[0] : texts.at(-1)
    if (text) return kind === 'prompt' ? firstCharacters(text, promptLength) : text
  }
  return undefined
}

const oneLine = (text: string): string =>
  text
    .trimStart()
    .slice(0, promptUnits)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()

/** The first `length` characters as a reader counts them: no emoji or accent is cut in two. */
const firstCharacters = (text: string, length: number): string => {
  if (text.length <= length) return text
  // One unit is one character here, and nothing behind the cut belongs to what is before it.
  if (/^[\x20-\x7e]*$/.test(text.slice(0, length + 1))) return text.slice(0, length).trimEnd()
  let left = length
  for (const { index } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (left === 0) return text.slice(0, index).trimEnd()
    left--
  }
  return text
}
