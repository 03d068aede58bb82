/**
 * The chat files of Gemini CLI and of early Qwen Code, in both of their forms: one document with all messages, and since 0.39 one
 * record per line. There a message is written again whenever it changes, and `$set.messages` repeats some or all of them, after a
 * compression without their tokens: so every response that was ever written counts, by its id, whatever was said of it later.
 */
import { entryOf, type LogSource } from '../../core/entry.ts'
import type { TokenCounts } from '../../core/tokens.ts'
import type { Detail, Sink } from '../define.ts'
import { isObject, type JsonObject, listOf, objectOf, objectsIn, parseJson, textOf, timeOf } from '../json.ts'
import { chatItems, isMachineMade, type Shown, startShown } from './gemini-chat-items.ts'
import { partsOf, visibleText } from './gemini-items.ts'
import { countedUsage, type UsageNames } from './gemini-tokens.ts'

/** Titles are for a table's cell. */
const TITLE_LENGTH = 200

const names: UsageNames = {
  prompt: 'input',
  output: 'output',
  cached: 'cached',
  thoughts: 'thoughts',
  tool: 'tool',
  total: 'total',
  hasThoughtsInside: false,
}

export interface ChatState {
  readonly detail: Detail
  /** As the log names it: a sub-agent's log names the sub-agent. */
  session?: string | undefined
  isSubagent: boolean
  cwd?: string | undefined
  /** The latest that was named: responses without one are its. */
  model?: string | undefined
  sourceAt?: number | undefined
  hasPrompt: boolean
  readonly shown: Shown
}

export const startChat = (source: LogSource, detail: Detail): ChatState => ({
  detail,
  isSubagent: source.subagent !== undefined,
  hasPrompt: false,
  shown: startShown(),
})

const OPEN = 123
const CLOSE = 125

const marks = ['"tokens"', '"sessionId"', '"summary"', '"directories"'].map(mark => Buffer.from(mark))
const userMark = Buffer.from('"type":"user"')

const matters = (line: Buffer, state: ChatState): boolean =>
  state.detail === 'items' || marks.some(mark => line.includes(mark)) || (!state.hasPrompt && line.includes(userMark))

/** Folds one line of a chat; see `LineReader`. */
export const readChatLine = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: ChatState,
  source: LogSource,
  sink: Sink,
): void => {
  const isWhole = bytes[start] === OPEN && bytes[end - 1] === CLOSE
  if (!isWhole) sink.diagnostic('bad-line')
  if (!isWhole || !matters(bytes.subarray(start, end), state)) return
  for (const record of objectsIn(bytes, start, end, isGlued)) {
    if (record) new ChatFold(state, source, sink).record(record)
    else sink.diagnostic('bad-line')
  }
}

/** Folds a whole chat; see `DocumentReader`. */
export const readChat = (text: string, source: LogSource, detail: Detail, sink: Sink): void => {
  const document = parseJson(text)
  if (document === undefined) sink.diagnostic('bad-line')
  else if (!isObject(document) || !Array.isArray(document.messages)) sink.diagnostic('unknown-record')
  else new ChatFold(startChat(source, detail), source, sink).facts(document)
}

class ChatFold {
  constructor(
    private readonly state: ChatState,
    private readonly source: LogSource,
    private readonly sink: Sink,
  ) {}

  record(record: JsonObject): void {
    if (record.$rewindTo !== undefined) return // takes messages out of the conversation, not off the bill
    if (record.$set !== undefined) {
      if (isObject(record.$set)) this.facts(record.$set, true)
      else this.sink.diagnostic('unknown-record')
    } else if (record.type === undefined && record.tokens === undefined) this.facts(record)
    else this.message(record, false)
  }

