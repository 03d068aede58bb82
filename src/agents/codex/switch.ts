/**
 * Which model a response is charged to, where the user has just changed it. `thread_settings_applied` names the new one; the turn that
 * follows says so again in its `turn_context`. What comes in between without any item of the model's is mostly the compaction that
 * the old model makes before it goes (formats/OBSERVED.md §3), but may be one that the new model was asked for. So that entry waits:
 * for the turn's context, then the old model made it, or for anything else, then the new one did.
 */
import type { OwnedEntry } from '../../core/entry.ts'
import type { Sink } from '../define.ts'
import type { CodexState } from './state.ts'

export const announceModel = (state: CodexState, model: string): void => {
  state.nextModel = state.model === undefined || state.model === model ? undefined : model
  state.model ??= model
}

/** Something only the model in charge writes was written. */
export const confirmModel = (state: CodexState, sink: Sink): void => {
  if (state.nextModel === undefined) return
  releaseEntry(state, sink)
  state.model = state.nextModel
  state.nextModel = undefined
}

export const giveEntry = (entry: OwnedEntry, state: CodexState, sink: Sink): void => {
  if (state.nextModel === undefined) sink.entry(entry)
  else {
    releaseEntry(state, sink)
    state.waiting = entry
  }
}

/** Hands out the entry that waits: the turn's context came, or something that shows there will be none. */
export const releaseEntry = (state: CodexState, sink: Sink, isOldModels = false): void => {
  const { waiting } = state
  if (waiting === undefined) return
  sink.entry(isOldModels ? waiting : asNext(waiting, state))
  state.waiting = undefined
}

const asNext = (entry: OwnedEntry, { nextModel, model }: CodexState): OwnedEntry => ({
  ...entry,
  model: nextModel ?? model,
})

/** See `LineReader.finish`. */
export const finish = (state: CodexState, sink: Sink): void => {
  if (state.waiting) sink.entry(asNext(state.waiting, state))
}
