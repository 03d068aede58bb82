/**
 * The limits in a `token_count` (formats/codex.md §9), in three shapes: `resets_at` (since about 0.43), `resets_in_seconds`, counted from the
 * answer on (0.41), and flat without any reset (0.40). Until 0.42 windows were a minute short: 299, 10079.
 */
import type { LimitReading } from '../../core/limit.ts'
import { type JsonObject, objectOf } from '../json.ts'
import { nameOf } from '../signal-records.ts'

/** The plan's own limit; it has no need of a name. */
const MAIN = 'codex'

/** A share that is larger is a fault of whoever wrote it. */
const HIGHEST_PERCENT = 10_000
const LONGEST_WINDOW = 366 * 1440
const LATEST = 8.64e15

const numberIn = (value: unknown, least: number, most: number): number | undefined =>
  typeof value === 'number' && value >= least && value <= most ? value : undefined

const percentOf = (value: unknown): number | undefined => numberIn(value, 0, HIGHEST_PERCENT)

const minutesOf = (value: unknown): number | undefined => {
  const minutes = numberIn(value, 1, LONGEST_WINDOW)
  return minutes === undefined ? undefined : minutes % 60 === 59 ? minutes + 1 : minutes
}

/** Epoch ms. */
const resetOf = (window: JsonObject, at: number): number | undefined => {
  const seconds = numberIn(window.resets_at, 1, LATEST / 1000)
  if (seconds !== undefined) return Math.round(seconds * 1000)
  const ahead = numberIn(window.resets_in_seconds, 0, LONGEST_WINDOW * 60)
  return ahead === undefined ? undefined : Math.round(at + ahead * 1000)
}

type Part = Pick<LimitReading, 'minutes' | 'usedPercent' | 'resetsAt'>

/** A window; one whose length is not said could be any. */
const windowOf = (window: JsonObject | undefined, at: number): readonly Part[] => {
  const minutes = minutesOf(window?.window_minutes)
  const usedPercent = percentOf(window?.used_percent)
  if (!window || minutes === undefined || usedPercent === undefined) return []
  return [{ minutes, usedPercent, resetsAt: resetOf(window, at) }]
}

const flatWindow = (limits: JsonObject, name: string, at: number): readonly Part[] =>
  windowOf({ used_percent: limits[`${name}_used_percent`], window_minutes: limits[`${name}_window_minutes`] }, at)

/** A limit on spending, which has no window. */
const spendOf = (limit: JsonObject | undefined, at: number): readonly Part[] => {
  if (!limit) return []
  const left = numberIn(limit.remaining_percent, -HIGHEST_PERCENT, 100)
  const most = amountOf(limit.limit)
  const used = amountOf(limit.used)
  const share = most !== undefined && most > 0 && used !== undefined ? (used / most) * 100 : undefined
  const usedPercent = percentOf(left === undefined ? share : 100 - left)
  return usedPercent === undefined ? [] : [{ minutes: undefined, usedPercent, resetsAt: resetOf(limit, at) }]
}

/** Amounts are numbers, or texts that hold one. */
const amountOf = (value: unknown): number | undefined =>
  numberIn(typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value, 0, Number.MAX_VALUE)

/** Whether resets count from when the server answered: said again later, such limits would seem to be of another window. */
export const isCountdown = (limits: JsonObject): boolean =>
  [limits.primary, limits.secondary, limits.individual_limit].some(
    window => objectOf(window)?.resets_in_seconds !== undefined,
  )

/** Everything that `rate_limits`, written at `at`, says. */
export const limitsIn = (
  limits: JsonObject,
  of: Pick<LimitReading, 'agent' | 'at' | 'session'>,
): readonly LimitReading[] => {
  const { at } = of
  const id = nameOf(limits.limit_id) ?? nameOf(limits.limit_name)
  const limit = id === MAIN ? undefined : id
  const plan = nameOf(limits.plan_type)
  const parts = [
    ...windowOf(objectOf(limits.primary), at),
    ...windowOf(objectOf(limits.secondary), at),
    ...flatWindow(limits, 'primary', at),
    ...flatWindow(limits, 'secondary', at),
    ...spendOf(objectOf(limits.individual_limit), at),
  ]
  return parts.map(part => ({ ...of, limit, ...part, plan }))
}
