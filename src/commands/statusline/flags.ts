/** What was typed behind `tokusage statusline`, by the option table; loaded only where something was. */
import { readCommandLine } from '../../config/argv.ts'
import { readPlain } from '../../config/invocation.ts'
import { type OptionRow, rowsOf } from '../../config/table.ts'
import { UsageError } from '../../config/usage-error.ts'
import { readValue, type Value } from '../../config/values.ts'
import { dataFlags, statusKey } from '../../statusline/key.ts'
import { type LineFlags, shells } from '../../statusline/look.ts'

export interface LineCommand {
  readonly flags: LineFlags
  /** The name under which the figures of these flags are kept. */
  readonly key: string
  /** Flags that a refresh has to be told. */
  readonly data: readonly string[]
  readonly debug: boolean
}

const textOf = (value: Value | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
const numberOf = (value: Value | undefined): number | undefined => (typeof value === 'number' ? value : undefined)
const booleanOf = (value: Value | undefined): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
const oneOf = <T extends string>(value: Value | undefined, choices: readonly T[]): T | undefined =>
  choices.find(choice => choice === value)

const readRaw = (row: OptionRow, raw: unknown): Value | undefined => {
  if (raw === undefined || typeof raw === 'boolean') return raw
  const texts = Array.isArray(raw) ? raw : [raw]
  const values = texts.map(text => readValue(row, text, `--${row.flag}`))
  return values.at(-1)
}

const checkThresholds = ({ contextLow = 50, contextMedium = 80 }: LineFlags): void => {
  if (contextLow >= contextMedium)
    throw new UsageError(`Context low threshold (${contextLow}) must be less than medium threshold (${contextMedium})`)
}

/** Throws a UsageError for what is no option of the status line. `place`: see `configFolder`. */
export const readLineCommand = (argv: readonly string[], place: string | undefined): LineCommand => {
  const line = readCommandLine(['statusline', ...argv])
  if (line.error !== undefined) throw new UsageError(line.error)
  const plain = line.argv.slice(1)
  const raw: Readonly<Record<string, unknown>> = readPlain('statusline', plain)?.flags ?? {}
  const values = new Map(rowsOf('statusline').map(row => [row.key, readRaw(row, raw[row.key])]))
  const limit = values.get('tokenLimit')
  const cost = booleanOf(values.get('cost'))
  const flags: LineFlags = {
    template: textOf(values.get('template')),
    theme: textOf(values.get('theme')),
    emoji: booleanOf(values.get('emoji')),
    color: booleanOf(values.get('color')),
    visualBurnRate: oneOf(values.get('visualBurnRate'), ['off', 'emoji', 'text', 'emoji-text'] as const),
    costSource: oneOf(values.get('costSource'), ['auto', 'tokusage', 'ccusage', 'cc', 'both'] as const),
    contextLow: numberOf(values.get('contextLowThreshold')),
    contextMedium: numberOf(values.get('contextMediumThreshold')),
    refreshInterval: numberOf(values.get('refreshInterval')),
    noCost: cost === undefined ? undefined : !cost,
    shell: oneOf(values.get('shell'), shells),
    width: numberOf(values.get('width')),
    tokenLimit: limit === 'max' ? 'max' : numberOf(limit),
  }
  checkThresholds(flags)
  return {
    flags,
    key: statusKey(plain, process.env, place),
    data: dataFlags(plain),
    debug: values.get('debug') === true,
  }
}
