/**
 * From words to a command: reads the line, resolves the options, and imports the one command that runs. What is imported at
 * the top is small; a chunk of its own would cost 2 to 3 ms.
 */

import type { MessagePort } from 'node:worker_threads'
import { type CommandLine, readCommandLine } from './config/argv.ts'
import { type CommandName, isReportCommand, type ReportCommand } from './config/commands.ts'
import { parseDay } from './config/days.ts'
import { readPlain } from './config/invocation.ts'
import type { RawFlags } from './config/layers.ts'
import type { Options } from './config/options.ts'
import { resolveOptions } from './config/resolve.ts'
import { UsageError } from './config/usage-error.ts'
import { version } from './config/version.ts'
import { calendar } from './core/calendar.ts'
import { UserError } from './core/errors.ts'
import type { Host } from './host/host.ts'

/** What the door hands in: the process, or a test's stand-in. */
export interface Machine {
  readonly stdout: Output
  readonly stderr: Output
}

interface Output {
  write(text: string): unknown
}

/** The rooms behind the command line, each opened only when it is needed. Commands answer with the exit code. */
export interface Doors {
  agentIds(): Promise<readonly string[]>
  host(): Promise<Host>
  report(host: Host, command: ReportCommand, options: Options): Promise<number>
  agents(host: Host, id: string | undefined, options: Options): Promise<number>
  doctor(host: Host, options: Options): Promise<number>
  audit(host: Host, what: string, options: Options): Promise<number>
  why(host: Host, options: Options): Promise<number>
  advise(host: Host, options: Options): Promise<number>
  bill(host: Host, options: Options): Promise<number>
  statusline(host: Host, options: Options): Promise<number>
  live(host: Host, options: Options): Promise<number>
  limits(host: Host, options: Options): Promise<number>
  guard(host: Host, options: Options): Promise<number>
  /** Leaves word of a mistake where the status line looks. */
  noteMistake(host: Host, words: readonly string[], message: string): Promise<void>
  /** Whether an agent called, which waits for an answer to the hook it piped in. */
  isHook(): Promise<boolean>
  /** The same, or one may still: takes its time to be sure that none does. */
  mayBeHook(): Promise<boolean>
  install(host: Host, what: 'statusline' | 'guard', options: Options): Promise<number>
  history(host: Host, options: Options): Promise<number>
  paths(host: Host, options: Options): Promise<number>
  schema(host: Host, which: string | undefined): Promise<number>
}

const doors: Doors = {
  agentIds: async () => (await import('./agents/index.ts')).agents.map(agent => agent.id),
  host: async () => (await import('./host/node.ts')).nodeHost(),
  report: async (host, command, options) => (await import('./commands/report.ts')).runReport(host, command, options),
  agents: async (host, id, options) => (await import('./commands/agents.ts')).runAgents(host, id, options),
  doctor: async (host, options) => (await import('./commands/doctor.ts')).runDoctor(host, options),
  audit: async (host, what, options) => (await import('./commands/audit.ts')).runAudit(host, what, options),
  why: async (host, options) => (await import('./commands/why.ts')).runWhy(host, options),
  advise: async (host, options) => (await import('./commands/advise.ts')).runAdvise(host, options),
  bill: async (host, options) => (await import('./commands/bill.ts')).runBill(host, options),
  statusline: async (host, options) => (await import('./commands/refresh.ts')).runStatusline(host, options),
  live: async (host, options) => (await import('./commands/live.ts')).runLive(host, options),
  limits: async (host, options) => (await import('./commands/limits.ts')).runLimits(host, options),
  guard: async (host, options) => (await import('./commands/guard.ts')).runGuard(host, options),
  noteMistake: async (host, words, message) =>
    (await import('./commands/refresh.ts')).noteMistake(host, words, message),
  isHook: async () => (await import('./commands/guard.ts')).isHook(),
  mayBeHook: async () => (await import('./commands/guard.ts')).mayBeHook(),
  install: async (host, what, options) => (await import('./commands/install.ts')).runInstall(host, what, options),
  history: async (host, options) => (await import('./commands/history.ts')).runHistory(host, options),
  paths: async (host, options) => (await import('./commands/paths.ts')).runPaths(host, options),
  schema: async (host, which) => (await import('./commands/schema.ts')).runSchema(host, which),
}

const withId = (flags: RawFlags, operand: string | undefined): RawFlags => {
  if (operand === undefined) return flags
  if (flags.id !== undefined && flags.id !== operand)
    throw new UsageError(`Two sessions are named, '${operand}' and '${String(flags.id)}'. Give one of them.`)
  return { ...flags, id: operand }
}

/** `today` and `2026-03-01` as a day; what is no single day stays as it is: the beginning of a session's id. */
const auditTarget = (what: string, host: Host, options: Options): string => {
  const today = calendar(options.timeZone).dayOf(host.now())
  const day = parseDay(what, today, 'since')
  return day !== undefined && day === parseDay(what, today, 'until') ? day : what
}

