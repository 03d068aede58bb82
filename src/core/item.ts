/** One piece of a thread's context with a cause: what the receipt shares tokens and money out over. Its size, never its text. */

export type ItemKind =
  | 'system' // system prompt, tool definitions, memory files, reminders: whatever the agent put there itself
  | 'prompt' // what the user typed: begins a turn
  | 'attachment' // files and pictures that came with a prompt
  | 'text' // the model's words
  | 'thinking'
  | 'tool-call'
  | 'tool-result'
  | 'summary' // what a compaction left of everything before it

/** What a tool call is about. */
export interface ItemTarget {
  readonly kind: 'file' | 'command' | 'mcp' | 'subagent' | 'url' | 'query'
  /** A path; a program and its sub-command (`git status`); an MCP server; a sub-agent's type; an address's host. */
  readonly name: string
}

/** Characters by class of text: each has its own number of characters to a token. */
export interface TextSize {
  readonly prose: number
  readonly code: number
  readonly json: number
  /** Chinese, Japanese, Korean. */
  readonly cjk: number
  /** Tokens of pictures, from their dimensions or a constant. */
  readonly imageTokens: number
  /** Tokens of the text (pictures left out), estimated by whoever saw it; more exact than a ratio of characters. */
  readonly tokens?: number | undefined
}

/** What an item of kind `system` is a part of. */
export type ItemSection = 'prompt' | 'tool' | 'memory' | 'skills' | 'agents' | 'reminder'

export interface ContextItem {
  readonly agent: string
  readonly session?: string | undefined
  /** The sub-agent whose thread this is; undefined for the main one. */
  readonly subagent?: string | undefined
  /** Epoch ms. */
  readonly at: number
  readonly kind: ItemKind
  /** For what the model wrote: the message id of the response, as its entry has it. */
  readonly messageId?: string | undefined
  /** Ties a call to its result. */
  readonly callId?: string | undefined
  readonly tool?: string | undefined
  readonly target?: ItemTarget | undefined
  readonly size: TextSize
  /** A tool result that reports a failure. */
  readonly isError?: boolean | undefined
  /** The same at every reading of a log, and in every copy of the session's log: a copy is dropped by it. */
  readonly id?: string | undefined
  /** Tells threads of one session apart where a sub-agent's log line does not name its agent. */
  readonly thread?: string | undefined
  /** Of kind `system`. */
  readonly section?: ItemSection | undefined
  /** Names a part of the base: a later item of that key takes its place, one without size ends it. */
  readonly key?: string | undefined
  /** From the log of the request itself: it was certainly sent. */
  readonly isExact?: boolean | undefined
  /** A prompt's first words, at most 60 characters. */
  readonly title?: string | undefined
  /** Of a tool result: the sub-agent that the call ran. */
  readonly spawned?: string | undefined
}

export const noText: TextSize = { prose: 0, code: 0, json: 0, cjk: 0, imageTokens: 0 }
