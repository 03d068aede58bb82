/** Titles of a session: the one Amp made, else the first prompt. */
import type { Sink } from '../define.ts'
import { type JsonObject, objectOf, textOf } from '../json.ts'
import type { About } from './about.ts'
import type { Message } from './message.ts'

const TITLE_LENGTH = 200

export const emitTitles = (record: JsonObject, messages: readonly Message[], about: About, sink: Sink): void => {
  const { agent, session, isSidechain } = about.facts
  if (session === undefined || session === '' || isSidechain) return // a sub-agent's title is not its session's
  const title = textOf(record.title)
  if (title !== undefined) sink.note({ agent, session, kind: 'ai', text: title.slice(0, TITLE_LENGTH) })
  const prompt = messages.map(promptOf).find(text => text !== undefined)
  if (prompt !== undefined) sink.note({ agent, session, kind: 'prompt', text: prompt.slice(0, TITLE_LENGTH) })
}

const promptOf = ({ role, content, record }: Message): string | undefined => {
  if (role !== 'user' || isMachineMade(record) || content.some(block => block.type === 'tool_result')) return undefined
  const text = content.find(block => block.type === 'text')?.text
  return typeof text === 'string' ? textOf(text.trim()) : undefined
}

/** Whether Amp put the words into the user's mouth. */
export const isMachineMade = (record: JsonObject): boolean => objectOf(record.source)?.type === 'course-correction'
