/** What tells OpenCode and its forks apart: everything else they share (formats/opencode.md, formats/kilo.md). */

export interface Flavour {
  readonly agent: string
  /** The name of its folder below the data folder, and the beginning of its databases' names. */
  readonly folder: string
  /** Names data folders, several with commas; not the agent's own but ccusage's word. */
  readonly rootVariable: string
  /** The agent's own: the path of the database, or its name in the data folder. */
  readonly databaseVariable: string
  /**
   * Which messages disagree with their steps: `tokens`, those of several steps hold the last one's tokens (before 1.0); `cost`, those that
   * called sub-agents hold the sub-agents' cost too.
   */
  readonly wrong: 'tokens' | 'cost'
  /** Whether a v1 message without a `total` counts reasoning inside its output. */
  isReasoningInside(provider: string | undefined, model: string | undefined): boolean
}

/** What a message does not say of its session; nothing of it ever changes. */
export interface Session {
  readonly id: string
  /** The session that the user began: itself, or the one whose sub-agent it is. */
  readonly root: string
  readonly directory?: string | undefined
  readonly version?: string | undefined
  readonly model?: string | undefined
  readonly provider?: string | undefined
  /** Epoch ms. */
  readonly createdAt?: number | undefined
}

/** How many sub-agents within sub-agents are followed up to the session that began them. */
const MOST_LEVELS = 16

/** The first of a session's forebears. */
export const rootOf = (id: string, parentOf: (id: string) => string | undefined): string => {
  let root = id
  for (let level = 0; level < MOST_LEVELS; level++) {
    const parent = parentOf(root)
    if (parent === undefined || parent === id) return root
    root = parent
  }
  return root
}

/** A title that the agent gave because it had none: `New session - 2026-11-22T01:46:17.240Z`. */
export const isPlaceholderTitle = (title: string): boolean => /^(?:New|Child) session - \d{4}-\d\d-\d\dT/.test(title)

/** Titles are for a table's cell. */
export const TITLE_LENGTH = 200
