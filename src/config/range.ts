/** Which days a run is about, from everything that speaks about days. A stronger layer's range replaces a weaker one's. */
import type { CommandName } from './commands.ts'
import { type DayKind, type DayRange, expectedDay, lastRange, namedRange, parseDay } from './days.ts'
import type { Layer, Setting } from './layers.ts'
import { months } from './table.ts'
import { UsageError } from './usage-error.ts'

const names = ['week', 'month', 'year', ...months] as const

interface Wish {
  readonly name?: (typeof names)[number] | 'last'
  readonly count?: number
  readonly since?: Setting | undefined
  readonly until?: Setting | undefined
}

const wishOf = (layer: Layer, weaker: Wish): Wish => {
  const named = names.filter(name => layer.get(name)?.value === true)
  const last = layer.get('last')
  const wanted = [...named, ...(last ? (['last'] as const) : [])]
  const [since, until] = [layer.get('since'), layer.get('until')]
  const [first, second] = wanted
  const labelOf = (name: string): string => layer.get(name)?.label ?? name
  if (first && second)
    throw new UsageError(`The ${labelOf(first)} and ${labelOf(second)} options cannot be combined. Give one of them.`)
  if (first && (since || until))
    throw new UsageError(`The ${labelOf(first)} option cannot be combined with --since or --until.`)
  if (first) return { name: first, ...(typeof last?.value === 'number' ? { count: last.value } : {}) }
  if (since || until) return { since: since ?? weaker.since, until: until ?? weaker.until }
  return weaker.name !== undefined && layer.get(weaker.name)?.value === false ? {} : weaker
}

const dayOf = (setting: Setting | undefined, today: string, kind: DayKind): string | undefined => {
  if (!setting) return undefined
  const day = parseDay(String(setting.value), today, kind)
  if (day === undefined) throw new UsageError(`Invalid value for ${setting.label} '${setting.value}'. ${expectedDay}`)
  return day
}

const unitOf = (command: CommandName) => (command === 'weekly' ? 'week' : command === 'monthly' ? 'month' : 'day')

/** The range of days; throws when it is none, or ends before it begins. `today` is `YYYY-MM-DD`, `startOfWeek` 0 for Sunday. */
export const rangeOf = (
  layers: readonly Layer[],
  command: CommandName,
  today: string,
  startOfWeek: number,
): DayRange => {
  const wish = layers.reduce<Wish>((weaker, layer) => wishOf(layer, weaker), {})
  if (wish.name === 'last') return lastRange(wish.count ?? 1, unitOf(command), today, startOfWeek)
  if (wish.name !== undefined) return namedRange(wish.name, today, startOfWeek)
  const since = dayOf(wish.since, today, 'since')
  const until = dayOf(wish.until, today, 'until')
  if (since !== undefined && until !== undefined && since > until)
    throw new UsageError(
      `The ${wish.since?.label} date '${wish.since?.value}' is later than the ${wish.until?.label} date '${wish.until?.value}'.`,
    )
  return { since, until }
}
