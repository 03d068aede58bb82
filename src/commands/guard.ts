/**
 * Limits that act: as a hook of the agent (JSON on stdin) it warns and blocks, as a plain command it draws the limits and exits with 1 when one
 * is reached.
 */
import type { Options } from '../config/options.ts'
import type { Host } from '../host/host.ts'
import { type GuardMachine, realMachine } from './guard/machine.ts'

/** A hook's JSON is there at once; a pipe that stays silent for longer is nobody's. */
const INPUT_MS = 100

const isJson = (input: string | undefined): input is string => input?.trimStart().startsWith('{') === true

/** Whether what is piped in is a hook's; it can be asked only where `runGuard` did not run. */
export const isHook = async (machine: GuardMachine = realMachine): Promise<boolean> =>
  isJson(await machine.readInput(INPUT_MS))

export const runGuard = async (host: Host, options: Options, machine: GuardMachine = realMachine): Promise<number> => {
  // No hook asks for days: without a look at stdin, a loop that reads from it loses nothing.
  const input = options.guard.maxUsd === undefined ? await machine.readInput(INPUT_MS) : undefined
  if (input?.trimStart().startsWith('{'))
    return (await import('./guard/hook.ts')).runHook(host, options, input, machine)
  return (await import('./guard/run.ts')).runLimits(host, options, machine)
}
