/** What the keys do and what the signs mean. */
import { wrap } from '../render/width.ts'
import { beside, type Line, padLine, space, text } from './line.ts'

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['q  Ctrl-C', 'quit'],
  ['s  r', 'sort sessions by the next figure; reverse'],
  ['/', 'filter sessions and calls by their texts; Esc drops it'],
  ['p  Space', 'hold the figures; again: go on'],
  ['Tab  1 2 3', 'sessions, calls, models'],
  ['↑ ↓  j k', 'move; PageUp, PageDown, Home, End too'],
  ['Enter', 'the selected session in detail'],
  ['Ctrl-Z', 'suspend; fg brings it back'],
]

const SIGNS: readonly (readonly [sign: string, meaning: string])[] = [
  ['│', 'in a bar: how much of the window is over. Use ahead of it runs out early.'],
  ['≥', 'more than this: some tokens have no price'],
  ['●', 'a session with a response in the last five minutes'],
  ['↳', 'a call of a sub-agent'],
  ['Context', 'how full the model’s context window was at the last response'],
  ['$/h', 'a session over its last five minutes; burn is over the last hour'],
  ['Cache', 'how much of the prompts was read from the cache'],
]

const LABEL = 12

const entries = (rows: readonly (readonly [string, string])[], columns: number): Line[] =>
  rows.flatMap(([word, meaning]) =>
    wrap(meaning, Math.max(8, columns - LABEL)).map((part, n) => [
      ...padLine(text(n === 0 ? word : '', 'strong'), LABEL),
      ...text(part),
    ]),
  )

const SIDE = 110
const GAP = 4

export const drawHelp = (columns: number): Line[] => {
  const half = Math.floor((columns - GAP) / 2)
  const width = columns >= SIDE ? half : columns
  const keys = [text('Keys', 'accent'), ...entries(KEYS, width)]
  const signs = [text('Signs', 'accent'), ...entries(SIGNS, width)]
  return columns >= SIDE ? beside(keys, signs, half, GAP) : [...keys, space(0), ...signs]
}
