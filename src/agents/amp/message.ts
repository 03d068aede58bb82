/** A thread's messages, and the responses among them that say what they used. */
import { entryOf, type OwnedEntry } from '../../core/entry.ts'
import { type TokenCounts, tokenCounts } from '../../core/tokens.ts'
import type { Detail, Sink } from '../define.ts'
import { Figures, isObject, type JsonObject, listOf, objectOf, textOf, timeOf } from '../json.ts'
import { type About, isClaude } from './about.ts'

export interface Message {
  readonly record: JsonObject
  readonly role: string | undefined
  /** Amp's own number, stable as long as the message is there. */
  readonly number: number
  readonly content: readonly JsonObject[]
  /** Epoch ms of the last prompt at or before it. */
  readonly askedAt: number | undefined
  /** A fork's copy of its origin's message. */
  readonly isCopy: boolean
}

export interface Response {
  readonly message: Message
  readonly id: string
  /** Epoch ms; an event of the ledger that stands for it may know what the message does not. */
  readonly at: number | undefined
  readonly model: string | undefined
  readonly counts: Counts
  readonly tokens: TokenCounts
  readonly credits: number | undefined
  readonly isFinal: boolean
  readonly isPartial: boolean
  /** Characters. */
  readonly visibleLength: number
  readonly tools: readonly string[]
  readonly isCopy: boolean
}

/** As Amp names them, whatever they mean for the model. */
interface Counts {
  readonly input: number
  readonly output: number
  readonly cacheCreation: number
  readonly cacheRead: number
}

export const readMessages = (list: readonly unknown[], about: About, sink: Sink): Message[] => {
  let askedAt: number | undefined
  return list.flatMap((value, index) => {
    const record = objectOf(value)
    if (!record) {
      sink.diagnostic('unknown-record')
      return []
    }
    const role = textOf(record.role)
    if (role === 'user') askedAt = timeOf(objectOf(record.meta)?.sentAt) ?? askedAt
    const number = typeof record.messageId === 'number' ? record.messageId : index
    const content = listOf(record.content).filter(isObject)
    const isCopy = about.origin !== undefined && index <= about.lastCopied
    return [{ record, role, number, content, askedAt, isCopy }]
  })
}

export const responsesOf = (messages: readonly Message[], about: About, detail: Detail, sink: Sink): Response[] =>
  messages.flatMap(message => {
    const { usage } = message.record
    if (message.role !== 'assistant' || usage === undefined || usage === null) return []
    return responseOf(message, objectOf(usage), about, detail, sink) ?? []
  })

const responseOf = (
  message: Message,
  usage: JsonObject | undefined,
  about: About,
  detail: Detail,
  sink: Sink,
): Response | undefined => {
  const figures = new Figures()
  const counts = {
    input: figures.count(usage?.inputTokens),
    output: figures.count(usage?.outputTokens),
    cacheCreation: figures.count(usage?.cacheCreationInputTokens),
    cacheRead: figures.count(usage?.cacheReadInputTokens),
  }
  const { hasCount } = figures // before a sum is checked as if it were one
  const model = textOf(usage?.model) ?? tagged(about)
  const tokens = tokensOf(model, counts, figures)
  const credits = figures.amount(usage?.credits) || undefined // 0 is what a look-up that failed leaves
  if (figures.isBad) sink.diagnostic('bad-number')
  else if (!hasCount) sink.diagnostic('unknown-record')
  if (!hasCount) return undefined
  const writtenAt = timeOf(usage?.timestamp)
  const state = textOf(objectOf(message.record.state)?.type)
  const isPartial = state === 'streaming' || state === 'cancelled' || state === 'error'
  return {
    message,
    id: idOf(message, writtenAt, model, about),
    at: writtenAt ?? message.askedAt ?? about.createdAt,
    model,
    counts,
    tokens,
    credits,
    isFinal: !isPartial,
    isPartial,
    visibleLength: isPartial ? visibleLength(message.content) : 0,
    tools: detail === 'counts' ? [] : toolsOf(message.content),
    isCopy: message.isCopy,
  }
}

/** Only some responses of other vendors' models lack a name; a tag that says Claude is not theirs. */
const tagged = (about: About): string | undefined => about.models.find(name => !isClaude(name))

/** The same in every fork: when it was answered, else when it was asked and its number, else its number in the original. */
const idOf = (message: Message, writtenAt: number | undefined, model: string | undefined, about: About): string => {
  if (writtenAt !== undefined) return `amp:${writtenAt}:${model ?? ''}`
  if (message.askedAt !== undefined) return `amp:${message.askedAt}:${message.number}`
  return `${(message.isCopy ? about.origin : undefined) ?? about.id}:${message.number}`
}

/**
 * For all models but Claude, what Amp calls cache creation is the part of the prompt that was not cached: plain input, and
 * `inputTokens` is 0 (or, with Cerebras, the whole prompt, and the other is 0).
 */
export const tokensOf = (model: string | undefined, c: Counts, figures: Figures): TokenCounts =>
  isClaude(model)
    ? tokenCounts(c.input, c.output, c.cacheCreation, c.cacheRead, 0, 0)
    : tokenCounts(figures.count(c.input + c.cacheCreation), c.output, 0, c.cacheRead, 0, 0)

const toolsOf = (content: readonly JsonObject[]): string[] => {
  const calls = content.filter(block => block.type === 'tool_use' || block.type === 'server_tool_use')
  return [...new Set(calls.flatMap(call => (textOf(call.name) ? [`${textOf(call.id) ?? ''} ${call.name}`] : [])))]
}

const visibleLength = (content: readonly JsonObject[]): number => {
  let length = 0
  for (const { text, thinking, input } of content) {
    length += (textOf(text) ?? textOf(thinking))?.length ?? 0
    if (objectOf(input)) length += JSON.stringify(input).length
  }
  return length
}

/** A response that no event stands for; undefined where it has no time. */
export const messageEntry = (response: Response, about: About): OwnedEntry | undefined => {
  const { at, model, tokens, credits, isFinal, isPartial, visibleLength: visible, tools, id } = response
  if (at === undefined) return undefined
  const sourceAt = about.createdAt ?? at
  const facts = { ...about.facts, at, sourceAt, model, tokens, credits, isFinal, isPartial, tools, messageId: id }
  return entryOf({ ...facts, visibleLength: visible, quality: isPartial ? { output: 'partial' } : undefined })
}
