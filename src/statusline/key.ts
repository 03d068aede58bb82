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

/** The name under which the figures of these flags are kept: `default`, else a hash, whatever the order of the flags. */
export const statusKey = (argv: readonly string[]): string => {
  const flags = [...new Set(dataFlags(argv))].sort()
  if (flags.length === 0) return 'default'
  const text = flags.join('\n')
  return hash(text, 0x811c9dc5).toString(36) + hash(text, 0x050c5d1f).toString(36)
}
