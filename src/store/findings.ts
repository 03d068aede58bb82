/** What findings cost when they were last told, so that a later run can say whether that has moved: a small file beside the index. */
import { join } from 'node:path'
import { addDays } from '../core/calendar.ts'
import type { Host } from '../host/host.ts'
import { dataFolder } from './folder.ts'

/** By id of a finding: USD a week by day, the oldest first. */
export type FindingCosts = ReadonlyMap<string, readonly (readonly [day: string, usd: number])[]>

/** One for each day that `advise` ran, of the last quarter of a year. */
const KEPT_DAYS = 92
/** What is younger says little: most of the same days are in both. */
const OLD_DAYS = 7

export const findingsPath = (host: Host): string => join(dataFolder(host), 'findings.json')

const isPoint = (value: unknown): value is [string, number] =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number'

/** Empty where nothing was told, or what is there is not ours. */
export const readFindings = (host: Host): FindingCosts => {
  const text = host.readText(findingsPath(host))
  if (text === undefined) return new Map()
  try {
    const decoded: unknown = JSON.parse(text)
    if (typeof decoded !== 'object' || decoded === null) return new Map()
    return new Map(
      Object.entries(decoded).map(([id, points]) => [id, Array.isArray(points) ? points.filter(isPoint) : []]),
    )
  } catch {
    return new Map() // a damaged file costs a comparison, nothing else
  }
}

/** What a finding cost a week ago, or when it was first told; undefined before the second day. */
export const earlierCost = (
  known: FindingCosts,
  id: string,
  today: string,
): readonly [day: string, usd: number] | undefined => {
  const points = (known.get(id) ?? []).filter(([day]) => day < today)
  const old = points.filter(([day]) => day <= addDays(today, -OLD_DAYS))
  return old.at(-1) ?? points[0]
}

/** Remembers today's costs (USD a week); one that is not among them any more costs nothing. False where that cannot be written. */
export const rememberFindings = (
  host: Host,
  known: FindingCosts,
  costs: ReadonlyMap<string, number>,
  today: string,
): boolean => {
  const first = addDays(today, -KEPT_DAYS)
  const ids = [...new Set([...known.keys(), ...costs.keys()])].sort()
  const all = ids.map(id => {
    const kept = (known.get(id) ?? []).filter(([day]) => day < today && day >= first)
    return [id, [...kept, [today, Number((costs.get(id) ?? 0).toFixed(4))]]] as const
  })
  try {
    host.writeText(findingsPath(host), `${JSON.stringify(Object.fromEntries(all))}\n`)
    return true
  } catch {
    return false // the index tells of a folder that cannot be written to
  }
}
