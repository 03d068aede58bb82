/** The places an option can come from, one layer each, weakest first: config sections, the environment, flags. */
import type { Host } from '../host/host.ts'
import type { CommandName } from './commands.ts'
import { fromEnvironment } from './environment.ts'
import type { LoadedConfig } from './file.ts'
import type { ConfigSection } from './schema.ts'
import { negativeKeyOf, type OptionKey, type OptionRow, rowsOf } from './table.ts'
import { readValue, type Value } from './values.ts'

/** Options as commander hands them over: text is not yet looked at. */
export type RawFlags = Readonly<Partial<Record<OptionKey, string | boolean | readonly string[]>>>

export interface Setting {
  readonly value: Value
  /** What an error calls it: `--last`, a variable, a key and its file. */
  readonly label: string
}

/** Settings by option key. */
export type Layer = ReadonlyMap<string, Setting>

/** ccusage's order (`peers/ccusage.md` 1.5), except that what is said of one agent is stronger than what is said of all. */
export const sectionPaths = (command: CommandName, focus: string | undefined): readonly string[] => [
  '',
  'defaults',
  `commands.${command}`,
  ...(focus === undefined
    ? []
    : [
        `commands.${focus} ${command}`,
        `commands.${focus}:${command}`,
        `${focus}.defaults`,
        `${focus}.commands.${command}`,
      ]),
]

/** The sections of a config file that speak about this command, weakest first. */
export const sectionsFor = (
  config: LoadedConfig | undefined,
  command: CommandName,
  focus: string | undefined,
): readonly (readonly [path: string, section: ConfigSection])[] =>
  sectionPaths(command, focus).flatMap(path => {
    const section = config?.sections.get(path)
    return section ? [[path, section] as const] : []
  })

/** Of the guard: what is a limit, or tells somebody of one. */
export const isLimit = ({ group }: OptionRow): boolean => group === 'Limits'

export interface Configs {
  /** The file in force. */
  readonly config: LoadedConfig | undefined
  /** The one whose limits count: the same, unless that is a project's and the guard asks (trust.ts). */
  readonly limits: LoadedConfig | undefined
}

const sectionLayer = (
  path: string,
  values: ConfigSection['values'],
  file: string,
  rows: readonly OptionRow[],
): Layer => {
  const layer = new Map<string, Setting>()
  for (const row of rows) {
    const given = Object.hasOwn(values, row.key) ? values[row.key] : undefined
    const label = `${path}.${row.key} in ${file}`
    if (given !== undefined) layer.set(row.key, { value: readValue(row, given, label), label })
    const negative = values[negativeKeyOf(row) ?? '']
    if (typeof negative === 'boolean') layer.set(row.key, { value: !negative, label })
  }
  return layer
}

const environmentLayer = (host: Host, command: CommandName): Layer => {
  const layer = new Map<string, Setting>()
  for (const row of rowsOf(command)) {
    const found = fromEnvironment(row, host)
    if (found) layer.set(row.key, { value: readValue(row, found.raw, found.label), label: found.label })
  }
  return layer
}

const flagLayer = (flags: RawFlags, command: CommandName): Layer => {
  const raw = new Map<string, unknown>(Object.entries(flags))
  const layer = new Map<string, Setting>()
  for (const row of rowsOf(command)) {
    const given = raw.get(row.key)
    const label = `--${row.flag}`
    if (given !== undefined) layer.set(row.key, { value: readValue(row, given, label), label })
  }
  return layer
}

const configLayers = (
  config: LoadedConfig | undefined,
  command: CommandName,
  focus: string | undefined,
  rows: readonly OptionRow[],
): readonly Layer[] =>
  sectionsFor(config, command, focus).map(([path, { values }]) => sectionLayer(path, values, config?.path ?? '', rows))

/** All layers of a run, weakest first; throws at the first value that cannot be read. */
export const layersOf = (
  host: Host,
  command: CommandName,
  flags: RawFlags,
  { config, limits }: Configs,
  focus: string | undefined,
): readonly Layer[] => [
  ...configLayers(
    config,
    command,
    focus,
    rowsOf(command).filter(row => config === limits || !isLimit(row)),
  ),
  ...(config === limits ? [] : configLayers(limits, command, focus, rowsOf(command).filter(isLimit))),
  environmentLayer(host, command),
  flagLayer(flags, command),
]
