/**
 * Where VS Code and the editors built on it keep what extensions store: one `User` folder per product, in a place that each
 * platform has its own idea of, and one per kind of remote server.
 */
import { join } from 'node:path'
import type { LogSource } from '../../core/entry.ts'
import type { DirectoryEntry, FileStat, Host } from '../../host/host.ts'
import { objectOf, parseJson, textOf } from '../json.ts'

const PRODUCTS = [
  'Code',
  'Code - Insiders',
  'VSCodium',
  'VSCodium - Insiders',
  'Code - OSS',
  'Cursor',
  'Windsurf',
  'Windsurf - Next',
  'Trae',
  'Kiro',
  'Positron',
  'Antigravity',
  'Void',
]

const SERVERS = [
  '.vscode-server',
  '.vscode-server-insiders',
  '.vscodium-server',
  '.cursor-server',
  '.windsurf-server',
  '.vscode-remote',
]

/** The folder that holds the editors' own folders; undefined on a Windows without `APPDATA`. */
const editors = (host: Host): string | undefined => {
  if (host.platform === 'darwin') return host.home('Library', 'Application Support')
  if (host.platform === 'win32') return host.env('APPDATA')
  return host.env('XDG_CONFIG_HOME') || host.home('.config')
}

/** Every `User` folder that there may be, the commonest first. */
export const userFolders = (host: Host): readonly string[] => {
  const folder = editors(host)
  const local = folder === undefined ? [] : PRODUCTS.map(product => join(folder, product, 'User'))
  return [...local, ...SERVERS.map(server => host.home(server, 'data', 'User'))]
}

export const statOf = (host: Host, path: string): FileStat | undefined => {
  try {
    return host.stat(path)
  } catch {
    return undefined // optional places: not being allowed to look is like not being there
  }
}

export const isFolder = (host: Host, path: string): boolean => statOf(host, path)?.kind === 'directory'

/** What is in a folder, by name; nothing where there is no folder. */
export const listFolder = (host: Host, path: string): readonly DirectoryEntry[] => {
  if (!isFolder(host, path)) return []
  try {
    return [...host.readDirectory(path)].sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

/** The facts of a log that a `stat` tells; undefined where it is no file. */
export const fileFacts = (
  host: Host,
  path: string,
): Pick<LogSource, 'path' | 'size' | 'mtimeMs' | 'device' | 'inode'> | undefined => {
  const stat = statOf(host, path)
  if (stat?.kind !== 'file') return undefined
  return { path, size: stat.size, mtimeMs: stat.mtimeMs, device: stat.device, inode: stat.inode }
}

/** The folder that a `workspace.json` names: `{"folder":"file:///home/dev/app"}`. */
export const workspaceFolder = (text: string | undefined): string | undefined => {
  const uri = text === undefined ? undefined : textOf(objectOf(parseJson(text))?.folder)
  const path = uri === undefined ? undefined : /^[a-z-]+:\/\/[^/]*(\/.*)$/.exec(uri)?.[1]
  if (path === undefined) return undefined
  try {
    return decodeURIComponent(path).replace(/^\/([a-zA-Z]:)/, '$1')
  } catch {
    return path // a stray percent sign: better a raw name than none
  }
}
