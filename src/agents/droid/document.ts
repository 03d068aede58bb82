/**
 * A session's settings and its transcript, read together. The settings hold totals, the transcript when each answer came: the total is shared
 * out over the answers, so that days are right and no long session looks like one long prompt.
 */
import { dirname, join } from 'node:path'
import { entryOf, type LogSource, type Quality } from '../../core/entry.ts'
import { type TokenCounts, tokenCounts } from '../../core/tokens.ts'
import type { Detail, Files, Sink } from '../define.ts'
import { isObject, type JsonObject, listOf, objectOf, parseObject, textOf, timeOf } from '../json.ts'
import { itemsOf } from './items.ts'
import { SETTINGS } from './roots.ts'
import { type Answer, readTranscript, type Transcript } from './transcript.ts'
import { modelIn, shareOut, type Usage, usageIn } from './usage.ts'

/** How far up sub-agents are followed. */
const MOST_LEVELS = 8

const TITLE_LENGTH = 200

/** Which model had which part of a total that several share is a guess. */
const guessed: Quality = {
  input: 'estimated',
  output: 'estimated',
  cacheCreation: 'estimated',
  cacheRead: 'estimated',
}

/** Whose log this is: a sub-agent's belongs to the session that it was called from. */
interface Place {
  readonly id: string
  readonly session: string
  readonly subagent: string | undefined
}

/** See `DocumentReader.read`. */
export const readSession = (text: string, source: LogSource, detail: Detail, sink: Sink, files: Files): void => {
  const settings = parseObject(text)
  if (!settings) {
    sink.diagnostic('bad-line')
    return
  }
  const usage = usageIn(settings)
  if (!usage && settings.tokenUsage !== undefined && settings.tokenUsage !== null) sink.diagnostic('unknown-record')
  if (usage?.isBad) sink.diagnostic('bad-number')
  else if (usage && !usage.hasCount) sink.diagnostic('unknown-record')
  // Some versions write no usage, and an interrupted session has zeros.
  if (!usage || usage.size === 0) return
  const place = placeOf(settings, source, files)
  const log = files.readText(source.path.slice(0, -SETTINGS.length).concat('.jsonl')) ?? ''
  const transcript = readTranscript(log, detail, sink, record => {
    const { session, subagent } = place
    for (const item of itemsOf(record, `${place.id}:${textOf(record.id)}`))
      sink.item({ ...item, agent: source.agent, session, subagent })
  })
  takeTitle(transcript, place, source, sink)
  takeShares(settings, usage, transcript, place, source, sink)
}

const placeOf = (settings: JsonObject, source: LogSource, files: Files): Place => {
  const id = source.session ?? source.path
  const seen = new Set([id])
  let session = id
  let own: JsonObject | undefined = settings
  while (own && seen.size < MOST_LEVELS) {
    const caller = callerOf(own)
    if (caller === undefined || seen.has(caller)) break
    seen.add(caller)
    session = caller
    const isName = !/[\\/]/.test(caller)
    own = isName ? parseObject(files.readText(join(dirname(source.path), caller + SETTINGS)) ?? '') : undefined
  }
  return { id, session, subagent: session === id ? undefined : id }
}

const callerOf = (settings: JsonObject): string | undefined => {
  const tag = listOf(settings.tags)
    .filter(isObject)
    .find(({ name }) => name === 'subagent')
  return textOf(objectOf(tag?.metadata)?.callingSessionId)
}

/** A title that the user did not give is the beginning of the first prompt, or made of it. */
const takeTitle = ({ title, isNamed }: Transcript, place: Place, source: LogSource, sink: Sink): void => {
  const text = title?.trim().slice(0, TITLE_LENGTH)
  if (!text || place.subagent !== undefined) return
  sink.note({ agent: source.agent, session: place.session, kind: isNamed ? 'custom' : 'ai', text })
}

const takeShares = (
  settings: JsonObject,
  usage: Usage,
  { answers, cwd }: Transcript,
  place: Place,
  source: LogSource,
  sink: Sink,
): void => {
  const fallback = Math.max(Math.round(source.mtimeMs), timeOf(settings.providerLockTimestamp) ?? 0)
  const none: Answer = { id: 'all', at: fallback, modelId: undefined, length: 0, tools: [] }
  const list = answers.length === 0 ? [none] : answers
  const tokens = sharesOf(usage.tokens, list)
  const credits =
    usage.credits === undefined
      ? undefined
      : shareOut(
          usage.credits,
          list.map(() => 1),
        )
  const models = list.map(answer => modelIn(settings, answer.modelId))
  const isMixed = new Set(models).size > 1
  for (const [i, answer] of list.entries())
    sink.entry(
      entryOf({
        agent: source.agent,
        at: answer.at,
        session: place.session,
        project: source.project,
        folder: source.project,
        cwd,
        model: models[i],
        provider: textOf(settings.providerLock) ?? textOf(settings.apiProviderLock),
        tokens: tokens[i]!,
        quality: isMixed ? guessed : undefined,
        messageId: `${place.id}:${answer.id}`,
        isSidechain: place.subagent !== undefined,
        subagent: place.subagent,
        credits: credits?.[i],
        tools: answer.tools,
        sourceAt: list[0]!.at,
      }),
    )
}

/** Each call sends the whole context, so its prompt has an equal part; of the output each has what it wrote. */
const sharesOf = (total: TokenCounts, answers: readonly Answer[]): TokenCounts[] => {
  const equally = answers.map(() => 1)
  const written = answers.map(answer => answer.length + 1)
  const inputs = shareOut(total.input, equally)
  const outputs = shareOut(total.output, written)
  const creations = shareOut(total.cacheCreation, equally)
  const reads = shareOut(total.cacheRead, equally)
  const thoughts = shareOut(total.reasoning, written)
  return answers.map((_answer, i) =>
    tokenCounts(inputs[i]!, outputs[i]!, creations[i]!, reads[i]!, Math.min(thoughts[i]!, outputs[i]!), 0),
  )
}
