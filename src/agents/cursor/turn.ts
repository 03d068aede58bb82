/**
 * A conversation's turns: a prompt and the steps of its answer. A turn is several requests to a model, but where tokens were
 * written at all, they are those of its last one, so a turn is one entry.
 */
import { type EntryFacts, entryOf, type Quality } from '../../core/entry.ts'
import { type TokenCounts, tokenCounts } from '../../core/tokens.ts'
import type { Detail, Sink } from '../define.ts'
import { Figures, objectOf, textOf } from '../json.ts'
import type { Bubble } from './bubble.ts'
import { CHARACTERS_PER_TOKEN } from './text.ts'

export interface Conversation {
  readonly id: string
  readonly facts: Pick<EntryFacts, 'agent' | 'session' | 'isSidechain' | 'subagent'>
  readonly createdAt: number | undefined
  readonly model: string | undefined
  /** Tokens of the last prompt, as the context meter has them; 0 where it says nothing. */
  readonly meter: number
  /** Places of the bubbles that are still shown; the others are from before a prompt was edited, and were billed as well. */
  readonly order: ReadonlyMap<string, number>
  readonly bubbles: readonly Bubble[]
}

interface Turn {
  /** How many prompts of the conversation there were with this one; undefined for what is no longer shown. */
  readonly number: number | undefined
  readonly prompt: Bubble | undefined
  readonly steps: Bubble[]
}

/** A model's name; `default` means that Cursor chose one and did not write which. */
export const modelOf = (config: unknown): string | undefined => nameOf(textOf(objectOf(config)?.modelName))

const nameOf = (name: string | undefined): string | undefined => (name === 'default' ? undefined : name)

/** How a turn is known that has no counts: by its place, as its transcript knows it, so that the two become one. */
export const turnId = (conversation: string, number: number): string => `cursor:${conversation}:${number}`

export const emitTurns = (conversation: Conversation, detail: Detail, sink: Sink): void => {
  const turns = turnsOf(conversation)
  const isCounted = turns.some(turn => turn.steps.some(step => step.input > 0))
  const last = turns.filter(turn => turn.number !== undefined && turn.steps.length > 0).at(-1)
  for (const turn of turns) {
    const id = idOf(turn, conversation)
    if (id !== undefined)
      emitTurn(turn, id, !isCounted && turn === last ? conversation.meter : 0, conversation, detail, sink)
    if (detail === 'items') emitItems(turn, id, conversation, sink)
  }
}

const turnsOf = ({ bubbles, order }: Conversation): Turn[] => {
  const place = (bubble: Bubble): number => order.get(bubble.id) ?? 0
  const shown = bubbles.filter(bubble => order.has(bubble.id)).sort((a, b) => place(a) - place(b))
  const hidden = bubbles.filter(bubble => !order.has(bubble.id))
  hidden.sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.id < b.id ? -1 : 1))
  return [...cut(hidden, false), ...cut(shown, true)]
}

const cut = (bubbles: readonly Bubble[], isShown: boolean): Turn[] => {
  const turns: Turn[] = []
  let number = 0
  for (const bubble of bubbles) {
    const turn = turns.at(-1)
    if (bubble.isPrompt) turns.push({ number: isShown ? ++number : undefined, prompt: bubble, steps: [] })
    else if (turn) turn.steps.push(bubble)
    else turns.push({ number: isShown ? 0 : undefined, prompt: undefined, steps: [bubble] })
  }
  return turns
}

const idOf = ({ number, steps }: Turn, { id }: Conversation): string | undefined => {
  const [first] = steps
  if (!first) return undefined // nothing was answered
  const counted = steps.find(step => step.input > 0 || step.output > 0)
  return counted || number === undefined ? `${id}:${(counted ?? first).id}` : turnId(id, number)
}

const COUNTED: Quality = { input: 'partial', output: 'partial', cacheCreation: 'none', cacheRead: 'none' }
export const UNCOUNTED: Quality = { input: 'none', output: 'none', cacheCreation: 'none', cacheRead: 'none' }

const emitTurn = (
  turn: Turn,
  id: string,
  meter: number,
  conversation: Conversation,
  detail: Detail,
  sink: Sink,
): void => {
  const { steps, prompt } = turn
  const figures = new Figures()
  const sum = (of: (step: Bubble) => number): number =>
    figures.count(steps.reduce((total, step) => total + of(step), 0))
  const tokens = tokenCounts(
    sum(step => step.input),
    sum(step => step.output),
    0,
    0,
    0,
    0,
  )
  if (figures.isBad) sink.diagnostic('bad-number')
  const times = [prompt, ...steps].flatMap(bubble => bubble?.at ?? [])
  const at = steps.find(step => step.at !== undefined)?.at ?? prompt?.at ?? conversation.createdAt
  if (at === undefined) {
    sink.diagnostic('no-timestamp')
    return
  }
  const visibleLength = sum(step => step.length)
  const isCounted = tokens.input > 0 || tokens.output > 0
  sink.entry(
    entryOf({
      ...conversation.facts,
      at,
      doneAt: Math.max(at, ...times),
      sourceAt: conversation.createdAt ?? at,
      model: nameOf(steps.findLast(step => step.model !== undefined)?.model ?? conversation.model),
      tokens,
      estimated: isCounted ? undefined : estimate(meter, visibleLength),
      quality: isCounted ? COUNTED : UNCOUNTED,
      messageId: id,
      isPartial: isCounted,
      visibleLength,
      tools: detail === 'counts' ? [] : toolsOf(steps),
    }),
  )
}

/** A guess; undefined where there is nothing to guess from. */
export const estimate = (input: number, visibleLength: number): TokenCounts | undefined => {
  const output = Math.ceil(visibleLength / CHARACTERS_PER_TOKEN)
  return input + output > 0 ? tokenCounts(input, output, 0, 0, 0, 0) : undefined
}

const toolsOf = (steps: readonly Bubble[]): string[] => [
  ...new Set(steps.flatMap(({ id, tool }) => (tool ? [`${tool.id ?? id} ${tool.name}`] : []))),
]

const emitItems = (turn: Turn, messageId: string | undefined, { facts, createdAt }: Conversation, sink: Sink): void => {
  const { agent, session, subagent } = facts
  let at = createdAt
  for (const bubble of turn.prompt ? [turn.prompt, ...turn.steps] : turn.steps) {
    at = bubble.at ?? at
    if (at === undefined) continue // its turn was reported
    for (const piece of bubble.pieces) {
      const isModels = piece.kind !== 'prompt' && piece.kind !== 'tool-result'
      sink.item({ agent, session, subagent, at, ...(isModels ? { messageId } : {}), ...piece })
    }
  }
}
