/** What the status line starts in the background: brings its figures up to date, prints nothing, and is at most one. */
import { AGENT_ID } from '../agents/claude/roots.ts'
import type { Options } from '../config/options.ts'
import { UsageError } from '../config/usage-error.ts'
import type { Host } from '../host/host.ts'
import { statusOf } from '../load-status.ts'
import { lineOf } from '../statusline/line.ts'
import { lookOf } from '../statusline/look.ts'
import { isStatusKey, takeStatusLock, writeMistake, writeStatus } from '../store/status.ts'
import { outputWidth, print, usesColor } from './terminal.ts'

/** Answers with 0. Throws a UsageError where `--refresh` names no file of ours. */
export const runStatusline = async (host: Host, options: Options): Promise<number> => {
  const key = options.line.refresh
  if (key === undefined) return lineAtOnce(host, options)
  if (!isStatusKey(key)) throw new UsageError('--refresh is for the status line itself. Leave it out.')
  const giveBack = takeStatusLock(host, key)
  const snapshot = await statusOf(host, options, key)
  const { user, system } = process.cpuUsage()
  // Where nothing can be kept the lock stays: else every line would start another.
  if (writeStatus(host, key, { ...snapshot, tookMs: Math.round((user + system) / 1000) })) giveBack()
  return 0
}

/** A refresh that cannot understand its settings leaves word, for nobody reads what it prints. */
export const noteMistake = (host: Host, words: readonly string[], message: string): void => {
  const key = words.find(word => word.startsWith('--refresh='))?.slice('--refresh='.length)
  if (key === undefined || !isStatusKey(key)) return
  const giveBack = takeStatusLock(host, key)
  writeMistake(host, key, message)
  giveBack()
}

/** Where the line is not asked for at its own door (`--demo`, words before the command): made of figures as of now, nothing is kept. */
const lineAtOnce = async (host: Host, options: Options): Promise<number> => {
  const snapshot = await statusOf(host, options, undefined)
  const { line, tokenLimit } = options
  const look = lookOf({ ...line, tokenLimit }, snapshot.view, { color: usesColor(options), columns: outputWidth() })
  const known = { snapshot, own: [], known: snapshot.limits, input: undefined, branch: undefined }
  print(lineOf({ ...known, now: host.now(), agent: AGENT_ID, look }))
  return 0
}
