/** What is kept between the lines of a transcript: plain JSON. */
import type { LogSource, OwnedEntry } from '../../core/entry.ts'
import type { Detail, Files } from '../define.ts'
import { parseObject, textOf } from '../json.ts'

/** A response that telemetry told of, until the transcript has had its say on it. */
export interface Heard {
  readonly entry: OwnedEntry
  /** Whether the transcript's record of it was seen, or is not to be expected. */
  isClaimed: boolean
}

export interface QwenState {
  readonly detail: Detail
  sourceAt?: number | undefined
  /** Of records without one: sub-agents' logs name their model only beside. */
  readonly model?: string | undefined
  hasPrompt: boolean
  /** The latest responses that telemetry told of. */
  readonly heard: Heard[]
  /** The latest responses that only the transcript told of. */
  readonly unheard: OwnedEntry[]
}

/** How long a response waits for what else is said of it, counted in responses. */
const MOST_WAITING = 16

export const startState = (source: LogSource, detail: Detail, files: Files): QwenState => {
  const about =
    source.subagent === undefined ? undefined : files.readText(source.path.replace(/\.jsonl$/, '.meta.json'))
  return { detail, model: textOf(parseObject(about ?? '')?.model), hasPrompt: false, heard: [], unheard: [] }
}

/** Adds to a list that forgets. */
export const remember = <T>(list: T[], value: T): void => {
  list.push(value)
  if (list.length > MOST_WAITING) list.shift()
}
