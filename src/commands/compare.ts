/** why --compare: what changed between two ranges, versions or models, taken apart so that it adds up. */
import { type Comparison, comparisonOf } from '../config/compare.ts'
import type { Options } from '../config/options.ts'
import { calendar } from '../core/calendar.ts'
import { isFault } from '../core/diagnostic.ts'
import type { CompareReport, CompareSide } from '../core/why.ts'
import type { Host } from '../host/host.ts'
import type { LoadedReceipt } from '../load-receipt.ts'
import { effectsOf, movedRows, sideOf } from '../receipt/compare.ts'
import { type CallTest, group } from '../receipt/group.ts'
import { RowNames } from '../receipt/rows.ts'
import type { PricedCall } from '../receipt/types.ts'
import { emptyText, factsOf, jsonText, lastDays, readWithBar, shownDiagnostics, viewOf } from './receipt-facts.ts'
import { print, refuseLists } from './terminal.ts'

/** Prints the comparison; 0, or 1 under `--strict` when anything in the data was odd. */
export const runCompare = async (host: Host, options: Options): Promise<number> => {
  refuseLists(options, 'A comparison')
  const zone = calendar(options.timeZone)
  const today = zone.dayOf(host.now())
  const comparison = comparisonOf(options.compare ?? 'before', options, today, options.startOfWeek)
  const read = await readWithBar(host, spanOf(comparison, options, host))
  const report = compareOf(read, comparison)
  const view = viewOf(options)
  const isEmpty = report.before.calls + report.after.calls === 0
  if (options.format === 'json') {
    const { compareJson } = await import('../render/compare-json.ts')
    print(await jsonText(compareJson(report), options))
  } else if (isEmpty) print(await emptyText(read.loaded, view))
  else print((await import('../render/compare.ts')).renderCompare(report, view))
  return options.strict && read.loaded.diagnostics.some(isFault) ? 1 : 0
}

/** Versions and models are compared over a quarter of a year where no range was asked for. */
const VERSION_DAYS = 91

/** The days that hold both sides. */
const spanOf = (comparison: Comparison, options: Options, host: Host): Options => {
  if (comparison.of !== 'range') return lastDays(options, host, VERSION_DAYS)
  const { before, after } = comparison
  const [since] = [before.since, after.since].sort()
  const until = [before.until, after.until].sort().at(-1)
  return { ...options, since, until }
}

interface Sides {
  readonly before: CallTest
  readonly after: CallTest
  readonly facts: readonly [
    Pick<CompareSide, 'since' | 'until' | 'name'>,
    Pick<CompareSide, 'since' | 'until' | 'name'>,
  ]
}

const plain = (text: string): string => text.toLowerCase().replaceAll('.', '-')

const sidesOf = (comparison: Comparison, { calendar: zone, isInRange, loaded }: LoadedReceipt): Sides => {
  if (comparison.of === 'range') {
    const { before, after } = comparison
    const test =
      ({ since, until }: typeof before): CallTest =>
      call => {
        const day = zone.dayOf(call.entry.at)
        return day >= since && day <= until && isInRange(call)
      }
    return {
      before: test(before),
      after: test(after),
      facts: [
        { ...before, name: undefined },
        { ...after, name: undefined },
      ],
    }
  }
  const { since, until } = loaded.options
  const test =
    (wanted: string): CallTest =>
    call => {
      const { version, model } = call.entry
      if (!isInRange(call)) return false
      return comparison.of === 'version'
        ? version === wanted
        : model !== undefined && plain(model).includes(plain(wanted))
    }
  return {
    before: test(comparison.before),
    after: test(comparison.after),
    facts: [
      { since, until, name: comparison.before },
      { since, until, name: comparison.after },
    ],
  }
}

export const compareOf = (read: LoadedReceipt, comparison: Comparison): CompareReport => {
  const { loaded, receipt, calendar: zone } = read
  const { options } = loaded
  const facts = factsOf(read)
  const names = new RowNames(receipt, facts)
  const sides = sidesOf(comparison, read)
  const calls: readonly PricedCall[] = receipt.threads.flatMap(thread => thread.calls)
  const before = calls.filter(sides.before)
  const after = calls.filter(sides.after)
  const [by = 'activity'] = options.by
  const rowsOf = (test: CallTest) => group(receipt, zone, by, undefined, test)
  // Two models are compared as such: between them there is no mix, but a difference of price.
  const keyOf = comparison.of === 'model' ? () => '' : (call: PricedCall) => call.entry.model ?? ''
  const moved = movedRows(rowsOf(sides.before), rowsOf(sides.after))
  return {
    kind: 'compare',
    of: comparison.of,
    before: sideOf(before, sides.facts[0]),
    after: sideOf(after, sides.facts[1]),
    effects: effectsOf(before, after, keyOf),
    by,
    rows: moved.slice(0, options.limit ?? moved.length).map(row => ({ ...row, ...names.name(by, row.key) })),
    diagnostics: shownDiagnostics(loaded.diagnostics, facts.names),
    timeZone: options.timeZone,
  }
}
