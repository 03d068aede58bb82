/** The command line that is put into other programs' files: this Node and this script by their paths, so that nothing is looked up or fetched at each prompt. */
import { realpathSync } from 'node:fs'
import { posix, resolve, win32 } from 'node:path'
import { readCommandLine } from '../../config/argv.ts'
import { expand } from '../../config/file.ts'
import { UserError } from '../../core/errors.ts'
import type { Host } from '../../host/host.ts'

/** This run of the program. */
export interface Run {
  /** The path of Node. */
  readonly node: string
  /** The path of the program's script. */
  readonly script: string
  /** What was typed after the program's name. */
  readonly words: readonly string[]
}

/** A link such as a package manager makes for the command is followed; a script that was named as such stays, because what links to it outlives versions. */
export const thisRun = (host: Host): Run => {
  const started = resolve(process.argv[1] ?? '')
  const script = started.endsWith('cli.cjs') ? started : realpathOf(started)
  return {
    node: process.execPath,
    script: script?.endsWith('cli.cjs') ? script : host.asset('cli.cjs'),
    words: process.argv.slice(2),
  }
}

const realpathOf = (path: string): string | undefined => {
  try {
    return realpathSync(path)
  } catch {
    return undefined // started without its ending: then it is told by where its files are
  }
}

/** Folders of `npx` and the like, which are swept. */
const PASSING = /[\\/](?:_npx|dlx-[^\\/]*|bunx-[^\\/]*|xfs-[^\\/]*)[\\/]/

/** Throws a UserError where the script will not stay. */
export const refusePassing = ({ script }: Run): void => {
  if (PASSING.test(script))
    throw new UserError(
      'This tokusage lies in a cache that is swept, as npx makes it. Install it first (npm i -g tokusage), then run tokusage with the same words.',
    )
}

/** Flags that are about installing, or that an installed command cannot use. */
const NOT_KEPT = /^--(?:install|uninstall|yes|no-yes|shell|json|no-json|jq|demo|no-demo|refresh)(?:=|$)/

/** The flags that were typed, as the installed command takes them. */
const flagsOf = ({ words }: Run, agentIds: readonly string[], host: Host): string[] => {
  const { argv, agent } = readCommandLine(words, agentIds)
  const end = argv.indexOf('--')
  const flags = argv.slice(1, end < 0 ? undefined : end).filter(flag => !NOT_KEPT.test(flag))
  // It will run in other folders than this one.
  const whole = flags.map(flag =>
    flag.replace(/^--config=(.*)$/s, (_, path: string) => `--config=${expand(path, host)}`),
  )
  return agent === undefined ? whole : [`--agent=${agent}`, ...whole]
}

/** Program, verb and flags. */
export const commandWords = (
  host: Host,
  run: Run,
  verb: 'statusline' | 'guard',
  agentIds: readonly string[],
): readonly string[] => [nodeFor(host, run.node), slashed(host, run.script), verb, ...flagsOf(run, agentIds, host)]

/**
 * Bash takes backslashes for its own, and PowerShell takes no quoted path as a command: on Windows the agent uses either. So there paths have
 * slashes, and Node is named without its folder where that has spaces and is on the path.
 */
const nodeFor = (host: Host, node: string): string => {
  if (host.platform !== 'win32') return steady(host, node)
  const isOnPath = (host.env('PATH') ?? host.env('Path') ?? '')
    .split(';')
    .some(folder => win32.resolve(folder || '.').toLowerCase() === win32.dirname(node).toLowerCase())
  return /\s/.test(node) && isOnPath ? 'node' : slashed(host, node)
}

const slashed = (host: Host, path: string): string => (host.platform === 'win32' ? path.replaceAll('\\', '/') : path)

/** Homebrew keeps each version in a folder of its own that goes with the next, and a link to the one in use. */
const steady = (host: Host, node: string): string => {
  const link = node.replace(/\/Cellar\/([^/]+)\/[^/]+\//, '/opt/$1/')
  return link !== node && host.stat(link)?.inode === host.stat(node)?.inode ? posix.normalize(link) : node
}
