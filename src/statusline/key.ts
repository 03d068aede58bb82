/** Which figures belong to which flags: flags that only change the look share one file of figures. */

import { nameFor } from '../core/name-for.ts'

/** Flags of the look, without dashes; all others change the figures. */
const DISPLAY: ReadonlySet<string> = new Set([
  'format',
  'theme',
  'emoji',
  'visual-burn-rate',
  'cost-source',
  'context-low-threshold',
  'context-medium-threshold',
  'cache',
  'refresh-interval',
  'shell',
  'width',
  'color',
  'cost',
  'titles',
  'quiet',
  'compact',
  'breakdown',
  'order',
  'locale',
  'debug',
  'debug-samples',
  'token-limit',
  'all',
  'strict',
])

const nameOf = (flag: string): string => flag.replace(/^--(?:no-)?/, '').replace(/=[\s\S]*$/, '')

/** Of flags in the plain form (`--x`, `--no-x`, `--x=value`), those that change the figures: what a refresh has to be told. */
export const dataFlags = (argv: readonly string[]): readonly string[] =>
  argv.filter(flag => flag.startsWith('--') && !DISPLAY.has(nameOf(flag)))

/** Variables that say where agents keep their logs, but for the home; held against the registry by a test. */
export const ROOTS: readonly string[] = [
  'AMP_DATA_DIR',
  'CLAUDE_CONFIG_DIR',
  'CLINE_DATA_DIR',
  'CODEX_HOME',
  'COPILOT_HOME',
  'CURSOR_CONFIG_DIR',
  'FACTORY_DIR',
  'GEMINI_CLI_HOME',
  'KILO_DATA_DIR',
  'OPENCLAW_STATE_DIR',
  'OPENCODE_DATA_DIR',
  'PI_CODING_AGENT_DIR',
  'QWEN_HOME',
  'XDG_CONFIG_HOME',
]

/** Of ours, those that neither the figures nor the look depend on. */
const OWN_PLACES = /^TOKUSAGE_(?:HOME|GUARD|THREADS)$/

type Environment = Readonly<Record<string, string | undefined>>

const settingsIn = (environment: Environment): string[] => [
  ...['TZ', ...ROOTS].filter(name => environment[name]),
  ...Object.keys(environment).filter(name => name.startsWith('TOKUSAGE_') && !OWN_PLACES.test(name)),
]

/** Where a project may have a config file of its own, under its folder. */
const PROJECT_FILES = ['tokusage.json', '.tokusage/tokusage.json', '.ccusage/ccusage.json']

/** The folder, where a config file of its own decides what the figures are and how they look; undefined elsewhere. */
export const configFolder = (folder: string, isThere: (path: string) => boolean): string | undefined =>
  folder !== '' && PROJECT_FILES.some(file => isThere(`${folder}/${file}`)) ? folder : undefined

/**
 * The name under which the figures of these flags are kept, where the environment is this: `default`, else a hash, whatever the order. A session
 * with another folder of logs, or a config of its own, must not be shown this one's figures. `place`: see `configFolder`.
 */
export const statusKey = (argv: readonly string[], environment: Environment = {}, place?: string): string => {
  const settings = settingsIn(environment).map(name => `${name}=${environment[name]}`)
  const flags = [...new Set([...dataFlags(argv), ...settings])].sort()
  if (place !== undefined) flags.push(place)
  return flags.length === 0 ? 'default' : nameFor(flags.join('\n'))
}
