/**
 * Has the figures brought up to date in the background, as the status line does and under the same lock: whoever makes its file starts a process,
 * everybody else goes on. A lock whose owner is gone is taken over.
 */
import { version } from '../../config/version.ts'
import type { StatusSnapshot } from '../../core/status.ts'
import type { Host } from '../../host/host.ts'
import { statusFolder, statusLockPath } from '../../store/status.ts'

/** Figures of the default flags, which the status line and the guard share. */
export const STATUS_KEY = 'default'

/** Making the figures anew may take a twentieth of the time at most. */
const SHARE = 20
const LOCK_MS = 60_000
/** So long a process that was just started may not be there yet. */
const START_MS = 5_000

/** Whether figures are too old to be left alone; `intervalSeconds`: the least time between two readings. */
export const isStale = (snapshot: StatusSnapshot | undefined, now: number, intervalSeconds: number): boolean => {
  if (!snapshot || snapshot.version !== version) return true
  const age = now - snapshot.at
  const isOfToday = now >= snapshot.dayStartAt && now < snapshot.dayEndAt
  return !isOfToday || age < 0 || age > Math.max(intervalSeconds * 1000, snapshot.tookMs * SHARE)
}

/** True for the one process that may start the refresh. */
export const takeRefresh = (host: Host): boolean => {
  const { disk } = host
  const path = statusLockPath(host, STATUS_KEY)
  const mark = Buffer.from(`${disk.pid}`)
  try {
    disk.makeFolder(statusFolder(host))
    if (disk.create(path, mark)) return true
    const owner = abandonedOwner(host, path)
    if (owner === undefined) return false
    const aside = `${path}.${disk.pid}`
    disk.rename(path, aside)
    const isSame = disk.read(aside)?.toString('latin1') === owner
    // Another may have taken it over in between: that one's lock goes back.
    if (!isSame) disk.link(aside, path)
    disk.remove(aside)
    if (!isSame) return false
    return disk.create(path, mark)
  } catch {
    return false // nothing can be written, or another was quicker
  }
}

/** What an abandoned lock holds; undefined for one that somebody still has. */
const abandonedOwner = (host: Host, path: string): string | undefined => {
  const stat = host.stat(path)
  const owner = host.disk.read(path)?.toString('latin1')
  if (!stat || owner === undefined) return undefined // given back just now: the next call sees to it
  const age = host.now() - stat.mtimeMs
  const pid = Number(owner)
  const isGone = !(Number.isInteger(pid) && pid > 0 && host.disk.isAlive(pid))
  return age > LOCK_MS || (age > START_MS && isGone) ? owner : undefined
}
