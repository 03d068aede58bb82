/** Holds a receipt against the truth: what each item really had in every request (honest/README.md). */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContextItem } from '../../src/core/item.ts'
import type { Receipt, ReceiptItem, ThreadReceipt } from '../../src/receipt/types.ts'

export interface TruthItem {
  readonly kind: string
  readonly name?: string
  readonly toolUseId?: string
  readonly sha?: string
  readonly messageIndex?: number
  readonly tokens: number
  readonly range: { readonly read: number; readonly write5m: number; readonly write1h: number; readonly input: number }
}

export interface TruthCall {
  readonly callId: string
  readonly total: number
  readonly prompt: readonly TruthItem[]
  readonly output: readonly Pick<TruthItem, 'kind' | 'toolUseId' | 'sha' | 'tokens'>[]
}

/** Scenarios of an agent, as `claude@<version>/<scenario>`. */
export const honestScenarios = (folder: string, agent: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(version => version.startsWith(`${agent}@`))
        .flatMap(version => readdirSync(join(folder, version)).map(scenario => `${version}/${scenario}`))
        .sort()
    : []

export const truthIn = (folder: string): TruthCall[] =>
  readFileSync(join(folder, 'items.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

const shaOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** Some texts are sent with another end than the one they are logged with. */
const variantsOf = (text: string): string[] =>
  [text, `${text}\n`, text.trim(), `${text.trim()}\n`, `${text.trim()}\n\n`].map(shaOf)

interface LoggedBlock {
  readonly text?: unknown
  readonly content?: unknown
}

const textsOf = (content: unknown): unknown[] =>
  typeof content === 'string'
    ? [content]
    : Array.isArray(content)
      ? content.map((block: LoggedBlock) => block.text ?? block.content)
      : []

/** Hashes of the texts of prompts, reminders and the like, by the ids that their items have; of variants, by their own hash. */
const loggedShas = (home: string): Map<string, string> => {
  const shas = new Map<string, string>()
  for (const path of readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.jsonl')))
    for (const line of readFileSync(join(home, path), 'utf8').split('\n')) {
      if (!line.includes('"uuid"')) continue
      const { uuid, type, message, rendered } = JSON.parse(line)
      const texts: unknown[] = type === 'attachment' ? textsOf(rendered?.[0]?.content) : textsOf(message?.content)
      for (const [n, text] of texts.entries())
        if (typeof text === 'string') {
          shas.set(`${uuid.slice(0, 13)}:${n}`, shaOf(text))
          for (const variant of variantsOf(text)) shas.set(variant, shaOf(text))
        }
    }
  return shas
}

/** The name under which one piece of context goes on both sides; everything that the log does not show goes together. */
const REST = 'rest'

const ourKey = (item: ContextItem | undefined, shas: ReadonlyMap<string, string>): string => {
  if (!item) return REST
  if (item.kind === 'tool-call') return `call:${item.callId}`
  if (item.kind === 'tool-result') return `result:${item.callId}`
  if (item.kind === 'text' || item.kind === 'thinking')
    return item.messageId?.startsWith('msg_') ? `${item.kind}:${item.messageId}` : `sha:${shas.get(item.id ?? '')}`
  if (item.section === 'tool') return `tool:${item.tool}`
  if (item.section === 'prompt') return 'system'
  const sha = shas.get(item.id ?? '')
  return sha === undefined ? REST : `sha:${sha}`
}

/** One piece of context, as it was and as the receipt has it. */
export interface Compared {
  readonly key: string
  readonly kind: string
  /** When it was first sent. */
  trueTokens: number
  tokens: number
  /** Picodollars over all calls. */
  truePico: number
  pico: number
}

export interface Comparison {
  readonly pieces: readonly Compared[]
  /** Of everything logged, picodollars. */
  readonly total: number
  /** The part of it that is on another item than it should be. */
  readonly wrong: number
}

class Pieces {
  readonly byKey = new Map<string, Compared>()

  at(key: string, kind: string): Compared {
    const known = this.byKey.get(key)
    if (known) return known
    const piece = { key, kind, trueTokens: 0, tokens: 0, truePico: 0, pico: 0 }
    this.byKey.set(key, piece)
    return piece
  }
}

const per = (pico: number, tokens: number): number => (tokens > 0 ? pico / tokens : 0)

/** Under which name a piece of a request goes, if the log shows it. */
class TruthKeys {
  private readonly written = new Map<string, string>()

  constructor(
    truth: readonly TruthCall[],
    private readonly shas: ReadonlyMap<string, string>,
  ) {
    for (const { callId, output } of truth)
      for (const { kind, sha } of output)
        if (sha && kind !== 'tool_use') this.written.set(`${kind}:${sha}`, `${kind}:${callId}`)
  }

  keyOf(item: Omit<TruthItem, 'range'>): string {
    if (item.kind === 'tool_use') return `call:${item.toolUseId}`
    const isBesideResult = item.kind === 'reminder' && !item.name?.startsWith('Whenever you read')
    if (item.toolUseId !== undefined && !isBesideResult) return `result:${item.toolUseId}`
    if (item.kind === 'tool') return `tool:${item.name}`
    if (item.kind === 'system') return 'system'
    return this.written.get(`${item.kind}:${item.sha}`) ?? `sha:${this.shas.get(item.sha ?? '')}`
  }
}

/** Which call wrote each message of a prompt, by the tool calls in it: thinking that is sent without its text has another hash. */
const writersOf = (prompt: readonly TruthItem[], truth: readonly TruthCall[]): Map<number, string> => {
  const callers = new Map(truth.flatMap(({ callId, output }) => output.map(item => [item.toolUseId, callId] as const)))
  return new Map(
    prompt.flatMap(({ kind, messageIndex, toolUseId }) => {
      const callId = kind === 'tool_use' ? callers.get(toolUseId) : undefined
      return callId === undefined || messageIndex === undefined ? [] : [[messageIndex, callId] as const]
    }),
  )
}

/** Pieces of one thread of the receipt. */
const compareThread = (
  thread: ThreadReceipt,
  truth: readonly TruthCall[],
  keys: TruthKeys,
  shas: ReadonlyMap<string, string>,
): Compared[] => {
  const pieces = new Pieces()
  const ours = new Map<string, ReceiptItem[]>()
  for (const item of thread.items) {
    const key = ourKey(item.context, shas)
    ours.set(key, [...(ours.get(key) ?? []), item])
  }
  const known = (key: string): string => (ours.has(key) ? key : REST)
  const first = new Map<string, string>()
  for (const { callId, prompt, output } of truth) {
    const call = thread.calls.find(({ entry }) => entry.messageId === callId)
    if (!call) continue
    const { parts, entry } = call
    const t = entry.tokens
    const prices = [
      per(parts.cacheRead, t.cacheRead),
      per(parts.cacheCreation, t.cacheCreation),
      per(parts.input, t.input),
    ] as const
    const writers = writersOf(prompt, truth)
    for (const item of prompt) {
      const writer = item.kind === 'thinking' ? writers.get(item.messageIndex ?? -1) : undefined
      const key = known(writer === undefined ? keys.keyOf(item) : `thinking:${writer}`)
      const piece = pieces.at(key, key === REST ? REST : key.startsWith('result:') ? 'tool_result' : item.kind)
      const { read, write5m, write1h, input } = item.range
      piece.truePico += read * prices[0] + (write5m + write1h) * prices[1] + input * prices[2]
      if (!first.has(key)) first.set(key, callId)
      if (first.get(key) === callId) piece.trueTokens += item.tokens
    }
    const outputPrice = per(parts.output, t.output)
    for (const item of output) pieces.at(known(keys.keyOf(item)), item.kind).truePico += item.tokens * outputPrice
    const spoken = output.reduce((sum, item) => sum + item.tokens, 0)
    pieces.at(REST, REST).truePico += (t.output - spoken) * outputPrice + parts.extras
  }
  for (const [key, items] of ours) {
    const begin = Math.min(...items.map(item => (item.firstCall < 0 ? Number.POSITIVE_INFINITY : item.firstCall)))
    for (const item of items) {
      const piece = pieces.at(key, item.kind)
      piece.pico += item.enter + item.carry + item.rewrite + item.output + item.extras
      if (item.firstCall === begin) piece.tokens += item.tokens
    }
  }
  return [...pieces.byKey.values()]
}

export const compareWith = (receipt: Receipt, home: string, truth: readonly TruthCall[]): Comparison => {
  const shas = loggedShas(home)
  const keys = new TruthKeys(truth, shas)
  const pieces = receipt.threads.flatMap(thread => compareThread(thread, truth, keys, shas))
  const total = pieces.reduce((sum, piece) => sum + piece.truePico, 0)
  return { pieces, total, wrong: pieces.reduce((sum, piece) => sum + Math.abs(piece.pico - piece.truePico), 0) / 2 }
}

export const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

/** Relative errors of the sizes of pieces that were sent; the rest, which is no piece, left out. */
export const errorsOf = (pieces: readonly Compared[]): number[] =>
  pieces.filter(p => p.key !== REST && p.trueTokens > 0).map(p => Math.abs(p.tokens - p.trueTokens) / p.trueTokens)
