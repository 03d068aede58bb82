/** What installing and uninstalling do to the text of somebody else's file: text in, text out. Whoever asks and writes is elsewhere. */

export interface Change {
  /** The file's text afterwards, what it was before if there is nothing to do; undefined: no file. */
  readonly after: string | undefined
  /** The command of somebody else's that goes, or that comes back. */
  readonly other?: string | undefined
  /** What the user should know about the file, a sentence each. */
  readonly notes?: readonly string[]
}

/** One thing of ours in one kind of file. Throws a UserError on a file that it would spoil. */
export interface Setting {
  /** `before` is undefined where there is no file. */
  install(before: string | undefined): Change
  /** `earlier` are the texts that installing replaced, newest first. */
  uninstall(before: string, earlier: readonly string[]): Change
}

/** The line ending that a text uses first. */
export const endingOf = (text: string): string => /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
