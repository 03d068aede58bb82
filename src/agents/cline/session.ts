/**
 * Cline's sessions since mid-2026: `<session>.messages.json`, and one such file per sub-agent beside it, each with the calls of its own
 * thread. `metrics.inputTokens` is the whole prompt. Sums in the manifest leave the sub-agents out, so nothing of it is counted.
 */
import { dirname, join } from 'node:path'
import { entryOf, type LogSource, type OwnedEntry } from '../../core/entry.ts'
import { tokenCounts } from '../../core/tokens.ts'
import type { Detail, Files, Sink } from '../define.ts'
import { Figures, isObject, type JsonObject, listOf, objectOf, parseObject, textOf, timeOf } from '../json.ts'
import { emitSessionItems } from './items.ts'

const TITLE_LENGTH = 200

/** The part of discovery that says that this session goes on with a task whose own folder is still there. */
export const RESUMED = 'resumed'

export const readSession = (text: string, source: LogSource, detail: Detail, sink: Sink, files: Files): void => {
  const log = parseObject(text)
  if (log === undefined) {
    sink.diagnostic('bad-line')
    return
  }
  const { agent, session, subagent, path } = source
  const manifest = parseObject(files.readText(join(dirname(path), `${session ?? ''}.json`)) ?? '') ?? {}
  const messages = listOf(log.messages).filter(isObject)
  const cwd = textOf(manifest.cwd) ?? textOf(manifest.workspace_root)
  const facts = {
    agent,
    session,
    subagent,
    isSidechain: subagent !== undefined,
    cwd,
    project: textOf(manifest.workspace_root) ?? cwd,
    version: textOf(objectOf(log.origin)?.version),
    sourceAt: messages.map(message => timeOf(message.ts)).find(at => at !== undefined) ?? 0,
  }
  for (const message of messages) readMessage(message, facts, source.part === RESUMED, detail, sink)
  if (detail === 'items') emitSessionItems(textOf(log.system_prompt), messages, facts, sink)
  const title = textOf(objectOf(manifest.metadata)?.title) ?? textOf(manifest.prompt)
  if (session !== undefined && subagent === undefined && title !== undefined)
    sink.note({ agent, session, kind: 'prompt', text: title.slice(0, TITLE_LENGTH) })
}

type Facts = Pick<
  OwnedEntry,
  'agent' | 'session' | 'subagent' | 'isSidechain' | 'cwd' | 'project' | 'version' | 'sourceAt'
>

const readMessage = (message: JsonObject, facts: Facts, isResumed: boolean, detail: Detail, sink: Sink): void => {
  // A basic compaction takes the metrics off the messages it folds up, and leaves their sum with what it made of them.
  const folded = objectOf(objectOf(message.metadata)?.usageBefore)
  if (folded !== undefined) emit(folded, message, `${idOf(message, facts)}:before`, facts, [], sink)
  if (message.metrics === undefined || message.metrics === null) return
  const metrics = objectOf(message.metrics)
  if (metrics === undefined) {
    sink.diagnostic('unknown-record')
    return
  }
  // What a task of the older store had used is given to its last message when it is resumed; that task's own log has it too.
  if (isResumed && objectOf(message.modelInfo)?.provider === 'unknown') return
  emit(metrics, message, idOf(message, facts), facts, detail === 'counts' ? [] : toolsOf(message), sink)
}

/** Ids are random and stay with copies of a message; short ones may mean another message in another session. */
export const idOf = (message: JsonObject, { session }: Pick<Facts, 'session'>): string => {
  const id = textOf(message.id)
  return id !== undefined && id.length >= 8 ? id : `${session ?? ''}:${id ?? String(message.ts)}`
}

const emit = (
  usage: JsonObject,
  message: JsonObject,
  messageId: string,
  facts: Facts,
  tools: readonly string[],
  sink: Sink,
): void => {
  const at = timeOf(message.ts)
  if (at === undefined) {
    sink.diagnostic('no-timestamp')
    return
  }
  const figures = new Figures()
  const whole = figures.count(usage.inputTokens)
  const read = figures.count(usage.cacheReadTokens)
  const written = figures.count(usage.cacheWriteTokens)
  const output = figures.count(usage.outputTokens)
  const loggedUsd = figures.amount(usage.cost ?? usage.totalCost)
  if (figures.isBad) sink.diagnostic('bad-number')
  const model = objectOf(message.modelInfo)
  const provider = textOf(model?.provider)
  sink.entry(
    entryOf({
      ...facts,
      at,
      tokens: tokenCounts(Math.max(0, whole - read - written), output, written, read, 0, 0),
      messageId,
      model: textOf(model?.id),
      provider: provider === 'unknown' ? undefined : provider,
      loggedUsd,
      tools,
    }),
  )
}

const toolsOf = (message: JsonObject): string[] => {
  const names = listOf(message.content)
    .filter(isObject)
    .flatMap(({ type, id, name }) => (type === 'tool_use' && textOf(name) ? [`${textOf(id) ?? ''} ${name}`] : []))
  return [...new Set(names)]
}
