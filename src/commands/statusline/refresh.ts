/**
 * Starts the one that brings the figures up to date, unless there is one: the lock is made before the process, by whoever is first. Also for the
 * guard, which goes by the same figures.
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '../../host/folder.ts'

export interface RefreshParts {
  /** Where the figures and their locks are. */
  readonly folder: string
  readonly key: string
  /** The folder whose config file counts; elsewhere a project's own does not, for the figures are everybody's. */
  readonly place?: string | undefined
  /** Flags that change the figures. */
  readonly data: readonly string[]
  /** The file that starts tokusage. */
  readonly program: string
  /** Whether somebody did it while we were looking: asked under the lock. */
  isDone(): boolean
}

/** Between the lock and the first breath of the process that it is for. */
const BIRTH_MS = 5000
/** A first run over many gigabytes takes its minutes. A number of a process may be used again, so it says nothing for ever. */
const LONG_MS = 600_000

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Whose lock it is, by file and time: undefined while it counts. */
const staleMark = (path: string): string | undefined => {
  const { mtimeMs, ino } = statSync(path)
  const age = Math.abs(Date.now() - mtimeMs)
  const pid = Number.parseInt(readFileSync(path, 'latin1'), 10)
  const isLost = age > LONG_MS || (age > BIRTH_MS && !(pid > 0 && isAlive(pid)))
  return isLost ? `${ino} ${mtimeMs}` : undefined
}

/** Of several that find a lock stale, one gets to take it away. */
const removeStale = (path: string): boolean => {
  const mark = staleMark(path)
  if (mark === undefined) return false
  const aside = `${path}.${process.pid}`
  renameSync(path, aside)
  const { mtimeMs, ino } = statSync(aside)
  const isIt = mark === `${ino} ${mtimeMs}`
  // Another's fresh lock, taken in the blink between: back with it.
  if (!isIt) renameSync(aside, path)
  else rmSync(aside, { force: true })
  return isIt
}

const makeLock = (path: string): void => {
  const fd = openSync(path, 'wx', 0o600)
  try {
    writeSync(fd, String(process.pid))
  } finally {
    closeSync(fd)
  }
}

const take = (path: string): boolean => {
  for (let attempt = 0; attempt < 3; attempt++)
    try {
      makeLock(path)
      return true
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ENOENT') makeFolder(dirname(path))
      else if (code !== 'EEXIST' || !removeStale(path)) return false
    }
  return false
}

/** Whether one was started. Does not wait for it, and leaves it alone when it fails: the lock then says so in a few seconds. */
export const startRefresh = async ({ folder, key, place, data, program, isDone }: RefreshParts): Promise<boolean> => {
  const lock = join(folder, `${key}.lock`)
  try {
    if (!take(lock)) return false
    if (isDone()) {
      rmSync(lock, { force: true })
      return false
    }
    const { spawn } = await import('node:child_process')
    const child = spawn(process.execPath, [program, 'statusline', ...data, '--refresh', key], {
      detached: true,
      stdio: 'ignore',
      windowsHide: true,
      cwd: place ?? folder,
    })
    child.on('error', () => {})
    child.unref()
    return true
  } catch {
    return false // nothing can be written here: the line goes on with what it is handed
  }
}
