/** Runs the built program without waiting for it, so that several run at once and one can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { environment, program, type Run, type RunParts, root } from './run.ts'

export interface Started {
  readonly child: ChildProcess
  /** `status` is null for one that was killed. */
  readonly done: Promise<Run>
}

export const start = (args: readonly string[], parts: RunParts = {}): Started => {
  const child = spawn(process.execPath, [...(parts.node ?? []), program, ...args], {
    cwd: parts.cwd ?? root,
    env: environment(parts),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    texts.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    texts.stderr += chunk
  })
  const done = new Promise<Run>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', status => resolve({ status, ...texts }))
  })
  return { child, done }
}

/** Works through a list, so many at a time. */
export const inParallel = async <T>(
  list: readonly T[],
  most: number,
  work: (value: T) => Promise<void>,
): Promise<void> => {
  const waiting = [...list]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: most }, worker))
}
