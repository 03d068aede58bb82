/**
 * Task folders of Cline and the extensions made from it: `tasks/<task>/ui_messages.json`, a list of what was shown, rewritten whole. A request
 * to the model is a `say: "api_req_started"` whose text is JSON with counts. Requests that a restored checkpoint removed were billed:
 * their sum is in a message of its own.
 */
import { dirname, join } from 'node:path'
import { entryOf, type LogSource, type UsageEntry } from '../../core/entry.ts'
import { noTokens, type TokenCounts, tokenCounts } from '../../core/tokens.ts'
import type { Host } from '../../host/host.ts'
import type { Detail, Files, RootLook, Sink } from '../define.ts'
import { Figures, isObject, type JsonObject, objectOf, parseJson, parseObject, textOf, timeOf } from '../json.ts'
import { emitTaskItems, toolOf } from './cline-items.ts'
import { fileFacts, isFolder, listFolder, userFolders } from './vscode.ts'

/** How one of the family differs. */
export interface TaskFlavour {
  readonly agent: string
  /** Kinds of `say` that hold counts; of sub-agents' in one message where the value says so. */
  readonly usage: Readonly<Record<string, 'request' | 'removed' | 'subagents' | 'condensed'>>
  /** Whether `tokensIn` has what was read from and written to the cache in it. */
  isInclusive(usage: JsonObject, at: number): boolean
  /** True where a request's model is noted shortly behind its message, not before. */
  readonly isModelBehind: boolean
  /** The model of each request, by time; and the folder that the user works in. */
  about(folder: string, files: Files): TaskFacts
}

export interface TaskFacts {
  readonly models: readonly ModelMark[]
  readonly cwd?: string | undefined
}

/** From when on a model was used. */
export interface ModelMark {
  readonly at: number
  readonly model: string
  readonly provider?: string | undefined
}

const TITLE_LENGTH = 200
const LOG = 'ui_messages.json'

/** The logs of all tasks in `<folder>/tasks`. `beside` are the files that are read along. */
export const findTasks = (
  host: Host,
  agent: string,
  folder: string,
  beside: readonly string[],
  found: (source: LogSource) => void,
  workspaces?: ReadonlyMap<string, string>,
): void => {
  const tasks = join(folder, 'tasks')
  for (const { name, kind } of listFolder(host, tasks)) {
    if (kind === 'file') continue
    const facts = fileFacts(host, join(tasks, name, LOG))
    if (facts === undefined) continue
    const workspace = workspaces?.get(name)
    const along = beside.map(file => join(tasks, name, file))
    found({
      agent,
      kind: 'document',
      part: 'task',
      session: name,
      beside: along,
      ...facts,
      ...(workspace ? { workspace } : {}),
    })
  }
}

/** The extension's storage in every editor that is there; the first one where none is. */
export const extensionFolders = (host: Host, extension: string): readonly RootLook[] => {
  const folders = userFolders(host).map(user => join(user, 'globalStorage', extension))
  const there = folders.filter(path => isFolder(host, path))
  return there.length > 0
    ? there.map(path => ({ path, isFound: true }))
    : folders.slice(0, 1).map(path => ({ path, isFound: false }))
}

interface Request {
  readonly message: JsonObject
  readonly usage: JsonObject
  readonly kind: TaskFlavour['usage'][string]
  readonly at: number
  readonly id: string
  readonly tools: string[]
}

/** Reads one task. */
export const readTask = (
  text: string,
  source: LogSource,
  detail: Detail,
  sink: Sink,
  files: Files,
  flavour: TaskFlavour,
): void => {
  const list = parseJson(text)
  if (!Array.isArray(list)) {
    sink.diagnostic('bad-line')
    return
  }
  const messages = list.filter(isObject)
  const requests = requestsIn(messages, source, flavour, sink)
  const about = flavour.about(dirname(source.path), files)
  const sourceAt = messages.map(message => timeOf(message.ts)).find(at => at !== undefined)
  for (const [i, request] of requests.entries()) {
    const mark = markOf(
      about.models,
      request.at,
      flavour.isModelBehind ? (requests[i + 1]?.at ?? Number.POSITIVE_INFINITY) : 0,
    )
    const tools = detail === 'counts' ? [] : [...new Set(request.tools)]
    emitRequest(request, { source, sourceAt, mark, cwd: about.cwd ?? source.workspace, tools }, flavour, sink)
  }
  emitPrompt(messages, source, sink)
  if (detail === 'items') emitTaskItems(messages, source, flavour.usage, sink)
}

