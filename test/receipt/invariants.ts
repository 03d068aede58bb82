/** What must hold for every receipt (spec/RECEIPT.md, "Invariants"): found faults as texts, none where all is well. */
import { calendar } from '../../src/core/calendar.ts'
import { costPartsTotal } from '../../src/core/cost-parts.ts'
import { addMoney, type Money, money, noMoney } from '../../src/core/money.ts'
import { promptTokens, totalTokens } from '../../src/core/tokens.ts'
import { group, type ReceiptRow, totalOf } from '../../src/receipt/group.ts'
import { type Grouping, groupings } from '../../src/receipt/keys.ts'
import { clearAfter, cutResults, keepWarm, type Replay, threadCost, withoutItems } from '../../src/receipt/replay.ts'
import { type Receipt, type ReceiptInput, shareKinds, type ThreadReceipt } from '../../src/receipt/types.ts'

const zone = calendar('Asia/Kolkata')

const costOf = ({ calls }: ReceiptInput): Money =>
  calls.reduce((sum, { parts }) => addMoney(sum, money(0, costPartsTotal(parts))), noMoney)

const text = (value: Money): string => `${value.kilo}k ${value.pico}`

export const faultsOf = (input: ReceiptInput, receipt: Receipt): string[] => {
  const calls = receipt.threads.reduce((sum, thread) => sum + thread.calls.length, 0)
  const total = text(totalOf(receipt))
  return [
    ...(calls === input.calls.length ? [] : [`${calls} of ${input.calls.length} calls`]),
    ...(total === text(costOf(input)) ? [] : [`total ${total} of ${text(costOf(input))}`]),
    ...receipt.threads.flatMap(thread => [...tokenFaults(thread), ...moneyFaults(thread), ...replayFaults(thread)]),
    ...groupings.flatMap(by => groupFaults(input, receipt, by)),
    ...pairs.flatMap(([by, then]) => groupFaults(input, receipt, by, then)),
  ]
}

const pairs: readonly (readonly [Grouping, Grouping])[] = [
  ['project', 'activity'],
  ['activity', 'day'],
  ['hour', 'cause'],
  ['model', 'turn'],
  ['tool', 'cause'],
]

/** Tokens of every call, from the ledger, against its prompt; and what was billed against what was sent and answered. */
const tokenFaults = ({ calls, items, ledger, basis, session }: ThreadReceipt): string[] => {
  const sums = new Float64Array(calls.length)
  const { stretches, touches } = ledger
  for (let i = 0; i < stretches.item.length; i++)
    for (let k = stretches.from[i]!; k < stretches.to[i]!; k++) sums[k]! += stretches.tokens[i]!
  for (let i = 0; i < touches.item.length; i++) sums[touches.call[i]!]! += touches.tokens[i]!
  const billed = items.reduce((sum, item) => sum + item.billedTokens, 0)
  const sent = calls.reduce((sum, { entry }) => sum + totalTokens(entry.tokens), 0)
  const entering = new Map<number, number>()
  for (let i = 0; i < touches.item.length; i++)
    if (touches.enter[i]! !== 0) entering.set(touches.item[i]!, (entering.get(touches.item[i]!) ?? 0) + 1)
  return [
    ...calls.flatMap(({ entry }, k) =>
      sums[k] === promptTokens(entry.tokens)
        ? []
        : [`${session} ${basis}: call ${k} has ${sums[k]} of ${promptTokens(entry.tokens)}`],
    ),
    ...(billed === sent ? [] : [`${session}: ${billed} of ${sent} tokens billed`]),
    ...[...stretches.tokens, ...touches.tokens, ...items.map(item => item.tokens)].flatMap(n =>
      n >= 0 && Number.isInteger(n) ? [] : [`${session}: ${n} tokens`],
    ),
    ...[...entering].flatMap(([item, times]) =>
      times === 1 ? [] : [`${session}: item ${item} entered ${times} times`],
    ),
  ]
}

const moneyFaults = ({ calls, items, callShares, session }: ThreadReceipt): string[] => [
  ...calls.flatMap(({ parts }, k) => {
    const sum = shareKinds.reduce((total, share) => total + callShares[share][k]!, 0)
    return sum === costPartsTotal(parts) ? [] : [`${session}: call ${k} costs ${sum} of ${costPartsTotal(parts)}`]
  }),
  ...shareKinds.flatMap(share => {
    const ofItems = items.reduce((sum, item) => sum + item[share], 0)
    const ofCalls = callShares[share].reduce((sum, pico) => sum + pico, 0)
    return ofItems === ofCalls ? [] : [`${session}: ${share} ${ofItems} by items, ${ofCalls} by calls`]
  }),
  ...items.flatMap(item =>
    shareKinds.flatMap(share =>
      item[share] >= 0 && Number.isInteger(item[share]) ? [] : [`${session}: ${share} ${item[share]}`],
    ),
  ),
]

const replayFaults = (thread: ThreadReceipt): string[] => {
  const cost = threadCost(thread)
  const results = thread.items.flatMap((item, index) => (item.kind === 'tool-result' ? [index] : []))
  const replays: readonly Replay[] = [
    ...thread.turns.map((_, n) => clearAfter(thread, n)),
    withoutItems(thread, new Set(results)),
    cutResults(thread, 100),
    keepWarm(thread),
  ]
  return replays.flatMap(({ saving, atStake, before, after, assumption }) =>
    saving >= 0 && saving <= atStake && atStake <= cost && before === cost && after === before - saving
      ? []
      : [`${assumption} saves ${saving} of ${atStake} of ${cost}`],
  )
}

const sumOf = (rows: readonly ReceiptRow[]): Money => rows.reduce((sum, row) => addMoney(sum, row.cost), noMoney)

const groupFaults = (input: ReceiptInput, receipt: Receipt, by: Grouping, then?: Grouping): string[] => {
  const rows = group(receipt, zone, by, then)
  const whole = text(costOf(input))
  const tokens = input.calls.reduce((sum, { entry }) => sum + totalTokens(entry.tokens), 0)
  const inRows = rows.reduce((sum, row) => sum + row.tokens, 0)
  return [
    ...(text(sumOf(rows)) === whole ? [] : [`by ${by}: ${text(sumOf(rows))} of ${whole}`]),
    ...(inRows === tokens ? [] : [`by ${by}: ${inRows} of ${tokens} tokens`]),
    ...rows.flatMap(row =>
      !then || text(sumOf(row.rows)) === text(row.cost)
        ? []
        : [`${by} ${row.key}, ${then}: ${text(sumOf(row.rows))} of ${text(row.cost)}`],
    ),
  ]
}
