/**
 * A task of the extension before 7.2: `ui_messages.json`, an array whose `api_req_started` records hold the usage of a request as JSON in a
 * text. From late October 2025 on `tokensIn` is the whole prompt, before only with the OpenAI protocol (formats/roo-code.md).
 */
import { basename, dirname, join } from 'node:path'
import { entryOf, type LogSource, type Quality } from '../../core/entry.ts'
import { noTokens, type TokenCounts, tokenCounts, totalTokens } from '../../core/tokens.ts'
import type { Detail, Files, Sink } from '../define.ts'
import { momentOf } from '../family/opencode/message.ts'
import { Figures, isObject, type JsonObject, listOf, objectOf, parseJson, parseObject, textOf } from '../json.ts'
import { itemOf } from './task-items.ts'

/** From then on `tokensIn` holds the cached tokens whatever the protocol. */
const WHOLE_PROMPT_SINCE = Date.UTC(2025, 10, 1)

const TITLE_LENGTH = 200

/** What stands beside a task's messages. */
interface About {
  readonly agent: string
  readonly task: string
  /** The task whose orchestrator began this one, itself otherwise. */
  readonly root: string
  readonly folder: string | undefined
  readonly title: string | undefined
  /** The models it was told to use, each from a time on. */
  readonly models: readonly { readonly at: number; readonly model: string }[]
}

export const readTask = (text: string, source: LogSource, detail: Detail, sink: Sink, files: Files): void => {
  const records = parseJson(text)
  if (!Array.isArray(records)) {
    sink.diagnostic('bad-line')
    return
  }
  const about = aboutOf(source, files)
  if (about.title !== undefined && about.root === about.task)
    sink.note({ agent: about.agent, session: about.task, kind: 'prompt', text: about.title })
  for (const [i, record] of records.entries()) {
    if (isObject(record)) readRecord(record, i === 0, about, detail, sink)
    else sink.diagnostic('unknown-record')
  }
}

const aboutOf = (source: LogSource, files: Files): About => {
  const folder = dirname(source.path)
  const task = basename(folder)
  const item = parseObject(files.readText(join(folder, 'history_item.json')) ?? '') ?? {}
  const history = listOf(parseJson(files.readText(join(folder, 'api_conversation_history.json')) ?? ''))
  const details = history.filter(isObject).flatMap(detailsOf)
  return {
    agent: source.agent,
    task,
    root: textOf(item.rootTaskId) ?? task,
    folder: textOf(item.workspace) ?? details.find(detail => detail.folder !== undefined)?.folder,
    title: textOf(item.task)?.trim().slice(0, TITLE_LENGTH),
    models: details.flatMap(({ at, model }) => (model === undefined ? [] : [{ at, model }])),
  }
}

interface Details {
  readonly at: number
  readonly model: string | undefined
  readonly folder: string | undefined
}

/** What the environment details in a message name. */
const detailsOf = (message: JsonObject): Details[] => {
  const blocks = typeof message.content === 'string' ? [message.content] : listOf(message.content).map(textIn)
  const text = blocks.find(block => block?.includes('<environment_details>'))
  if (message.role !== 'user' || text === undefined) return []
  const details = text.slice(text.lastIndexOf('<environment_details>'))
  const model = /<model>([^<\n]{1,200})<\/model>/.exec(details)?.[1]
  const folder = /# Current Workspace Directory \(([^\n]{1,1000})\) Files/.exec(details)?.[1]
  return [{ at: momentOf(message.ts) ?? 0, model, folder }]
}

const textIn = (block: unknown): string | undefined => textOf(objectOf(block)?.text)

/** The first record is what the user typed. */
const readRecord = (record: JsonObject, isFirst: boolean, about: About, detail: Detail, sink: Sink): void => {
  const at = momentOf(record.ts)
  if (record.type === 'say' && (record.say === 'api_req_started' || record.say === 'api_req_deleted'))
    readRequest(record, at, about, sink)
  else if (record.say === 'condense_context') readCondensation(record, at, about, sink)
  const item = detail === 'items' && at !== undefined ? itemOf(record, isFirst) : undefined
  if (item && at !== undefined) sink.item({ ...threadOf(about), at, ...item })
}

const threadOf = ({ agent, task, root }: About) => ({
  agent,
  session: root,
  ...(root === task ? {} : { subagent: task }),
})

/** A request, or the sum of those that a restored checkpoint took away: they were billed. */
const readRequest = (record: JsonObject, at: number | undefined, about: About, sink: Sink): void => {
  const usage = parseObject(textOf(record.text) ?? '')
  if (!usage) {
    sink.diagnostic('bad-line')
    return
  }
  const figures = new Figures()
  const tokens = tokensOf(usage, at ?? 0, figures)
  const loggedUsd = figures.amount(usage.cost)
  if (figures.isBad) sink.diagnostic('bad-number')
  if (totalTokens(tokens) === 0 && !loggedUsd) return // it runs, or nothing came back
  const isCut = textOf(usage.cancelReason) !== undefined
  const quality = usage.usageMissing === true ? wholly : isCut ? ({ output: 'partial' } as const) : undefined
  give({ at, tokens, loggedUsd, quality }, about, sink)
}

const wholly = { input: 'partial', output: 'partial', cacheCreation: 'partial', cacheRead: 'partial' } as const

const tokensOf = (usage: JsonObject, at: number, figures: Figures): TokenCounts => {
  const given = figures.count(usage.tokensIn)
  const output = figures.count(usage.tokensOut)
  const read = figures.count(usage.cacheReads)
  const written = figures.count(usage.cacheWrites)
  const isWhole = (usage.apiProtocol === 'openai' || at >= WHOLE_PROMPT_SINCE) && given >= read + written
  return tokenCounts(isWhole ? given - read - written : given, output, written, read, 0, 0)
}

const nothing = { input: 'none', output: 'none', cacheCreation: 'none', cacheRead: 'none' } as const

/** Of a compaction only its cost is known. */
const readCondensation = (record: JsonObject, at: number | undefined, about: About, sink: Sink): void => {
  const figures = new Figures()
  const loggedUsd = figures.amount(objectOf(record.contextCondense)?.cost)
  if (figures.isBad) sink.diagnostic('bad-number')
  if (loggedUsd) give({ at, tokens: noTokens, loggedUsd, quality: nothing }, about, sink)
}

interface Billed {
  readonly at: number | undefined
  readonly tokens: TokenCounts
  readonly loggedUsd: number | undefined
  readonly quality: Quality | undefined
}

const give = ({ at, tokens, loggedUsd, quality }: Billed, about: About, sink: Sink): void => {
  if (at === undefined) {
    sink.diagnostic('no-timestamp')
    return
  }
  const entry = entryOf({
    ...threadOf(about),
    at,
    isSidechain: about.root !== about.task,
    project: about.folder,
    cwd: about.folder,
    model: about.models.filter(other => other.at <= at).at(-1)?.model,
    tokens,
    quality,
    messageId: `${about.task} ${at}`,
    loggedUsd: loggedUsd === 0 ? undefined : loggedUsd,
    isFinal: quality === undefined,
    isPartial: quality?.output === 'partial',
  })
  sink.entry(entry)
}
