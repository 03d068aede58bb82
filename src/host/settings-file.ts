/**
 * Files of other programs, which the user asked to have changed: the only writing outside our data folder. What a link stands for is changed,
 * not the link; a file keeps its mode and owner, is there whole or as it was, and is backed up beside itself before.
 */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UserError } from '../core/errors.ts'
import { makeFolder } from './folder.ts'

/** A file as it was read. */
export interface SettingsFile {
  /** As it is called. */
  readonly path: string
  /** Where it is, links followed. */
  readonly target: string
  /** Undefined where there is no file. */
  readonly text: string | undefined
  readonly bytes: Buffer | undefined
  readonly stats: Stats | undefined
}

/** What a file that was not there is made with. */
const NEW_MODE = 0o600

const MOST_LINKS = 40

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

const isNothing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'

/** Throws a UserError in place of what the system says. */
const orUserError = <T>(path: string, verb: 'read' | 'written', act: () => T): T => {
  try {
    return act()
  } catch (error) {
    const code = codeOf(error)
    if (error instanceof UserError || code === '') throw error
    const remedy = code === 'ENOSPC' ? 'There is no space left.' : 'Check its permissions and those of its folder.'
    throw new UserError(`${path} could not be ${verb} (${code}). ${remedy} Nothing was changed.`)
  }
}

/** Where a path leads; the last of its links may lead to a file that is yet to be made. */
const targetOf = (path: string): string => {
  let target = path
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      return realpathSync(target)
    } catch (error) {
      if (!isNothing(error)) throw error
    }
    try {
      target = resolve(realpathSync(dirname(target)), readlinkSync(target))
    } catch (error) {
      if (isNothing(error) || codeOf(error) === 'EINVAL') return target
      throw error
    }
  }
  throw new UserError(`${path} is a link that leads nowhere. Nothing was changed.`)
}

const bytesOf = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isNothing(error)) return undefined
    throw error
  }
}

const textOf = (bytes: Buffer, path: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new UserError(`${path} is not text in UTF-8. Nothing was changed.`)
  }
}

/** Throws a UserError for what cannot be read, or is no file of text. */
export const readSettingsFile = (path: string): SettingsFile =>
  orUserError(path, 'read', () => {
    const target = targetOf(path)
    const stats = statSync(target, { throwIfNoEntry: false })
    if (stats && !stats.isFile()) throw new UserError(`${path} is not a file. Nothing was changed.`)
    const bytes = stats && bytesOf(target)
    return { path, target, bytes, stats, text: bytes && textOf(bytes, path) }
  })

const BACKUP = '.tokusage-backup-'

/** The texts of backups of a file, newest first. */
export const readBackups = (path: string): string[] => {
  const prefix = basename(path) + BACKUP
  const dated = namesIn(dirname(path)).flatMap(name => {
    const match = name.startsWith(prefix) ? /^(\d{4}-\d{2}-\d{2})(?:-(\d+))?$/.exec(name.slice(prefix.length)) : null
    return match ? [{ name, day: match[1] ?? '', number: Number(match[2] ?? 1) }] : []
  })
  dated.sort((a, b) => (a.day === b.day ? b.number - a.number : a.day < b.day ? 1 : -1))
  return dated.flatMap(({ name }) => {
    try {
      return readSettingsFile(join(dirname(path), name)).text ?? []
    } catch {
      return [] // somebody else's, whatever its name
    }
  })
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return [] // the file itself has told what is wrong with the folder
  }
}

/** A new file, whole and on the medium. Throws EEXIST where there is one. */
const create = (path: string, bytes: Uint8Array, stats: Stats | undefined): void => {
  const fd = openSync(path, 'wx', NEW_MODE)
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    if (stats) keepOwner(fd, stats)
    if (stats) fchmodSync(fd, stats.mode & 0o7777)
    fsyncSync(fd)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

const keepOwner = (fd: number, { uid, gid }: Stats): void => {
  try {
    fchownSync(fd, uid, gid)
  } catch {
    // Only root may give a file away; who may write to a file of somebody else's then owns what they wrote.
  }
}

/** Beside the file, under the day's name or the next that is free. */
const backUp = (file: SettingsFile, bytes: Buffer, day: string): string => {
  for (let number = 1; ; number++) {
    const path = `${file.path}${BACKUP}${day}${number === 1 ? '' : `-${number}`}`
    try {
      create(path, bytes, file.stats)
      return path
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
}

const refuseIfChanged = ({ path, target, bytes }: SettingsFile): void => {
  const now = bytesOf(target)
  if (bytes === undefined ? now !== undefined : now === undefined || !bytes.equals(now))
    throw new UserError(`${path} was changed by somebody else meanwhile. Nothing was changed. Run it again.`)
}

/**
 * Writes a file that was read, or removes it where there is no text. The path of the backup is the answer; a file that is removed has none,
 * because nothing of anybody else's is in it. Throws a UserError where it cannot be done, or the file is not what was read: nothing was changed then.
 */
export const writeSettingsFile = (file: SettingsFile, text: string | undefined, day: string): string | undefined =>
  orUserError(file.path, 'written', () => {
    // Replacing a file needs no right to write to it, but whoever took that right away meant it.
    if (file.stats && (file.stats.mode & 0o222) === 0)
      throw new UserError(`${file.path} is read-only. Make it writable first. Nothing was changed.`)
    if (text === undefined) {
      refuseIfChanged(file)
      rmSync(file.target, { force: true })
      return undefined
    }
    makeFolder(dirname(file.target))
    const temporary = `${file.target}.tokusage-${process.pid}.tmp`
    create(temporary, Buffer.from(text), file.stats)
    let backup: string | undefined
    try {
      backup = file.bytes && backUp(file, file.bytes, day)
      refuseIfChanged(file)
      renameSync(temporary, file.target)
      return backup
    } catch (error) {
      rmSync(temporary, { force: true })
      if (backup !== undefined) rmSync(backup, { force: true })
      throw error
    }
  })
