/**
 * The usage of a Claude home read in the plainest way: every line parsed, the largest output per message id. Slow, without any care for
 * broken data, and written apart from the code under test, so that both can be compared.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface PlainTotals {
  responses: number
  input: number
  output: number
  cacheWrite: number
  cacheRead: number
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a log holds; nothing here is checked on purpose
type Anything = any

const readPlainly = (home: string): Anything[] =>
  readdirSync(join(home, '.claude/projects'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.jsonl'))
    .flatMap(name =>
      readFileSync(join(home, '.claude/projects', name), 'utf8')
        .trim()
        .split('\n'),
    )
    .map(line => JSON.parse(line))

export const plainTotals = (home: string): PlainTotals => {
  const best = new Map<string, Anything>()
  for (const line of readPlainly(home)) {
    for (const record of [line, line.data?.message]) {
      const message = record?.message
      if (message?.usage?.output_tokens === undefined || message.model === '<synthetic>') continue
      const known = best.get(message.id)
      if (!known || message.usage.output_tokens >= known.output_tokens) best.set(message.id, message.usage)
    }
  }
  const totals: PlainTotals = { responses: 0, input: 0, output: 0, cacheWrite: 0, cacheRead: 0 }
  for (const usage of best.values()) {
    totals.responses++
    totals.input += usage.input_tokens
    totals.output += usage.output_tokens
    totals.cacheWrite += usage.cache_creation_input_tokens
    totals.cacheRead += usage.cache_read_input_tokens
  }
  return totals
}
