/** Runs the built program as a user does: a process of its own, an environment that holds nothing but what the test says. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { isOurs, ownData } from './host.ts'

export const root = join(import.meta.dirname, '../..')
/** The file that `npx tokusage` starts. */
export const program = join(root, 'dist/cli.cjs')

export interface RunParts {
  readonly home?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Options of Node itself, such as `--require`. */
  readonly node?: readonly string[]
}

export interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Zones are the machine's own (`TZ`), so that the suite can be run in several. */
export const environment = ({ home = '/nonexistent', env = {} }: RunParts): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  ...(process.env.TZ === undefined ? {} : { TZ: process.env.TZ }),
  HOME: home,
  ...(isOurs(home) ? { TOKUSAGE_HOME: ownData } : {}),
  ...env,
})

/** `run(['daily', '--json'], { home })`. */
export const run = (args: readonly string[], parts: RunParts = {}): Run => {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [...(parts.node ?? []), program, ...args], {
    cwd: parts.cwd ?? root,
    env: environment(parts),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (error) throw error
  return { status, stdout, stderr }
}

/** Runs a command line of the shell in which `tokusage` is the program. */
export const shell = (line: string, parts: RunParts = {}): Run => {
  const script = `set -o pipefail\ntokusage() { "${process.execPath}" "${program}" "$@"; }\n${line}`
  const { status, stdout, stderr, error } = spawnSync('bash', ['-c', script], {
    cwd: parts.cwd ?? root,
    env: environment(parts),
    encoding: 'utf8',
  })
  if (error) throw error
  return { status, stdout, stderr }
}

/** Whether a program is on the path. */
export const hasProgram = (name: string): boolean => spawnSync(name, ['--version']).error === undefined
