/** What becomes of an agent's logs, and whether the history has them by then. */
export interface RetentionFact {
  readonly agent: string
  readonly days: number
  readonly isDefault: boolean
  /** Where the setting is, or would be. */
  readonly path: string
  readonly setting: string
  /** Epoch ms when the oldest log goes; undefined without logs. */
  readonly deletesAt: number | undefined
  readonly isSoon: boolean
  /** Why the history does not have them: the index is `off`, or could not be written (a system's short name); undefined: it has them. */
  readonly missing: string | undefined
  /** Logs that could not be read, and so are in no history. */
  readonly unread: number
}
