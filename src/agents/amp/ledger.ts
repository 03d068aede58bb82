/** The ledger of threads up to mid-January 2026: one event per billed call, helpers' calls included. */
import type { Sink } from '../define.ts'
import { Figures, objectOf, textOf, timeOf } from '../json.ts'
import type { About } from './about.ts'
import type { Response } from './message.ts'

export interface LedgerEvent {
  readonly id: string
  readonly at: number
  readonly model: string | undefined
  /** Without cached tokens, which the ledger does not have. */
  readonly input: number
  readonly output: number
  readonly credits: number | undefined
  readonly operation: string | undefined
  readonly toMessage: number | undefined
  readonly subagentThread: string | undefined
}

export const readEvents = (list: readonly unknown[], about: About, sink: Sink): LedgerEvent[] =>
  list.flatMap((value, index) => {
    const event = objectOf(value)
    const tokens = objectOf(event?.tokens)
    if (!event || !tokens) {
      sink.diagnostic('unknown-record')
      return []
    }
    const figures = new Figures()
    const input = figures.count(tokens.input)
    const output = figures.count(tokens.output)
    const credits = figures.amount(event.credits) || undefined // 0 is what a look-up that failed leaves
    if (figures.isBad) sink.diagnostic('bad-number')
    const at = timeOf(event.timestamp) ?? about.createdAt
    if (at === undefined) {
      sink.diagnostic('no-timestamp')
      return []
    }
    const id = textOf(event.id) ?? `${about.id}:event:${index}`
    const toMessage = typeof event.toMessageId === 'number' ? event.toMessageId : undefined
    const operation = textOf(event.operationType)
    const subagentThread = textOf(event.subagentThreadID)
    return [{ id, at, model: textOf(event.model), input, output, credits, operation, toMessage, subagentThread }]
  })

/**
 * Which response each `inference` event stands for. A message that was edited has several events, of which the last with its output
 * is its own; an event whose message is numbered otherwise is known by model and output.
 */
export const matchEvents = (
  events: readonly LedgerEvent[],
  responses: readonly Response[],
): ReadonlyMap<LedgerEvent, Response> => {
  const free = new Set(events.filter(event => event.operation === 'inference').reverse())
  const matched = new Map<LedgerEvent, Response>()
  const take = (response: Response, isIts: (event: LedgerEvent) => boolean): boolean => {
    for (const event of free) {
      if (!isIts(event)) continue
      free.delete(event)
      matched.set(event, response)
      return true
    }
    return false
  }
  const left = responses.filter(response => {
    const isNumbered = (event: LedgerEvent): boolean => event.toMessage === response.message.number
    const hasOutput = (event: LedgerEvent): boolean => event.output === response.counts.output
    return !take(response, event => isNumbered(event) && hasOutput(event)) && !take(response, isNumbered)
  })
  for (const response of left) {
    const { model, counts } = response
    take(response, event => counts.output > 0 && event.output === counts.output && event.model === model)
  }
  return matched
}
