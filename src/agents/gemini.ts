/**
 * Gemini CLI keeps one file per session under `~/.gemini/tmp/<project>/chats` (seen in 0.24 to 0.61): `.json`, one document, until
 * 0.38, `.jsonl` since. Messages of type `gemini` hold `tokens` of one call; `input` includes `cached`, `output` excludes `thoughts`.
 * A sub-agent has a file of its own in a folder named for the session. Format notes: formats/gemini-cli.md, formats/OBSERVED.md §6.
 */
import { basename, isAbsolute, join } from 'node:path'
import type { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource } from '../core/entry.ts'
import type { Host } from '../host/host.ts'
import { type Agent, lineReader, type Retention, type RootLook } from './define.ts'
import { type ChatState, readChat, readChatLine, startChat } from './family/gemini-chat.ts'
import { findChats, SourceFinder } from './family/gemini-roots.ts'
import { objectOf, parseObject, textOf } from './json.ts'

const AGENT_ID = 'gemini'

/** Stands in for the home folder: the logs lie in `.gemini` below it. */
const ROOT_VARIABLE = 'GEMINI_CLI_HOME'

/** ccusage's: a list of `tmp` folders. */
const DATA_VARIABLE = 'GEMINI_DATA_DIR'

/** What Gemini CLI keeps unless its settings say otherwise. */
const DEFAULT_RETENTION_DAYS = 30

const discover = (host: Host, diagnostics: Diagnostics, found: (source: LogSource) => void): RootLook[] => {
  const finder = new SourceFinder(host, diagnostics, AGENT_ID, found)
  const looks: RootLook[] = namedRoots(host).map(look => ({ ...look, isFound: findChats(finder, look.path) }))
  for (const { path, variable, isFound } of looks) {
    if (!isFound) diagnostics.add('missing-root', { path, variable: variable ?? '' })
  }
  if (looks.some(look => look.isFound)) return looks
  const path = host.home('.gemini')
  return [...looks, { path, isFound: findChats(finder, path) }]
}

const namedRoots = (host: Host): Omit<RootLook, 'isFound'>[] => {
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(host.cwd, path))
  const data = (host.env(DATA_VARIABLE) ?? '').split(',').map(part => part.trim())
  const lists = data.filter(Boolean).map(path => ({ path: rootOf(absolute(path)), variable: DATA_VARIABLE }))
  const home = host.env(ROOT_VARIABLE)?.trim()
  if (lists.length > 0 || !home) return lists
  return [{ path: join(absolute(home), '.gemini'), variable: ROOT_VARIABLE }]
}

/** `~/.gemini`, whether it or its `tmp` was named. */
const rootOf = (path: string): string => (basename(path) === 'tmp' ? join(path, '..') : path)

/** `maxAge` is a number of hours, days, weeks or months. */
const retention = (host: Host): Retention | undefined => {
  const root = namedRoots(host)[0]?.path ?? host.home('.gemini')
  const path = join(root, 'settings.json')
  const general = objectOf(parseObject(host.readText(path) ?? '')?.general)
  const setting = objectOf(general?.sessionRetention)
  if (setting?.enabled === false) return undefined
  const [, count, unit] = /^\s*(\d+)\s*([hdwm])\s*$/.exec(textOf(setting?.maxAge) ?? '') ?? []
  const days = count === undefined ? 0 : Number(count) * ({ h: 1 / 24, d: 1, w: 7, m: 30 }[unit ?? ''] ?? 0)
  const facts = { path, setting: 'general.sessionRetention.maxAge' }
  return days > 0 ? { ...facts, days, isDefault: false } : { ...facts, days: DEFAULT_RETENTION_DAYS, isDefault: true }
}

const gemini: Agent = {
  id: AGENT_ID,
  name: 'Gemini CLI',
  version: 1,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'Not logged at all: compressions, routing, next-speaker and loop checks, inner calls of web search and web fetch.',
    'Not logged: answers that were interrupted, cut off or failed.',
    'No cost and no branch; the project of a chat from before 2026 may be only a hash.',
  ],
  discover,
  lines: lineReader<ChatState>({
    start: startChat,
    line: readChatLine,
    skips: () => false,
  }),
  document: { read: readChat },
  retention,
}

export default gemini
