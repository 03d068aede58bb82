/** Words as the program that reads them takes them. What needs no quotes gets none: it is read by people too. */

const PLAIN = /^(?:--[\w-]+=)?[\w@%+:,./-]+$/

/** For a POSIX shell; PowerShell takes the same, but for an apostrophe. */
export const posix = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

export const fish = (word: string): string =>
  PLAIN.test(word) ? word : `'${word.replace(/[\\']/g, character => `\\${character}`)}'`

/** A basic string of TOML. */
export const toml = (text: string): string => JSON.stringify(text).replaceAll('\x7f', '\\u007F')

/** A word of a file of tmux. */
export const tmux = (text: string): string => `"${text.replace(/[\\"$]/g, character => `\\${character}`)}"`
