/** When the user was last told that an agent deletes logs: a small file beside the index. */
import { join } from 'node:path'
import type { Host } from '../host/host.ts'
import { dataFolder } from './folder.ts'

const WEEK_MS = 7 * 86_400_000

export const announcedPath = (host: Host): string => join(dataFolder(host), 'announced.json')

/** Whether a week went by since. A time that lies ahead was written by a clock that was wrong, and says nothing. */
export const isAnnouncementDue = (host: Host): boolean => {
  const at = Number(/^\{"retentionAt":(\d+)\}$/.exec(host.readText(announcedPath(host))?.trim() ?? '')?.[1] ?? 0)
  const age = host.now() - at
  return age >= WEEK_MS || age < 0
}

/** False where it cannot be remembered. */
export const rememberAnnouncement = (host: Host): boolean => {
  try {
    host.writeText(announcedPath(host), `{"retentionAt":${host.now()}}\n`)
    return true
  } catch {
    return false // a folder that cannot be written to is told of by the index
  }
}
