/**
 * One writer at a time. The lock only spares work: that nothing is lost when it fails is the manifest's doing (manifest.ts). A lock whose owner
 * died, or that nobody touched for long, is taken over.
 */
import type { Disk, FileStat } from '../host/host.ts'

/** A first run over many gigabytes keeps its lock for as long as it reads. */
const STALE_MS = 120_000
const POLL_MS = 15

/** What stands in the locks that this process holds: another life of its number (containers begin with the same) may have left one. */
const held = new Set<string>()

export interface LockParts {
  readonly disk: Disk
  readonly path: string
  stat(path: string): FileStat | undefined
  now(): number
}

/** Takes the lock, waiting up to `limitMs`; `isMoot` says that there is nothing left to wait for. How to give it back, or undefined. */
export const takeLock = (
  parts: LockParts,
  limitMs: number,
  isMoot: () => boolean = () => false,
): (() => void) | undefined => {
  const { disk, path } = parts
  const own = Buffer.from(`${disk.pid} ${Math.random().toString(36).slice(2)}`)
  for (let waited = 0; ; waited += POLL_MS) {
    if (disk.create(path, own)) {
      held.add(own.toString('latin1'))
      return () => release(disk, path, own)
    }
    if (isStale(parts)) removeStale(parts)
    else if (waited >= limitMs || isMoot()) return undefined
    else disk.sleep(POLL_MS)
  }
}

const release = (disk: Disk, path: string, own: Buffer): void => {
  held.delete(own.toString('latin1'))
  try {
    if (disk.read(path)?.equals(own)) disk.remove(path)
  } catch {
    // Somebody will find it stale: the data are written, which is what counted.
  }
}

const isStale = ({ disk, path, stat, now }: LockParts): boolean => {
  const content = disk.read(path)
  const found = stat(path)
  if (!content || !found) return false
  const age = now() - found.mtimeMs
  // A clock that was set back makes a lock look young for ever; one from the future is as old as it is far away.
  if (Math.abs(age) > STALE_MS) return true
  const pid = Number.parseInt(content.toString('latin1'), 10)
  // Between making the file and writing into it there is a moment without a number.
  if (!(pid > 0)) return Math.abs(age) > 2000
  return pid === disk.pid ? !held.has(content.toString('latin1')) : !disk.isAlive(pid)
}

/** Of several that find a lock stale, one gets to rename it; if it was another's fresh lock by then, nothing is lost but the waiting. */
const removeStale = ({ disk, path }: LockParts): void => {
  const aside = `${path}.${disk.pid}.stale`
  try {
    disk.rename(path, aside)
    disk.remove(aside)
  } catch {
    // another one was quicker
  }
}
