/**
 * Limits that act: as a hook of the agent (JSON on stdin) it warns and blocks, as a plain command it draws the limits and exits with 1 when one
 * is reached.
 */
import type { GuardOptions, Options } from '../config/options.ts'
import type { Host } from '../host/host.ts'
import { type GuardMachine, realMachine } from './guard/machine.ts'

/** A hook's JSON is there at once; a pipe that stays silent for longer is nobody's. */
const INPUT_MS = 100
/** But before it is said that nobody waits for a hook's answer. */
const LAST_INPUT_MS = 2000

const isJson = (input: string | undefined): input is string => input?.trimStart().startsWith('{') === true

/** Whether what is piped in is a hook's. */
export const isHook = async (machine: GuardMachine = realMachine): Promise<boolean> =>
  isJson(await machine.readInput(INPUT_MS))

/** Whether a hook was piped in, or still may be. */
export const mayBeHook = async (machine: GuardMachine = realMachine): Promise<boolean> =>
  isJson(await machine.readInput(LAST_INPUT_MS)) || machine.isInputOpen()

/** No hook asks for days alone: without a look at stdin, a loop that reads from it loses nothing. */
const isAboutDays = ({ maxUsd, sessionUsd, dayUsd, windowPercent }: GuardOptions): boolean =>
  maxUsd !== undefined && [sessionUsd, dayUsd, windowPercent].every(limit => limit === undefined)

export const runGuard = async (host: Host, options: Options, machine: GuardMachine = realMachine): Promise<number> => {
  const input = isAboutDays(options.guard) ? undefined : await machine.readInput(INPUT_MS)
  if (isJson(input)) return (await import('./guard/hook.ts')).runHook(host, options, input, machine)
  return (await import('./guard/run.ts')).runLimits(host, options, machine)
}
