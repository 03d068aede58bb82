/** How the user wants a report drawn. Everything that depends on the machine (width, colour, zone) is decided outside. */

export interface Clock {
  /** `YYYY-MM-DD` in the report's zone. */
  readonly day: string
  /** `HH:MM`, or `HH:MM:SS` where the caller wants seconds. */
  readonly time: string
}

export interface View {
  /** Columns of the terminal; undefined when piped: nothing is shortened. */
  readonly width: number | undefined
  readonly color: boolean
  /** Only the table: no title, no hints. */
  readonly quiet?: boolean | undefined
  readonly compact: boolean
  readonly noCost: boolean
  readonly breakdown: boolean
  readonly byAgent: boolean
  readonly includeEstimates: boolean
  /** The report's sums already hold what the agent used beyond its transcript. */
  readonly includeUnlogged: boolean
  readonly titles: boolean
  /** The command was called for one agent (`tokusage claude session`); JSON then uses that command's keys. */
  readonly focused: boolean
  /** Epoch ms to local day and time. */
  readonly clock: (at: number) => Clock
  /** An agent's id to the name a person knows it by. */
  readonly agentName: (id: string) => string
}