/** What hides nothing must not look as if it did. */
const isBill = ({ receipt, turn, private: isPrivate }: Options): boolean => {
  if (isPrivate && !receipt && turn === undefined)
    throw new UsageError('Of a session, --private is about its receipt. Add --receipt, or leave out --private.')
  return receipt || turn !== undefined
}

const dispatch = (
  command: CommandName,
  operand: string | undefined,
  options: Options,
  host: Host,
  rooms: Doors,
): Promise<number> => {
  if (command === 'session' && isBill(options)) return rooms.bill(host, options)
  if (command === 'blocks' && options.live.live) return rooms.live(host, options)
  if (isReportCommand(command)) return rooms.report(host, command, options)
  if (command === 'agents') return rooms.agents(host, operand, options)
  if (command === 'why' || command === 'advise') return rooms[command](host, options)
  if (command === 'statusline' || command === 'guard') {
    const isSetUp = options.install !== undefined || options.uninstall !== undefined
    return isSetUp ? rooms.install(host, command, options) : rooms[command](host, options)
  }
  if (command === 'live' || command === 'limits') return rooms[command](host, options)
  if (command === 'doctor' || command === 'history' || command === 'paths') return rooms[command](host, options)
  return rooms.audit(host, auditTarget(operand ?? 'today', host, options), options)
}

/** Not what sets the guard up, nor what asks for days alone: those leave stdin to whom it belongs. */
const isForHooks = (flags: RawFlags): boolean => {
  if (flags.install !== undefined || flags.uninstall !== undefined) return false
  return flags.max === undefined || [flags.session, flags.day, flags.window].some(limit => limit !== undefined)
}

const isSetUp = (argv: readonly string[]): boolean => argv.some(word => /^--(?:un)?install(?:=|$)/.test(word))

const run = async (line: CommandLine, agentIds: readonly string[], rooms: Doors): Promise<number> => {
  const argv = line.argv.slice(1)
  const plain = line.command === 'schema' ? undefined : readPlain(line.command, argv)
  const { operand, flags } = plain ?? (await import('./config/commander.ts')).readInvocation(line.command, argv)
  const machine = await rooms.host()
  const host = flags.demo === true ? (await import('./commands/demo.ts')).demoHost(machine) : machine
  if (line.command === 'schema') return rooms.schema(host, operand)
  const all = line.command === 'session' ? withId(flags, operand) : flags
  // An agent asks wherever it is at work: whose config counts there depends on it.
  const isHook = line.command === 'guard' && isForHooks(flags) && (await rooms.isHook())
  const options = await resolveOptions(host, line.command, all, { agentIds, focus: line.agent, isHook })
  return dispatch(line.command, operand, options, host, rooms)
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined

/** Tells a failure on stderr and answers with the exit code: 0 for a closed pipe, 2 for the user's mistake, 1 for ours. */
const tell = (error: unknown, machine: Machine, wantsJson: boolean): number => {
  if (codeOf(error) === 'EPIPE') return 0
  if (codeOf(error) === 'ENOSPC') {
    machine.stderr.write('error: The output could not be written: there is no space left.\n')
    return 1
  }
  if (error instanceof UserError) {
    const hint = error instanceof UsageError ? "Run 'tokusage --help' for usage.\n" : ''
    machine.stderr.write(
      wantsJson ? `${JSON.stringify({ error: error.message })}\n` : `error: ${error.message}\n${hint}`,
    )
    return 2
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const report = "This is a fault of tokusage. Please report it with these lines; 'npm bugs tokusage' opens the place."
  machine.stderr.write(wantsJson ? `${JSON.stringify({ error: stack, report })}\n` : `${stack}\n${report}\n`)
  return 1
}

/** Makes this thread read for the one at the other end of `port`. */
export const work = async (port: MessagePort): Promise<void> => (await import('./ingest/scan-worker.ts')).work(port)

/** Runs the program on what was typed after its name and answers with the exit code; nothing is thrown. */
export const main = async (argv: readonly string[], machine: Machine, rooms: Doors = doors): Promise<number> => {
  let line = readCommandLine(argv)
  try {
    if (!line.version && line.help && line.unknownCommand === undefined) return await help(line, machine)
    if (!line.version) {
      const agentIds = await rooms.agentIds()
      line = readCommandLine(argv, agentIds)
      if (line.help) return await help(line, machine)
      if (line.error !== undefined) throw new UsageError(line.error)
      return await run(line, agentIds, rooms)
    }
    machine.stdout.write(`tokusage ${version}\n`)
    return 0
  } catch (error) {
    const code = tell(error, machine, line.wantsJson)
    if (line.command === 'statusline' && error instanceof UserError)
      await rooms.noteMistake(await rooms.host(), line.argv, error.message)
    // To a hook's caller 2 says "block": whoever mistyped an option or broke the config file must be able to go on.
    if (code !== 2 || line.command !== 'guard' || isSetUp(line.argv)) return code
    return (await rooms.mayBeHook()) ? 1 : code
  }
}

const help = async (line: CommandLine, machine: Machine): Promise<number> => {
  const { helpOf } = await import('./config/commander.ts')
  machine.stdout.write(helpOf(line.isNamed ? line.command : undefined))
  return 0
}
