/** Builders for receipts: a test names only what it is about. */
import type { CostParts } from '../../src/core/cost-parts.ts'
import type { ContextItem } from '../../src/core/item.ts'
import { noText } from '../../src/core/item.ts'
import type { PricedCall } from '../../src/receipt/types.ts'
import { type EntryParts, entry } from '../support/entry.ts'

/** Picodollars per token. */
export const prices = { read: 10, write: 125, input: 100, output: 500 }

export const partsOf = (tokens: {
  input: number
  output: number
  cacheRead: number
  cacheCreation: number
}): CostParts => ({
  input: tokens.input * prices.input,
  output: tokens.output * prices.output,
  cacheRead: tokens.cacheRead * prices.read,
  cacheCreation: tokens.cacheCreation * prices.write,
  extras: 0,
  readPico: prices.read,
})

/** A call at minute `at`. */
export const call = (messageId: string, at: number, parts: EntryParts): PricedCall => {
  const made = entry({ messageId, ...parts, at: at * 60_000 })
  return { entry: made, parts: partsOf(made.tokens) }
}

/** An item of so many estimated tokens, at minute `at`. */
export const item = (
  kind: ContextItem['kind'],
  tokens: number,
  at: number,
  rest: Partial<ContextItem> = {},
): ContextItem => ({
  agent: 'claude',
  session: 's1',
  kind,
  at: at * 60_000,
  size: { ...noText, tokens },
  ...rest,
})
