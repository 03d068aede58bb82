/** Standard output and error as this process finds them. */
import type { Options } from '../config/options.ts'
import { UserError } from '../core/errors.ts'
import { isTerminal, standard, terminalColumns } from '../host/output.ts'

/** Columns to draw for: `COLUMNS` if set, the terminal's, or undefined when piped (nothing is shortened then). */
export const outputWidth = (): number | undefined => {
  const named = Number(process.env.COLUMNS)
  if (Number.isInteger(named) && named > 0) return named
  return terminalColumns(1)
}

/** Colour as asked for, else on terminals only. */
export const usesColor = (options: Options): boolean => options.color ?? (process.env.TERM !== 'dumb' && isTerminal(1))

/** Throws a UserError where CSV or Markdown is asked of what is no list of rows. */
export const refuseLists = ({ format }: Options, what: string): void => {
  if (format === 'csv' || format === 'md')
    throw new UserError(`${what} is no list of rows, so there is no ${format} of it. Use --format table or json.`)
}

export const print = (text: string): void => {
  standard.write(1, text.endsWith('\n') ? text : `${text}\n`)
}

export const printError = (text: string): void => {
  standard.write(2, text.endsWith('\n') ? text : `${text}\n`)
}

/** Work shorter than this shows no bar. */
const PATIENCE_MS = 500
const BAR_COLUMNS = 24

export interface ProgressBar {
  update(done: number, total: number): void
  clear(): void
}

/** A bar on standard error for work that takes over half a second; on terminals only. */
export const progressBar = (startedAt: number, now: () => number): ProgressBar => {
  let drawnAt = 0
  let isShown: boolean | undefined
  return {
    update(done, total) {
      const at = now()
      if (at - startedAt < PATIENCE_MS || at - drawnAt < 80) return
      isShown ??= isTerminal(1) && isTerminal(2)
      if (!isShown) return
      drawnAt = at
      const filled = Math.round((done / total) * BAR_COLUMNS)
      const megabytes = Math.round(total / 1e6)
      process.stderr.write(
        `\r\x1b[2KReading ${'█'.repeat(filled)}${'░'.repeat(BAR_COLUMNS - filled)} of ${megabytes} MB`,
      )
    },
    clear() {
      if (drawnAt > 0) process.stderr.write('\r\x1b[2K')
    },
  }
}
