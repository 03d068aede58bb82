/** The screen and the JSON of paths. */
import type { Diagnostic } from '../core/diagnostic.ts'
import { drawFacts, type Fact } from './facts.ts'
import { diagnosticsJson, SCHEMA_VERSION } from './json-parts.ts'
import { theme } from './theme.ts'
import { wrap } from './width.ts'

export interface PathFact {
  readonly kind: 'logs' | 'settings' | 'config' | 'prices' | 'price-cache' | 'index' | 'code' | 'data'
  readonly path: string
  readonly isFound: boolean
  readonly isWritten: boolean
  /** Of logs and settings. */
  readonly agent?: { readonly id: string; readonly name: string } | undefined
  /** The environment variable that named it. */
  readonly variable?: string | undefined
  /** Of our own files: what is in it. */
  readonly about?: string | undefined
  /** Of config files: the one that counts. */
  readonly isUsed?: boolean | undefined
}

export interface PathsReport {
  readonly paths: readonly PathFact[]
  /** The environment variables that point elsewhere. */
  readonly variables: readonly { readonly name: string; readonly what: string }[]
  readonly diagnostics: readonly Diagnostic[]
}

export interface PathsView {
  readonly width: number | undefined
  readonly color: boolean
}

const textOf = ({ path, isFound, isUsed, variable }: PathFact): string => {
  const about = [...(variable === undefined ? [] : [variable]), ...(isUsed ? ['in use'] : [])]
  return `${isFound ? '✓' : '–'} ${path}${about.length > 0 ? ` (${about.join(', ')})` : ''}`
}

/** Facts of the same label stand under it once. */
const labelled = (facts: readonly Fact[]): Fact[] =>
  facts.map(([label, text], i) => [i > 0 && facts[i - 1]![0] === label ? '' : label, text])

const LABELS: Readonly<Record<PathFact['kind'], string>> = {
  logs: 'logs',
  settings: 'settings',
  config: 'config',
  prices: 'in the package',
  'price-cache': 'fetched',
  index: 'index, history',
  code: 'start-up cache',
  data: 'other',
}

export const renderPaths = ({ paths, variables }: PathsReport, view: PathsView): string => {
  const paint = theme(view.color)
  const factsOf = (...kinds: readonly PathFact['kind'][]): Fact[] =>
    labelled(
      paths
        .filter(({ kind }) => kinds.includes(kind))
        .map(fact => [fact.agent?.name ?? fact.about ?? LABELS[fact.kind], textOf(fact)]),
    )
  const lines = drawFacts(
    [
      ['Logs of the agents, only read', factsOf('logs')],
      ['Settings of the agents; nothing but --install writes', factsOf('settings')],
      ['Configuration, only read: the first that is there', factsOf('config')],
      ['Prices', factsOf('prices', 'price-cache')],
      ['Written', factsOf('index', 'code', 'data')],
      ['Variables that point elsewhere', variables.map(({ name, what }) => ['', `${name}: ${what}`])],
    ],
    view.width,
    paint,
  )
  const rest =
    'Also read: .git in the folders of your projects, to know the repository of a worktree. ✓ is there, – is not.'
  return [...lines, ...wrap(rest, view.width).map(line => paint(line, 'dim'))].join('\n')
}

/** The paths as a value for `JSON.stringify` (documented by `json-schema.ts`). */
export const pathsJson = ({ paths, variables, diagnostics }: PathsReport): object => ({
  paths: paths.map(({ kind, path, isFound, isWritten, agent, variable, isUsed }) => ({
    kind,
    path,
    found: isFound,
    written: isWritten,
    ...(agent ? { agent: agent.id } : {}),
    ...(variable === undefined ? {} : { variable }),
    ...(isUsed === undefined ? {} : { inUse: isUsed }),
  })),
  variables: variables.map(({ name, what }) => ({ name, for: what })),
  diagnostics: diagnosticsJson(diagnostics),
  schemaVersion: SCHEMA_VERSION,
})
