/**
 * The JSON files of the versions before 1.2, one for each message, session and part. Where they lie below `storage` (a project's own
 * `storage/session` before 0.6) is the same in all of them, seen from a message: `<base>/message/<session>/<message>.json`.
 */
import { basename, dirname, join } from 'node:path'
import type { LogSource } from '../../../core/entry.ts'
import type { Detail, DocumentReader, Files, Sink } from '../../define.ts'
import { isObject, type JsonObject, listOf, objectOf, parseObject, textOf } from '../../json.ts'
import { type Flavour, isPlaceholderTitle, rootOf, type Session, TITLE_LENGTH } from './flavour.ts'
import { inOrderSent, itemsOf } from './items.ts'
import { entryOfMessage, momentOf } from './message.ts'
import { toolsOf } from './parts.ts'

/** Where `discover` found a document (`LogSource.part`). */
export const SESSION = 'session'
export const MESSAGE = 'message'

/** Sessions as their files tell, of the folder looked into last: a session's messages are read one after the other. */
interface Memory {
  path: string
  session: Session
}

const memories = new WeakMap<Files, Memory>()

export const storageReader = (flavour: Flavour): DocumentReader => ({
  read(text, source, detail, sink, files) {
    const isMessage = source.part !== SESSION
    // Prompts may hold whole patches: they are only parsed for their items.
    if (isMessage && detail !== 'items' && !/"role"\s*:\s*"assistant"/.test(text) && text.trimEnd().endsWith('}'))
      return
    const record = parseObject(text)
    if (!record) sink.diagnostic('bad-line')
    else if (isMessage) readMessage(record, source, detail, flavour, sink, files)
    else noteTitle(record, source, sink)
  },
})

const noteTitle = (record: JsonObject, source: LogSource, sink: Sink): void => {
  const title = textOf(record.title)
  const session = textOf(record.id) ?? source.session
  if (title === undefined || session === undefined || textOf(record.parentID) !== undefined) return
  if (isPlaceholderTitle(title)) return
  sink.note({ agent: source.agent, session, kind: 'ai', text: title.slice(0, TITLE_LENGTH) })
}

const readMessage = (
  record: JsonObject,
  source: LogSource,
  detail: Detail,
  flavour: Flavour,
  sink: Sink,
  files: Files,
): void => {
  if (record.role === 'user' && detail !== 'items') return
  if (record.role !== 'assistant' && record.role !== 'user') {
    sink.diagnostic('unknown-record')
    return
  }
  const session = sessionOf(source, textOf(record.sessionID), files)
  const isStepped =
    flavour.wrong === 'tokens' ? session.version?.startsWith('0.') : textOf(record.finish) === 'tool-calls'
  const parts = detail !== 'counts' || isStepped ? partsOf(record, source, files) : []
  const steps = isStepped ? parts.filter(part => part.type === 'step-finish') : []
  const beside = { session, isSecond: false, steps, tools: detail === 'counts' ? [] : toolsOf(parts) }
  const entry = record.role === 'assistant' ? entryOfMessage(record, beside, flavour, sink) : undefined
  if (entry) sink.entry(entry)
  if (detail !== 'items') return
  const at = entry?.at ?? momentOf(objectOf(record.time)?.created)
  if (at === undefined) return
  const around = { agent: flavour.agent, session, at, message: record, messageId: entry?.messageId }
  const items = parts.flatMap(part => itemsOf(part, textOf(part.id), around))
  for (const item of inOrderSent(items)) sink.item(item)
}

/** What the session's file (the first of those that are read along) says; the names in the path where there is none. */
const sessionOf = (source: LogSource, named: string | undefined, files: Files): Session => {
  const id = named ?? source.session ?? basename(dirname(source.path))
  const [path] = source.beside ?? []
  if (path === undefined) return { id, root: id }
  const known = memories.get(files)
  if (known?.path === path) return known.session
  const session = readSession(id, path, files)
  memories.set(files, { path, session })
  return session
}

const readSession = (id: string, path: string, files: Files): Session => {
  const recordOf = (other: string): JsonObject =>
    parseObject(files.readText(other === id ? path : join(dirname(path), `${other}.json`)) ?? '') ?? {}
  const record = recordOf(id)
  return {
    id,
    root: rootOf(id, other => textOf((other === id ? record : recordOf(other)).parentID)),
    directory: textOf(record.directory),
    version: textOf(record.version),
    createdAt: momentOf(objectOf(record.time)?.created),
  }
}

/** A message's parts in their order: inside it (0.1 and 0.2), else each in a file of its own. */
const partsOf = (record: JsonObject, source: LogSource, files: Files): JsonObject[] => {
  if (Array.isArray(record.parts)) return listOf(record.parts).filter(isObject)
  const session = dirname(source.path)
  const base = dirname(dirname(session))
  const message = basename(source.path, '.json')
  return [join(base, 'part', message), join(base, 'part', basename(session), message)]
    .flatMap(folder => namesIn(folder, files).map(name => join(folder, name)))
    .map(path => parseObject(files.readText(path) ?? ''))
    .filter(isObject)
}

const namesIn = (folder: string, files: Files): string[] => {
  if (files.stat(folder)?.kind !== 'directory') return []
  return files
    .readDirectory(folder)
    .map(entry => entry.name)
    .filter(name => name.endsWith('.json'))
    .sort()
}
