/**
 * Finds and reads the config file: the one that `--config` names, else the first tokusage.json of the project and of the
 * user, else the first ccusage.json. Files are not merged, so it is always clear which one counts.
 */
import { posix, win32 } from 'node:path'
import { UserError } from '../core/errors.ts'
import type { Host } from '../host/host.ts'
import { suggestion } from './nearest.ts'
import type { ConfigData, ConfigKind } from './schema.ts'

export interface LoadedConfig extends ConfigData {
  /** Absolute. */
  readonly path: string
  /** Whether it was found in the working folder: whoever wrote what lies there wrote it. */
  readonly isOfProject: boolean
}

const pathsOf = (host: Host) => (host.platform === 'win32' ? win32 : posix)

const userFolders = (host: Host): string[] => {
  const { join } = pathsOf(host)
  const folders = [join(host.env('XDG_CONFIG_HOME') || host.home('.config'), 'tokusage')]
  if (host.platform === 'darwin') folders.push(host.home('Library', 'Application Support', 'tokusage'))
  const appData = host.platform === 'win32' ? host.env('APPDATA') : undefined
  if (appData) folders.push(join(appData, 'tokusage'))
  return folders
}

/** Where ccusage looks beside the working folder (`peers/ccusage.md` 1.5): with CLAUDE_CONFIG_DIR set in its folders, else in the two usual ones. */
const ccusageFolders = (host: Host): string[] => {
  const named = host.env('CLAUDE_CONFIG_DIR')?.split(',') ?? []
  const folders = named.map(folder => folder.trim()).filter(folder => folder !== '')
  const usual = [host.home('.config/claude'), host.home('.claude')]
  return folders.length > 0 ? folders : usual
}

interface ConfigPlace {
  readonly path: string
  readonly isOfProject: boolean
}

const allPlaces = (host: Host): readonly ConfigPlace[] => {
  const { join } = pathsOf(host)
  const own = userFolders(host).map(folder => join(folder, 'tokusage.json'))
  const ccusage = ccusageFolders(host).map(folder => join(folder, 'ccusage.json'))
  return [
    join(host.cwd, 'tokusage.json'),
    join(host.cwd, '.tokusage', 'tokusage.json'),
    ...own,
    join(host.cwd, '.ccusage', 'ccusage.json'),
    ...ccusage,
  ].map(path => ({ path, isOfProject: ![...own, ...ccusage].includes(path) }))
}

/** Every place that is looked at without `--config`, in order; for `doctor`. */
export const configPlaces = (host: Host): readonly string[] => allPlaces(host).map(({ path }) => path)

/** The file that the project brings along, if any. */
export const projectConfig = (host: Host): string | undefined =>
  allPlaces(host).find(({ path, isOfProject }) => isOfProject && isFile(path, host))?.path

/** Absolute. `~` is the home; anything else relative is so to the folder of the file that names it, else to the working one. */
export const expand = (path: string, host: Host, file?: string): string => {
  const { resolve, dirname } = pathsOf(host)
  const folder = file === undefined ? host.cwd : dirname(file)
  return /^~(?=[/\\]|$)/.test(path) ? resolve(host.home(path.slice(2))) : resolve(folder, path)
}

const lineOf = (text: string, offset: number): string => {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`
}

const words = (code: string): string =>
  code
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/ expected$/, ' is expected')

/** JSON with comments and trailing commas; a mistake is told with its line and column. */
const decode = async (text: string, file: string): Promise<unknown> => {
  const { parse, printParseErrorCode } = await import('jsonc-parser')
  const errors: { error: number; offset: number; length: number }[] = []
  const decoded: unknown = parse(text.replace(/^\uFEFF/, ''), errors, {
    allowTrailingComma: true,
    allowEmptyContent: false,
  })
  const [first] = errors
  if (first)
    throw new UserError(
      `${file}:${lineOf(text, first.offset)}: not valid JSON, ${words(printParseErrorCode(first.error))}.`,
    )
  return decoded
}

/** A file of ccusage's is told by its name or by the schema it names. */
const kindOf = (path: string, decoded: unknown): ConfigKind => {
  if (/ccusage[^/\\]*$/i.test(path)) return 'lenient'
  const schema = typeof decoded === 'object' && decoded !== null && '$schema' in decoded ? decoded.$schema : undefined
  return typeof schema === 'string' && schema.includes('ccusage') ? 'lenient' : 'strict'
}

const isFile = (path: string, host: Host): boolean => {
  try {
    return host.stat(path)?.kind === 'file'
  } catch {
    return false // a folder that is closed to us holds no config of ours
  }
}

const find = (
  host: Host,
  explicit: string | undefined,
  isOwn: boolean,
): (ConfigPlace & { text: string }) | undefined => {
  const places =
    explicit === undefined
      ? allPlaces(host).filter(({ isOfProject }) => !(isOwn && isOfProject))
      : [{ path: expand(explicit, host), isOfProject: false }]
  for (const place of places) {
    const { path } = place
    const text = host.readText(path)
    if (text !== undefined) return { ...place, text }
    if (isFile(path, host)) throw new UserError(`Cannot read the config file ${path}. Check its permissions.`)
  }
  if (explicit === undefined) return undefined
  const existing = configPlaces(host).filter(path => isFile(path, host))
  const hint = suggestion(expand(explicit, host), existing) || ' Check the path.'
  throw new UserError(`There is no config file '${explicit}', which --config names.${hint}`)
}

/** The config file in force, checked; undefined when there is none. `explicit` is the value of `--config`; with `isOwn` a project's counts for none. */
export const loadConfig = async (
  host: Host,
  explicit: string | undefined,
  agentIds: readonly string[] = [],
  isOwn = false,
): Promise<LoadedConfig | undefined> => {
  const found = find(host, explicit, isOwn)
  if (!found) return undefined
  const { path, isOfProject } = found
  const decoded = await decode(found.text, found.path)
  const { readConfigData } = await import('./schema.ts')
  return { path, isOfProject, ...readConfigData(decoded, found.path, kindOf(found.path, decoded), agentIds) }
}
