/** A session built step by step: each call sends what stood there before, the answer before it and what is new. */

import type { AdviceContext } from '../../src/advisor/define.ts'
import { advise } from '../../src/advisor/index.ts'
import type { Finding, FindingCode } from '../../src/core/finding.ts'
import type { ContextItem } from '../../src/core/item.ts'
import { plainNames } from '../../src/receipt/names.ts'
import { partsOf } from '../../src/receipt/part.ts'
import { receipt } from '../../src/receipt/receipt.ts'
import type { PricedCall, ReceiptInput } from '../../src/receipt/types.ts'
import { call, item } from '../receipt/session.ts'

export interface Piece extends Partial<Omit<ContextItem, 'kind'>> {
  readonly kind: ContextItem['kind']
  readonly tokens: number
}

export interface Step {
  /** Minutes after the step before; 1 where it is left out. */
  readonly after?: number
  /** What entered with this call. */
  readonly new?: readonly Piece[]
  /** Blocks of the answer. */
  readonly answer?: readonly Piece[]
  /** Tokens read from the cache, where it is not all that was sent before. */
  readonly read?: number
  readonly model?: string
}

export interface SessionParts {
  readonly session?: string
  readonly subagent?: string
  readonly base?: number
  /** Minutes. */
  readonly from?: number
}

const sum = (pieces: readonly Piece[]): number => pieces.reduce((total, { tokens }) => total + tokens, 0)

export const session = (steps: readonly Step[], parts: SessionParts = {}): ReceiptInput => {
  const { session: id = 's1', subagent, base = 1000, from = 0 } = parts
  const calls: PricedCall[] = []
  const items: ContextItem[] = []
  let at = from
  let prompt = base
  let output = 0
  for (const [n, step] of steps.entries()) {
    const { new: entered = [], answer = [{ kind: 'text', tokens: 20 }] } = step
    const before = n === 0 ? 0 : prompt
    at += step.after ?? 1
    prompt += output + sum(entered)
    output = sum(answer)
    const read = step.read ?? before
    const messageId = `${subagent ?? id}-${n}`
    const own = { session: id, subagent }
    for (const { kind, tokens, ...rest } of entered) items.push(item(kind, tokens, at - 0.5, { ...own, ...rest }))
    for (const { kind, tokens, ...rest } of answer) items.push(item(kind, tokens, at, { ...own, messageId, ...rest }))
    const counts = { cacheRead: read, cacheCreation: prompt - read, output }
    calls.push(call(messageId, at, { ...own, ...counts, ...(step.model === undefined ? {} : { model: step.model }) }))
  }
  return { calls, items }
}

export const together = (...inputs: readonly ReceiptInput[]): ReceiptInput => ({
  calls: inputs.flatMap(({ calls }) => calls),
  items: inputs.flatMap(({ items }) => items),
})

export const idle = (count: number): Step[] => Array.from({ length: count }, () => ({}))

export const read = (file: string, tokens: number): Piece => ({
  kind: 'tool-result',
  tool: 'Read',
  target: { kind: 'file', name: file },
  tokens,
})

export const prompt = (title = 'go on'): Piece => ({ kind: 'prompt', tokens: 10, title })

const everything: AdviceContext['lighter'] = () => undefined

export const findings = (input: ReceiptInput, lighter = everything, isMeant = (_: PricedCall) => true): Finding[] => {
  const facts = { names: plainNames(true), titles: new Map<string, string>(), projectName: (path: string) => path }
  return advise({ parts: partsOf(receipt(input), isMeant), facts, lighter })
}

export const finding = (
  code: FindingCode,
  input: ReceiptInput,
  lighter = everything,
  isMeant = (_: PricedCall) => true,
): Finding | undefined => findings(input, lighter, isMeant).find(one => one.code === code)
