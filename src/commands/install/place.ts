/** Where the line and the guard are put: the settings of the agent, or the file that a shell or its like reads. */
import { posix, win32 } from 'node:path'
import { AGENT_ID, ROOT_VARIABLE } from '../../agents/claude/roots.ts'
import { agents } from '../../agents/index.ts'
import { expand } from '../../config/file.ts'
import { UsageError } from '../../config/usage-error.ts'
import { orList } from '../../config/values.ts'
import type { Host } from '../../host/host.ts'
import { isPrompt, type Prompt, prompts } from '../../install/prompts.ts'

export interface Place {
  /** Undefined: the agent. */
  readonly prompt: Prompt | undefined
  /** As a sentence calls it. */
  readonly name: string
  readonly path: string
}

const agentName = agents.find(({ id }) => id === AGENT_ID)?.name ?? AGENT_ID

/** The place that `--install` and `--uninstall` name. Throws a UsageError on any other word. */
export const placeOf = (host: Host, where: string, what: 'statusline' | 'guard'): Place => {
  const word = where.trim().toLowerCase()
  if (word === 'agent' || word === AGENT_ID) return { prompt: undefined, name: agentName, path: settingsPath(host) }
  if (what === 'guard') throw new UsageError(`The guard is a hook of ${agentName}, and cannot go into '${where}'.`)
  if (isPrompt(word)) return { prompt: word, name: word, path: pathOf[word](host) }
  throw new UsageError(
    `'${where}' is no place for the line. Expected ${orList([...prompts])}, or nothing for ${agentName}.`,
  )
}

/** The variable as one path if there is such a folder (it may hold commas), else the first of a list. */
const settingsPath = (host: Host): string => {
  const named = (host.env(ROOT_VARIABLE) ?? '').trim()
  const first = named.split(',').find(part => part.trim() !== '')
  if (first === undefined) return join(host, host.home('.claude'), 'settings.json')
  const whole = expand(named, host)
  const folder = host.stat(whole)?.kind === 'directory' ? whole : expand(first.trim(), host)
  return join(host, folder, 'settings.json')
}

const join = (host: Host, ...parts: readonly string[]): string =>
  (host.platform === 'win32' ? win32 : posix).join(...parts)

const configPath = (host: Host, ...parts: readonly string[]): string =>
  join(host, host.env('XDG_CONFIG_HOME') || host.home('.config'), ...parts)

const pathOf: Readonly<Record<Prompt, (host: Host) => string>> = {
  bash: host => host.home('.bashrc'),
  zsh: host => join(host, host.env('ZDOTDIR') || host.home(), '.zshrc'),
  fish: host => configPath(host, 'fish', 'conf.d', 'tokusage.fish'),
  starship: host => host.env('STARSHIP_CONFIG') || host.home('.config', 'starship.toml'),
  tmux: host => {
    const own = configPath(host, 'tmux', 'tmux.conf')
    return host.stat(own)?.kind === 'file' ? own : host.home('.tmux.conf')
  },
}
