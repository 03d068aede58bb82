/**
 * One assistant message, from whichever store, as an entry. Forks copy messages under new ids and leave their times, model and tokens as they
 * are, so those make the id here; not the time of completion nor the output, which may still be missing when a message is read first.
 */
import { entryOf, type UsageEntry } from '../../../core/entry.ts'
import { totalTokens } from '../../../core/tokens.ts'
import type { Sink } from '../../define.ts'
import { Figures, isObject, type JsonObject, listOf, objectOf, textOf } from '../../json.ts'
import { addCounts, type Counts, countsOf, type Meaning } from './counts.ts'
import type { Flavour, Session } from './flavour.ts'

/** What stands beside the message in its store. */
export interface Beside {
  readonly session: Session
  /** Epoch ms, for messages that do not tell their own time. */
  readonly createdAt?: number | undefined
  readonly isSecond: boolean
  /** Its steps' ends, where they have to be looked at (`Flavour.wrong`). */
  readonly steps: readonly unknown[]
  readonly tools: readonly string[]
}

/** The entry of an assistant message; undefined where nothing was counted: it is running, or it failed. */
export const entryOfMessage = (
  message: JsonObject,
  beside: Beside,
  flavour: Flavour,
  sink: Pick<Sink, 'diagnostic'>,
): UsageEntry | undefined => {
  const body = bodyOf(message)
  const figures = new Figures()
  const { session } = beside
  const meaning: Meaning = { flavour, isSecond: beside.isSecond, version: session.version, ...modelOf(body, session) }
  const counts = readCounts(body, beside, meaning, figures)
  const usd = readCost(body, beside, flavour, figures)
  if (figures.isBad) sink.diagnostic('bad-number')
  else if (!isObject(body.tokens) && !beside.isSecond) sink.diagnostic('unknown-record')
  if (totalTokens(counts.tokens) === 0) return undefined
  const time = objectOf(body.time) ?? {}
  const at = momentOf(time.created) ?? beside.createdAt
  if (at === undefined) {
    sink.diagnostic('no-timestamp')
    return undefined
  }
  const path = objectOf(body.path) ?? {}
  const isSidechain = session.root !== session.id
  const completedAt = momentOf(time.completed)
  const isFinal = completedAt !== undefined || textOf(body.finish) !== undefined
  const isCut = hidesSteps(message)
  return entryOf({
    agent: flavour.agent,
    at,
    doneAt: completedAt ?? at,
    sourceAt: session.createdAt ?? at,
    session: textOf(session.root),
    isSidechain,
    subagent: isSidechain ? session.id : undefined,
    project: folderOf(path.root) ?? session.directory,
    cwd: textOf(path.cwd) ?? session.directory,
    version: session.version,
    model: meaning.model,
    provider: meaning.provider,
    tokens: counts.tokens,
    quality: isCut ? wholly : isFinal ? undefined : { output: 'partial' },
    messageId: messageIdOf(at, meaning, counts),
    loggedUsd: usd !== undefined && usd > 0 && !counts.isChargedTwice ? usd : undefined,
    isFinal,
    isPartial: isCut || !isFinal,
    tools: beside.tools,
  })
}

const wholly = { input: 'partial', output: 'partial', cacheCreation: 'partial', cacheRead: 'partial' } as const

const messageIdOf = (at: number, { provider, model }: Meaning, { written }: Counts): string =>
  `${at} ${provider ?? ''}/${model ?? ''} ${written}`

/** The first versions put what is said of the model into `metadata`. */
const bodyOf = (message: JsonObject): JsonObject => {
  const metadata = objectOf(message.metadata)
  const assistant = objectOf(metadata?.assistant)
  return metadata && assistant ? { ...assistant, time: metadata.time } : message
}

const modelOf = (body: JsonObject, session: Session): Pick<Meaning, 'model' | 'provider'> => {
  const nested = objectOf(body.model) ?? {}
  const model = textOf(body.modelID) ?? textOf(nested.id)
  const provider = textOf(body.providerID) ?? textOf(nested.providerID)
  return model === undefined && provider === undefined
    ? { model: session.model, provider: session.provider }
    : { model, provider }
}

const readCounts = (body: JsonObject, beside: Beside, meaning: Meaning, figures: Figures): Counts => {
  const steps = meaning.flavour.wrong === 'tokens' ? beside.steps.filter(isObject) : []
  const own = countsOf(body.tokens, meaning, figures)
  if (steps.length < 2) return own
  const sum = steps.map(step => countsOf(step.tokens, meaning, figures)).reduce(addCounts)
  return { ...sum, written: own.written }
}

const readCost = (body: JsonObject, beside: Beside, flavour: Flavour, figures: Figures): number | undefined => {
  const own = figures.amount(body.cost)
  const steps = flavour.wrong === 'cost' ? beside.steps.filter(isObject) : []
  return steps.length === 0 ? own : steps.reduce((usd, step) => usd + (figures.amount(step.cost) ?? 0), 0)
}

/** Whether the message had several steps of which it holds the last one's counts only (0.1 and 0.2, whose steps have none). */
const hidesSteps = (message: JsonObject): boolean =>
  isObject(message.metadata) && listOf(message.parts).filter(part => objectOf(part)?.type === 'step-start').length > 1

/** The last moment that a date can name. */
const LAST_MOMENT = 8.64e15

/** Whole epoch ms; undefined where there are none. */
export const momentOf = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 && value <= LAST_MOMENT ? Math.trunc(value) : undefined

/** Outside of a repository the root is `/`, which is no project. */
const folderOf = (value: unknown): string | undefined => (value === '/' ? undefined : textOf(value))