  /** What a head line, an update or a document says of the chat, and the messages it holds. */
  facts(facts: JsonObject, isUpdate = false): void {
    const { state } = this
    state.session = textOf(facts.sessionId) ?? state.session
    state.sourceAt ??= timeOf(facts.startTime)
    state.cwd ??= textOf(listOf(facts.directories)[0])
    if (facts.kind === 'subagent') state.isSubagent = true
    this.note('summary', textOf(facts.summary))
    if (Array.isArray(facts.messages)) {
      for (const message of facts.messages) {
        if (isObject(message)) this.message(message, isUpdate)
        else this.sink.diagnostic('unknown-record')
      }
      if (isUpdate) state.shown.isReplay = false
    } else if (facts.messages !== undefined && facts.messages !== null) this.sink.diagnostic('unknown-record')
  }

  private message(message: JsonObject, isRepeated: boolean): void {
    const { state } = this
    const at = timeOf(message.timestamp)
    state.sourceAt ??= at
    if (message.type === 'user') this.prompt(message)
    else this.response(message, at)
    if (state.detail === 'items' && at !== undefined) {
      const { session, subagent } = this.thread()
      const facts = { agent: this.source.agent, session, subagent, at }
      for (const item of chatItems(facts, message, this.idOf(message, at), isRepeated, state.shown))
        this.sink.item(item)
    }
  }

  private response(message: JsonObject, at: number | undefined): void {
    const { state, source, sink } = this
    state.model = textOf(message.model) ?? state.model
    const tokens = this.tokensOf(message)
    if (tokens === undefined) return
    if (at === undefined) {
      sink.diagnostic('no-timestamp')
      return
    }
    const thread = this.thread()
    const { project, workspace } = source
    sink.entry(
      entryOf({
        agent: source.agent,
        at,
        ...thread,
        project: project !== undefined && isHash(project) ? undefined : project,
        folder: project,
        cwd: workspace ?? state.cwd,
        model: state.model,
        tokens,
        messageId: this.idOf(message, at),
        isSidechain: thread.subagent !== undefined,
        tools: state.detail === 'counts' ? [] : toolsOf(message),
        sourceAt: state.sourceAt ?? at,
      }),
    )
  }

  private tokensOf({ tokens }: JsonObject): TokenCounts | undefined {
    if (tokens === undefined || tokens === null) return undefined
    const counted = isObject(tokens) ? countedUsage(tokens, names) : undefined
    if (counted === undefined) this.sink.diagnostic('unknown-record')
    if (counted?.isBad) this.sink.diagnostic('bad-number')
    return counted?.tokens
  }

  /** Ids are uuids, the same in both forms of a migrated chat. */
  private idOf(message: JsonObject, at: number): string {
    return textOf(message.id) ?? `${this.state.session ?? this.source.session ?? ''} ${at}`
  }

  private thread(): { readonly session: string | undefined; readonly subagent: string | undefined } {
    const { state, source } = this
    const own = state.session ?? source.subagent ?? source.session
    if (!state.isSubagent) return { session: own, subagent: undefined }
    return { session: source.subagent === undefined ? own : source.session, subagent: own }
  }

  private prompt(message: JsonObject): void {
    if (this.state.hasPrompt || this.state.isSubagent) return
    const text = (visibleText(partsOf(message.displayContent)) || visibleText(partsOf(message.content))).trim()
    if (text === '' || isMachineMade(text)) return
    this.state.hasPrompt = true
    this.note('prompt', text)
  }

  private note(kind: 'summary' | 'prompt', text: string | undefined): void {
    const { session } = this.thread()
    if (text === undefined || session === undefined || this.state.isSubagent) return
    this.sink.note({ agent: this.source.agent, session, kind, text: text.slice(0, TITLE_LENGTH) })
  }
}

/** The old name of a project's folder: a SHA-256, which says nothing to anybody. */
const isHash = (name: string): boolean => /^[0-9a-f]{64}$/.test(name)

const toolsOf = (message: JsonObject): readonly string[] => [
  ...new Set(
    listOf(message.toolCalls).flatMap(call => {
      const id = textOf(objectOf(call)?.id)
      const name = textOf(objectOf(call)?.name)
      return id === undefined || name === undefined ? [] : [`${id} ${name}`]
    }),
  ),
]
