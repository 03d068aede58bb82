/**
 * What an event log says of sessions whose calls it does not list: totals by model at each clean exit (`session.shutdown`), and
 * until then the output of each message. A leg is what one process did, from start or resume to shutdown.
 */
import { entryOf, type UsageEntry } from '../../core/entry.ts'
import { tokenCounts } from '../../core/tokens.ts'
import type { Sink } from '../define.ts'
import { Figures, isObject, type JsonObject } from '../json.ts'
import { AGENT_ID } from './calls.ts'

const MEMBERS = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'reasoningTokens'] as const

/** The request id of all sums of legs. */
export const LEG_REQUEST = 'leg'

type Totals = readonly [input: number, output: number, cacheRead: number, cacheWrite: number, reasoning: number]

const nothing: Totals = [0, 0, 0, 0, 0]

interface Outputs {
  tokens: number
  at: number
  doneAt: number
}

/** Keys are models, with a sign before them so that no name is anything but a key. */
export interface Legs {
  number: number
  /** Totals at the last shutdown. */
  before: Record<string, Totals>
  /** Of this leg's messages. */
  outputs: Record<string, Outputs>
  /** True where the log lists this leg's calls, so that its totals say nothing new. */
  hasCalls: boolean
  tools: string[]
}

export const newLegs = (): Legs => ({ number: 1, before: {}, outputs: {}, hasCalls: false, tools: [] })

const keyOf = (model: string | undefined): string => `=${model ?? ''}`

const nameOf = (key: string): string | undefined => (key === '=' ? undefined : key.slice(1))

/** A message's output, counted until the totals come. */
export const addOutput = (legs: Legs, model: string | undefined, tokens: number, at: number): void => {
  const key = keyOf(model)
  const known = legs.outputs[key] ?? { tokens: 0, at, doneAt: at }
  legs.outputs[key] = { tokens: known.tokens + tokens, at: Math.min(known.at, at), doneAt: Math.max(known.doneAt, at) }
}

type Facts = Partial<UsageEntry> & { readonly session: string | undefined }

/** Both kinds of entry of a leg and model have one id, so that totals take the place of the outputs that were known before. */
const identity = (legs: Legs, facts: Facts, key: string) => ({
  agent: AGENT_ID,
  messageId: `${facts.session ?? ''}:leg${legs.number}${key}`,
  requestId: LEG_REQUEST,
})

/** What is known of a leg that has no totals yet: the output of its messages, and nothing of its prompts. */
export const openLeg = (legs: Legs, facts: Facts, sink: Sink): void => {
  if (legs.hasCalls) return
  for (const [key, { tokens, at, doneAt }] of Object.entries(legs.outputs)) {
    if (tokens === 0) continue
    sink.entry(
      entryOf({
        ...facts,
        ...identity(legs, facts, key),
        at,
        doneAt,
        model: nameOf(key),
        tokens: tokenCounts(0, tokens, 0, 0, 0, 0),
        quality: { input: 'none', cacheCreation: 'none', cacheRead: 'none' },
        tools: legs.tools,
      }),
    )
  }
}

/** Ends a leg with the totals of its shutdown, and begins the next one. `isCounted` is false where another log has its calls. */
export const closeLeg = (
  legs: Legs,
  metrics: JsonObject,
  facts: Facts & { readonly at: number },
  isCounted: boolean,
  sink: Sink,
): void => {
  const figures = new Figures()
  const now = Object.entries(metrics).flatMap(([model, value]): [string, Totals][] => {
    const usage = isObject(value) ? value.usage : undefined
    if (!isObject(usage)) return []
    const [a, b, c, d, e] = MEMBERS.map(name => figures.count(usage[name]))
    return [[keyOf(model), [a!, b!, c!, d!, e!]]]
  })
  if (figures.isBad) sink.diagnostic('bad-number')
  const goesOn = isCumulative(legs, now)
  const main = [...now].sort(([, a], [, b]) => b[1] - a[1])[0]?.[0]
  for (const [key, totals] of now) {
    const before = legs.before[key] ?? nothing
    const own = goesOn && totals.every((n, i) => n >= before[i]!) ? minus(totals, before) : totals
    if (isCounted && !legs.hasCalls) emitTotals(legs, key, key === main, own, facts, sink)
  }
  legs.before = { ...(goesOn ? legs.before : {}), ...Object.fromEntries(now) }
  legs.number++
  legs.outputs = {}
  legs.hasCalls = false
  legs.tools = []
}

/**
 * Totals of a leg, dated by its first message where messages tell. The model that wrote most stands for messages that named none, and
 * for the leg's tools.
 */
const emitTotals = (
  legs: Legs,
  key: string,
  isMain: boolean,
  [input, output, read, write, reasoning]: Totals,
  facts: Facts & { readonly at: number },
  sink: Sink,
): void => {
  if (input + output + read + write === 0) return
  const idKey = isMain && Object.hasOwn(legs.outputs, '=') ? '=' : key
  sink.entry(
    entryOf({
      ...facts,
      ...identity(legs, facts, idKey),
      at: legs.outputs[idKey]?.at ?? facts.at,
      doneAt: facts.at,
      model: nameOf(key),
      tokens: tokenCounts(Math.max(0, input - read - write), output, write, read, Math.min(reasoning, output), 0),
      tools: isMain ? legs.tools : [],
    }),
  )
}

const minus = (a: Totals, b: Totals): Totals => [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3], a[4] - b[4]]

const outputOf = (totals: Iterable<Totals>): number => {
  let sum = 0
  for (const [, output] of totals) sum += output
  return sum
}

/**
 * Whether totals count from the session's beginning (1.0.80 and later) or from the leg's (before). Where messages say how much
 * they were, the sum of the leg's tells; else it is assumed, and totals that went down tell otherwise.
 */
const isCumulative = (legs: Legs, now: readonly (readonly [string, Totals])[]): boolean => {
  let own = 0
  for (const { tokens } of Object.values(legs.outputs)) own += tokens
  if (own === 0) return true
  const total = outputOf(now.map(([, totals]) => totals))
  const before = outputOf(Object.values(legs.before))
  return Math.abs(total - before - own) <= Math.abs(total - own)
}
