/** The JSON of a session's bill. */
import { usdOf } from '../core/money.ts'
import type { BillThread, BillTurn, SessionBill } from '../core/why.ts'
import { clean } from './format.ts'
import { diagnosticsJson, isoTime, SCHEMA_VERSION, totalsJson } from './json-parts.ts'
import type { View } from './view.ts'
import { costsJson, itemJson, missesJson } from './why-json.ts'

const text = (value: string | undefined): string | null => (value === undefined ? null : clean(value))

const threadJson = (thread: BillThread): object => ({
  subagent: text(thread.subagent),
  ...(thread.type === undefined ? {} : { type: clean(thread.type) }),
  basis: thread.basis,
  ...costsJson(thread),
  turns: thread.turns.map(turnJson),
})

const turnJson = (turn: BillTurn): object => ({
  turn: turn.number,
  ...(turn.title === undefined ? {} : { title: clean(turn.title) }),
  startedAt: isoTime(turn.at),
  ...costsJson(turn),
  calls: turn.calls.map(call => ({
    timestamp: isoTime(call.at),
    model: text(call.model),
    contextTokens: call.context,
    totalCost: usdOf(call.cost),
    ...(call.reason === undefined ? {} : { missReason: call.reason }),
  })),
  subagents: turn.subagents.map(threadJson),
  ...(turn.items.length > 0
    ? {
        items: turn.items.map(item => ({
          ...itemJson(item),
          ...(item.spawned === undefined
            ? {}
            : { spawned: { subagent: text(item.spawned.subagent), totalCost: usdOf(item.spawned.cost) } }),
        })),
      }
    : {}),
})

/** A bill as a value for `JSON.stringify`. */
export const billJson = (bill: SessionBill, view: View): object => ({
  receipt: {
    sessionId: text(bill.session),
    agent: bill.agent,
    ...(bill.title === undefined ? {} : { title: clean(bill.title) }),
    project: text(bill.project),
    branch: text(bill.branch),
    ...costsJson(bill.costs),
  },
  threads: bill.main.map(threadJson),
  misses: missesJson(bill.misses),
  totals: totalsJson(bill.totals, bill.models, view),
  diagnostics: diagnosticsJson(bill.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: bill.timeZone,
})
