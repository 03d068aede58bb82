/**
 * What the guard remembers: an empty file for each warning that was given, under the data folder. A name is a hash, made by the one process that
 * gives the warning, so that of several hooks at once only one does. Where nothing can be written, nothing is warned of twice, or at all.
 */
import { join } from 'node:path'
import { hashOf } from '../../core/entry-table.ts'
import { THRESHOLDS, type Verdict, warningKey } from '../../guard/limits.ts'
import type { Host } from '../../host/host.ts'
import { dataFolder } from '../../store/folder.ts'

/** Who was told: a hook's user and whoever reads a plain run are not the same. */
export type Listener = 'hook' | 'run'

/** By what: one may fail where another does not. A webhook is its address. */
export type Channel = 'message' | 'desktop' | `webhook ${string}`

/** More files than this are cut down to the newer half. */
const MOST_FILES = 400

export const guardFolder = (host: Host): string => join(dataFolder(host), 'guard')

const pathOf = (host: Host, key: string, mark: string): string =>
  join(guardFolder(host), `${hashOf(key).toString(36)}-${mark}`)

const isThere = (host: Host, path: string): boolean => {
  try {
    return host.stat(path) !== undefined
  } catch {
    return false // a folder that is closed to us holds nothing of ours
  }
}

/** True for the one who makes it. */
const make = (host: Host, path: string): boolean => {
  try {
    host.disk.makeFolder(guardFolder(host))
    if (!host.disk.create(path, Buffer.alloc(0))) return false
    sweep(host)
    return true
  } catch {
    return false // without a memory every call would warn again: better none does
  }
}

const claimKey = (listener: Listener, channel: Channel, { gauge }: Verdict): string =>
  `${listener}\n${channel}\n${warningKey(gauge)}`

/** Whether the verdict's threshold was not told yet; from now on it was. A higher one stands for those below it. */
export const claim = (host: Host, listener: Listener, channel: Channel, verdict: Verdict): boolean => {
  const { threshold } = verdict
  if (threshold === undefined) return false
  const key = claimKey(listener, channel, verdict)
  const isKnown = THRESHOLDS.some(step => step >= threshold && isThere(host, pathOf(host, key, `${step}`)))
  return !isKnown && make(host, pathOf(host, key, `${threshold}`))
}

/** Takes a claim back: it could not be told, so the next run may try. */
export const giveBack = (host: Host, listener: Listener, channel: Channel, verdict: Verdict): void =>
  host.disk.remove(pathOf(host, claimKey(listener, channel, verdict), `${verdict.threshold}`))

/** Whether something that is said once was not said yet. */
export const claimOnce = (host: Host, what: string): boolean => make(host, pathOf(host, what, 'once'))

const switchKey = (session: string): string => `off\n${session}`

/** Whether the guard is switched off for a session. */
export const isOff = (host: Host, session: string): boolean => isThere(host, pathOf(host, switchKey(session), 'off'))

/** True where it is switched from now on as asked. */
export const switchGuard = (host: Host, session: string, isOn: boolean): boolean => {
  const path = pathOf(host, switchKey(session), 'off')
  if (!isOn) return make(host, path) || isThere(host, path)
  try {
    if (isThere(host, path)) host.disk.remove(path)
    return true
  } catch {
    return false // the user is told
  }
}

const sweep = (host: Host): void => {
  const folder = guardFolder(host)
  const names = host.disk.list(folder)
  if (names.length <= MOST_FILES) return
  const dated = names.map(name => ({ name, at: host.stat(join(folder, name))?.mtimeMs ?? 0 }))
  dated.sort((a, b) => b.at - a.at)
  for (const { name } of dated.slice(MOST_FILES / 2)) host.disk.remove(join(folder, name))
}
