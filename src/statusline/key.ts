/** Which figures belong to which flags: flags that only change the look share one file of figures. */

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

/** FNV-1a, 32 bits. */
const hash = (text: string, seed: number): number => {
  let state = seed
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return state >>> 0
}

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

/** Of ours, those that say where our own data are, or only what a line looks like. */
const OWN_PLACES = /^TOKUSAGE_(?:HOME|GUARD|THREADS|NO_EMOJI|EMOJI|THEME|TEMPLATE|COLOR|NO_COLOR)$/

type Environment = Readonly<Record<string, string | undefined>>

const settingsIn = (environment: Environment): string[] => [
  ...ROOTS.filter(name => environment[name]),
  ...Object.keys(environment).filter(name => name.startsWith('TOKUSAGE_') && !OWN_PLACES.test(name)),
]

/**
 * The name under which the figures of these flags are kept, where the environment is this: `default`, else a hash, whatever the order. A session
 * with another folder of logs must not be shown this one's figures.
 */
export const statusKey = (argv: readonly string[], environment: Environment = {}): string => {
  const settings = settingsIn(environment).map(name => `${name}=${environment[name]}`)
  const flags = [...new Set([...dataFlags(argv), ...settings])].sort()
  if (flags.length === 0) return 'default'
  return nameFor(flags.join('\n'))
}

/** A short name for any text, of letters and figures alone. */
export const nameFor = (text: string): string =>
  hash(text, 0x811c9dc5).toString(36) + hash(text, 0x050c5d1f).toString(36)