const requestsIn = (
  messages: readonly JsonObject[],
  source: LogSource,
  flavour: TaskFlavour,
  sink: Sink,
): Request[] => {
  const found: Request[] = []
  const times = new Map<string, number>()
  for (const message of messages) {
    const kind = message.type === 'say' ? kindOf(flavour, message.say) : undefined
    const tool = toolOf(message)
    if (tool !== undefined) found.at(-1)?.tools.push(`${String(message.ts)} ${tool.name}`)
    if (kind === undefined) continue
    const usage = kind === 'condensed' ? objectOf(message.contextCondense) : parseObject(textOf(message.text) ?? '')
    if (usage === undefined) {
      sink.diagnostic('unknown-record')
      continue
    }
    if (!hasUsage(usage)) continue // still running, or stopped before an answer came
    const at = timeOf(message.ts)
    if (at === undefined) {
      sink.diagnostic('no-timestamp')
      continue
    }
    const id = `${source.session ?? ''}:${at}`
    const number = (times.get(id) ?? 0) + 1
    times.set(id, number)
    found.push({ message, usage, kind, at, id: number === 1 ? id : `${id}#${number}`, tools: [] })
  }
  return found
}

const kindOf = (flavour: TaskFlavour, say: unknown): Request['kind'] | undefined =>
  typeof say === 'string' && Object.hasOwn(flavour.usage, say) ? flavour.usage[say] : undefined

const COUNTS = ['tokensIn', 'tokensOut', 'cacheReads', 'cacheWrites', 'cost']

const hasUsage = (usage: JsonObject): boolean =>
  COUNTS.some(name => usage[name] !== undefined && usage[name] !== null && usage[name] !== 0)

interface Around {
  readonly source: LogSource
  readonly sourceAt: number | undefined
  readonly mark: ModelMark | undefined
  readonly cwd: string | undefined
  readonly tools: readonly string[]
}

const emitRequest = (request: Request, around: Around, flavour: TaskFlavour, sink: Sink): void => {
  const { message, usage, kind, at } = request
  const { source, sourceAt = at, mark, cwd, tools } = around
  const figures = new Figures()
  const tokens = kind === 'condensed' ? noTokens : tokensOf(usage, flavour.isInclusive(usage, at), figures)
  const loggedUsd = figures.amount(usage.cost)
  if (figures.isBad) sink.diagnostic('bad-number')
  const own = objectOf(message.modelInfo)
  sink.entry(
    entryOf({
      agent: flavour.agent,
      at,
      sourceAt,
      session: source.session,
      project: cwd,
      cwd,
      model: textOf(own?.modelId) ?? mark?.model,
      provider: textOf(own?.providerId) ?? mark?.provider,
      tokens,
      loggedUsd,
      messageId: request.id,
      isSidechain: kind === 'subagents',
      tools,
      ...(kind === 'condensed' ? { quality: nothing } : {}),
    }),
  )
}

/** A condensation logs its cost and no count. */
const nothing: UsageEntry['quality'] = { input: 'none', output: 'none', cacheCreation: 'none', cacheRead: 'none' }

const tokensOf = (usage: JsonObject, isInclusive: boolean, figures: Figures): TokenCounts => {
  const whole = figures.count(usage.tokensIn)
  const read = figures.count(usage.cacheReads)
  const written = figures.count(usage.cacheWrites)
  const input = isInclusive ? Math.max(0, whole - read - written) : whole
  return tokenCounts(input, figures.count(usage.tokensOut), written, read, 0, 0)
}

/** The model of a request: the first that was noted from then on and before `until`, else the newest noted before. */
const markOf = (marks: readonly ModelMark[], at: number, until: number): ModelMark | undefined =>
  marks.find(mark => mark.at >= at && mark.at < until) ?? marks.filter(mark => mark.at <= at).at(-1) ?? marks[0]

const emitPrompt = (messages: readonly JsonObject[], { agent, session }: LogSource, sink: Sink): void => {
  const first = messages.find(({ say }) => say === 'task' || say === 'text')
  const text = textOf(first?.text)?.trim()
  if (session !== undefined && text) sink.note({ agent, session, kind: 'prompt', text: text.slice(0, TITLE_LENGTH) })
}
