/**
 * Builders of Claude Code transcript lines. A test names only the fields it is about; `null` is written as null, what is
 * `undefined` is left out.
 */

export type Json = Readonly<Record<string, unknown>>

export interface ResponseParts {
  readonly id?: string | null | undefined
  readonly request?: string | null | undefined
  readonly session?: string | null | undefined
  readonly at?: unknown
  readonly model?: string | null | undefined
  readonly input?: unknown
  readonly output?: unknown
  /** The flat count of cache writes. */
  readonly creation?: unknown
  readonly read?: unknown
  readonly stop?: string | null | undefined
  readonly content?: unknown
  readonly version?: string | null | undefined
  readonly cwd?: string | null | undefined
  readonly sidechain?: boolean | null | undefined
  /** Further members of the usage, the message and the line; they come last. */
  readonly usage?: Json
  readonly message?: Json
  readonly line?: Json
}

export const someText = [{ type: 'text', text: 'Done, as asked.' }]

/** One line of a response: `response({ id: 'm1', output: 9 })`. Without parts: 10 in, 20 out, nothing cached. */
export const response = (parts: ResponseParts = {}): Json => ({
  parentUuid: null,
  isSidechain: 'sidechain' in parts ? parts.sidechain : false,
  message: {
    model: 'model' in parts ? parts.model : 'claude-opus-4-6',
    id: 'id' in parts ? parts.id : 'm1',
    type: 'message',
    role: 'assistant',
    content: 'content' in parts ? parts.content : someText,
    stop_reason: 'stop' in parts ? parts.stop : 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: 'input' in parts ? parts.input : 10,
      cache_creation_input_tokens: 'creation' in parts ? parts.creation : 0,
      cache_read_input_tokens: 'read' in parts ? parts.read : 0,
      output_tokens: 'output' in parts ? parts.output : 20,
      ...parts.usage,
    },
    ...parts.message,
  },
  requestId: 'request' in parts ? parts.request : 'r1',
  type: 'assistant',
  uuid: 'u1',
  timestamp: 'at' in parts ? parts.at : '2026-11-02T09:00:00.000Z',
  cwd: 'cwd' in parts ? parts.cwd : '/home/dev/app',
  sessionId: 'session' in parts ? parts.session : 's1',
  version: 'version' in parts ? parts.version : '2.1.280',
  gitBranch: 'main',
  ...parts.line,
})

/** A line of the user: a prompt, or a tool's result with what the agent keeps of it. */
export const userLine = (content: unknown = 'fix the test', line: Json = {}): Json => ({
  parentUuid: null,
  isSidechain: false,
  type: 'user',
  message: { role: 'user', content },
  uuid: 'p1',
  timestamp: '2026-11-02T08:59:00.000Z',
  cwd: '/home/dev/app',
  sessionId: 's1',
  version: '2.1.280',
  gitBranch: 'main',
  ...line,
})

/** What an agent of early 2026 wrote while a sub-agent ran: its record, nested. */
export const progressLine = (nested: Json, line: Json = {}): Json => ({
  parentUuid: 'p1',
  isSidechain: false,
  type: 'progress',
  data: { type: 'agent_progress', message: nested, prompt: 'look', agentId: 'a1' },
  uuid: 'g1',
  timestamp: '2026-11-02T09:30:00.000Z',
  cwd: '/home/dev/app',
  sessionId: 's1',
  version: '2.1.30',
  gitBranch: 'main',
  ...line,
})

/** Lines as they stand in a file, each with its newline. */
export const jsonl = (...lines: readonly (Json | string)[]): string =>
  lines.map(line => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')
