/** paths: every folder and file that is read or written, and what points there. */
import { join } from 'node:path'
import { agents } from '../agents/index.ts'
import { configPlaces } from '../config/file.ts'
import type { Options } from '../config/options.ts'
import { Diagnostics, isFault } from '../core/diagnostic.ts'
import type { Host } from '../host/host.ts'
import { discover } from '../ingest/discover.ts'
import { cachePath } from '../pricing/refresh.ts'
import type { PathFact, PathsReport } from '../render/paths.ts'
import { announcedPath } from '../store/announced.ts'
import { findingsPath } from '../store/findings.ts'
import { dataFolder, HOME_VARIABLE, indexFolder } from '../store/folder.ts'
import { limitsPath } from '../store/limits.ts'
import { statusFolder } from '../store/status.ts'
import { filterJson } from './jq.ts'
import { outputWidth, print, refuseLists, usesColor } from './terminal.ts'

/** Prints the paths; 0, or 1 under `--strict` when a folder could not be looked into. */
export const runPaths = async (host: Host, options: Options): Promise<number> => {
  refuseLists(options, 'paths')
  const report = pathsOf(host, options)
  const { pathsJson, renderPaths } = await import('../render/paths.ts')
  if (options.format === 'json') {
    const text = JSON.stringify(pathsJson(report), null, 2)
    print(options.jq === undefined ? text : await filterJson(text, options.jq))
  } else print(renderPaths(report, { width: outputWidth(), color: usesColor(options) }))
  return options.strict && report.diagnostics.some(isFault) ? 1 : 0
}

export const pathsOf = (host: Host, options: Options): PathsReport => {
  const diagnostics = new Diagnostics()
  const asked = agents.filter(({ id }) => options.agents.length === 0 || options.agents.includes(id))
  const logs = discover(host, asked, options.profileRoots, diagnostics, () => {}).flatMap(({ agent, roots }) =>
    roots.map((root): PathFact => ({ kind: 'logs', isWritten: false, agent: named(agent), ...root })),
  )
  const settings = asked.flatMap((agent): PathFact[] => {
    const path = agent.retention?.(host)?.path
    return path === undefined
      ? []
      : [{ kind: 'settings', path, isFound: isThere(host, path), isWritten: false, agent: named(agent) }]
  })
  return {
    paths: [...logs, ...settings, ...configPaths(host, options), ...ownPaths(host, options)],
    variables: [
      ...asked.map(agent => ({ name: agent.rootVariable, what: `logs of ${agent.name}` })),
      { name: 'TOKUSAGE_CONFIG', what: 'the config file' },
      { name: HOME_VARIABLE, what: 'everything that is written' },
      { name: 'TOKUSAGE_GUARD', what: 'off: the guard lets everything pass' },
    ],
    diagnostics: diagnostics.list(),
  }
}

const named = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name })

/** A file that was named is the only one that is looked at. */
const configPaths = (host: Host, { configPath }: Options): PathFact[] => {
  const places = configPlaces(host)
  const isNamed = configPath !== undefined && !places.includes(configPath)
  return (isNamed ? [configPath] : places).map(path => ({
    kind: 'config',
    path,
    isFound: isThere(host, path),
    isWritten: false,
    isUsed: path === configPath,
    variable: isNamed && host.env('TOKUSAGE_CONFIG') === path ? 'TOKUSAGE_CONFIG' : undefined,
  }))
}

const ownPaths = (host: Host, { index, offline }: Options): PathFact[] => {
  const fact = (
    kind: PathFact['kind'],
    path: string,
    isWritten: boolean,
    variables: readonly string[],
    about?: string,
  ): PathFact => ({
    kind,
    path,
    isFound: isThere(host, path),
    isWritten,
    variable: variables.find(name => path.startsWith(host.env(name) || '\0')),
    about,
  })
  const data = [HOME_VARIABLE, 'XDG_DATA_HOME', 'LOCALAPPDATA']
  return [
    ...['rates-core.json', 'rates.json'].map(name => fact('prices', host.asset(name), false, [])),
    fact('price-cache', cachePath(host), !offline, [HOME_VARIABLE, 'XDG_CACHE_HOME', 'LOCALAPPDATA']),
    fact('index', indexFolder(host), index, data),
    fact('code', join(dataFolder(host), 'code'), true, data),
    fact('data', announcedPath(host), true, data, 'weekly line'),
    fact('data', findingsPath(host), index, data, 'advice given'),
    fact('data', statusFolder(host), true, data, 'status line'),
    fact('data', limitsPath(host), true, data, 'limits'),
    fact('data', join(dataFolder(host), 'guard'), true, data, 'guard'),
  ]
}

const isThere = (host: Host, path: string): boolean => {
  try {
    return host.stat(path) !== undefined
  } catch {
    return false // closed to us: nothing is read there
  }
}
