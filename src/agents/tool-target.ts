/** What a tool call is about, told from its arguments: a file, a command's head, a server, a sub-agent, an address. Never the whole text. */
import type { ItemTarget } from '../core/item.ts'
import { type JsonObject, textOf } from './json.ts'

/** Programs whose first word says what they do (`git status`). */
const PROGRAMS_WITH_VERBS = new Set(
  'git npm pnpm yarn bun npx node python python3 pip uv cargo go docker kubectl gh make dotnet brew apt apt-get systemctl terraform aws gcloud'.split(
    ' ',
  ),
)

/** What stands before the program itself. */
const PREFIXES = new Set(['sudo', 'time', 'env', 'nohup', 'exec', 'command', 'bash', 'sh', 'zsh', '-c', '-lc'])

const NAME_LENGTH = 80

/** The program and its sub-command of a shell command: `cd app && git status -s` is `git status`. */
export const commandHead = (command: string): string | undefined => {
  const parts = command.slice(0, 2000).split(/\s*(?:&&|\|\||;|\n|\|)\s*/)
  const own =
    parts.find(part => part !== '' && !/^(?:cd|export|set|source|\.|echo\s*$|#)(?:\s|$)/.test(part)) ?? parts[0]
  const words = (own ?? '').replace(/["'`]/g, ' ').split(/\s+/).filter(Boolean)
  const from = words.findIndex(word => !PREFIXES.has(word) && !/^[A-Za-z_]\w*=/.test(word))
  if (from < 0) return undefined
  const program = words[from]!.split(/[\\/]/).at(-1) || words[from]!
  const verb = PROGRAMS_WITH_VERBS.has(program) ? words[from + 1] : undefined
  const isVerb = verb !== undefined && /^[A-Za-z][\w:.-]*$/.test(verb)
  return (isVerb ? `${program} ${verb}` : program).slice(0, NAME_LENGTH)
}

const FILE_KEYS = [
  'file_path',
  'filePath',
  'path',
  'filename',
  'file',
  'notebook_path',
  'directory_path',
  'dir_path',
  'folder',
]
const COMMAND_KEYS = ['command', 'cmd', 'script']
const SUBAGENT_KEYS = ['subagent_type', 'subagentType', 'agent', 'agent_type', 'agentId', 'agent_id']

const firstOf = (args: JsonObject, keys: readonly string[]): string | undefined => {
  for (const key of keys) {
    const value = Object.hasOwn(args, key) ? textOf(args[key]) : undefined
    if (value !== undefined) return value
  }
  return undefined
}

const hostOf = (address: string): string | undefined =>
  /^[a-z][\w+.-]*:\/\/(?:[^/@\s]*@)?([^/?#:\s]+)/i.exec(address)?.[1]

/** The server of an MCP tool: `mcp__server__tool`, `server___tool`. */
export const serverOf = (tool: string): string | undefined =>
  /^mcp__(.+?)__/.exec(tool)?.[1] ?? /^(.+?)___./.exec(tool)?.[1]

/** The target of a call, by the names that agents give their arguments. */
export const targetOf = (tool: string, args: JsonObject): ItemTarget | undefined => {
  const server = serverOf(tool)
  if (server !== undefined) return { kind: 'mcp', name: server }
  const named = (kind: ItemTarget['kind'], name: string | undefined): ItemTarget | undefined =>
    name === undefined ? undefined : { kind, name }
  const command = firstOf(args, COMMAND_KEYS)
  const address = firstOf(args, ['url', 'uri'])
  return (
    named('command', command === undefined ? undefined : commandHead(command)) ??
    named('url', address === undefined ? undefined : hostOf(address)) ??
    named('subagent', firstOf(args, SUBAGENT_KEYS)) ??
    named('file', firstOf(args, FILE_KEYS))
  )
}
