/** When the figures are to be brought up to date: as often as asked for, but never so often that the work is more than a small part of the time. */
import type { StatusSnapshot } from '../core/status.ts'
import { entryOf } from './snapshot.ts'

/** The figures are as of `at`; with a refresh that took 1 s of CPU the next one is 20 s away. */
const REST = 20
/** Where they are of another day or version, or the running model was never looked up for them, they come sooner. */
const SHORT_REST = 5
const HASTE_MS = 1000
/** A clock that was set back makes figures look young for ever. */
const AHEAD_MS = 60_000

export interface DueParts {
  readonly snapshot: StatusSnapshot | undefined
  readonly now: number
  /** Of this program. */
  readonly version: string
  readonly intervalSeconds: number
  readonly modelId: string | undefined
}

/** Whether it is another day than the one that the figures call today. */
export const isOtherDay = ({ dayStartAt, dayEndAt }: StatusSnapshot, now: number): boolean =>
  now < dayStartAt || now >= dayEndAt

const withoutMark = (modelId: string | undefined): string | undefined => modelId?.replace(/\[[^\]]*\]$/, '')

/** What a model costs; names with a mark such as `[1m]` stand for the model itself. */
export const ratesOf = (snapshot: StatusSnapshot | undefined, modelId: string | undefined) =>
  entryOf(snapshot?.models, modelId) ?? entryOf(snapshot?.models, withoutMark(modelId))

/** Whether it was looked up, with or without success. */
const isLookedUp = (snapshot: StatusSnapshot, modelId: string): boolean =>
  ratesOf(snapshot, modelId) !== undefined ||
  snapshot.unpricedModels.some(model => model === modelId || model === withoutMark(modelId))

export const isDue = ({ snapshot, now, version, intervalSeconds, modelId }: DueParts): boolean => {
  if (!snapshot) return true
  const age = now - snapshot.at
  if (age < -AHEAD_MS) return true
  if (isOtherDay(snapshot, now)) return age > Math.max(HASTE_MS, snapshot.tookMs * SHORT_REST)
  // Two versions side by side must not chase each other, so that of another one is not thrown away at once.
  const isOther = snapshot.version !== version || (modelId !== undefined && !isLookedUp(snapshot, modelId))
  return age > Math.max(intervalSeconds * 1000, snapshot.tookMs * (isOther ? SHORT_REST : REST))
}
