/** Droid's transcript of a session, which stands beside its settings: when the model answered and what it called, but no counts. */
import type { Detail, Sink } from '../define.ts'
import { isObject, type JsonObject, listOf, objectOf, parseObject, textOf, timeOf } from '../json.ts'

/** One answer of the model. */
export interface Answer {
  readonly id: string
  /** Epoch ms. */
  readonly at: number
  readonly modelId: unknown
  /** Characters that it wrote. */
  readonly length: number
  /** `id name` of its tool calls. */
  readonly tools: readonly string[]
}

export interface Transcript {
  cwd?: string | undefined
  title?: string | undefined
  /** Whether the user gave the title. */
  isNamed: boolean
  readonly answers: Answer[]
}

const matters = (line: string): boolean => line.includes('"assistant"') || line.includes('"session_start"')

/** Reads all lines; `onRecord` is handed each where items are wanted. */
export const readTranscript = (
  text: string,
  detail: Detail,
  sink: Sink,
  onRecord: (record: JsonObject) => void,
): Transcript => {
  const transcript: Transcript = { isNamed: false, answers: [] }
  for (let from = 0, number = 1; from < text.length; number++) {
    const newline = text.indexOf('\n', from)
    const line = text.slice(from, newline < 0 ? text.length : newline).trim()
    from = newline < 0 ? text.length : newline + 1
    sink.lineNumber = number
    const record = line !== '' && (detail === 'items' || matters(line)) ? parseObject(line) : undefined
    if (record) {
      takeRecord(record, transcript, detail, sink)
      if (detail === 'items') onRecord(record)
    } else if (line !== '' && (!line.startsWith('{') || !line.endsWith('}') || detail === 'items' || matters(line)))
      sink.diagnostic(newline < 0 ? 'torn-line' : 'bad-line')
  }
  sink.lineNumber = 0
  return transcript
}

const takeRecord = (record: JsonObject, transcript: Transcript, detail: Detail, sink: Sink): void => {
  if (record.type === 'session_start') {
    transcript.cwd = textOf(record.cwd) ?? transcript.cwd
    transcript.title = textOf(record.title) ?? transcript.title
    transcript.isNamed = record.isSessionTitleManuallySet === true
  }
  const message = objectOf(record.message)
  if (record.type !== 'message' || message?.role !== 'assistant') return
  const at = timeOf(record.timestamp)
  if (at === undefined) {
    sink.diagnostic('no-timestamp')
    return
  }
  const content = listOf(message.content).filter(isObject)
  transcript.answers.push({
    id: textOf(record.id) ?? String(transcript.answers.length),
    at,
    modelId: message.modelId ?? record.modelId,
    length: content.reduce((sum, part) => sum + lengthOf(part), 0),
    tools: detail === 'counts' ? [] : toolsIn(content),
  })
}

const lengthOf = (part: JsonObject): number => {
  if (part.type === 'tool_use') return (JSON.stringify(part.input) ?? '').length + (textOf(part.name) ?? '').length
  return (textOf(part.text) ?? textOf(part.thinking) ?? '').length
}

const toolsIn = (content: readonly JsonObject[]): string[] => {
  const calls = content.filter(part => part.type === 'tool_use' && textOf(part.name) !== undefined)
  return [...new Set(calls.map(call => `${textOf(call.id) ?? ''} ${textOf(call.name)}`))]
}
