/** What the status line starts in the background: brings its figures up to date, prints nothing, and is at most one. */
import type { Options } from '../config/options.ts'
import { UsageError } from '../config/usage-error.ts'
import type { Host } from '../host/host.ts'
import { statusOf } from '../load-status.ts'
import { isStatusKey, takeStatusLock, writeStatus } from '../store/status.ts'

/** Answers with 0; the line itself is made by its own door (statusline.ts). Throws a UsageError where `--refresh` names no file of ours. */
export const runStatusline = async (host: Host, options: Options): Promise<number> => {
  const key = options.line.refresh ?? 'default'
  if (!isStatusKey(key)) throw new UsageError('--refresh is for the status line itself. Leave it out.')
  const giveBack = takeStatusLock(host, key)
  try {
    const snapshot = await statusOf(host, options, key)
    const { user, system } = process.cpuUsage()
    writeStatus(host, key, { ...snapshot, tookMs: Math.round((user + system) / 1000) })
  } finally {
    giveBack()
  }
  return 0
}
