/** A database that an agent writes to while it is read: each reading is of one moment, and the agent is never kept waiting. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hasNative } from '../../src/host/sqlite/native.ts'
import { readUndisturbed, withDatabase } from '../../src/host/sqlite/open.ts'
import { temporaryHome } from '../support/temporary.ts'

const isNative = hasNative()
const ifNative = isNative ? '' : ' (skipped: this Node has no node:sqlite)'

/** A process that writes until the test ends. */
const startWriter = async (path: string, mode: string): Promise<ChildProcess> => {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'write-database.mjs'), path, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    writer.kill('SIGKILL')
  })
  await once(writer.stdout!, 'data')
  return writer
}

describe.runIf(isNative)(`an agent that writes all the time${ifNative}`, () => {
  test.each([
    ['driver 1', 'wal', withDatabase, 200, 200],
    ['driver 2', 'wal', readUndisturbed, 100, 25],
    ['driver 2', 'delete', readUndisturbed, 100, 25],
    ['driver 2', 'truncate', withDatabase, 100, 25],
  ] as const)(
    '%s reads %s, one moment each time, and never keeps the agent waiting',
    async (_, mode, reader, times, least) => {
      const path = join(temporaryHome(), 'live.db')
      const writer = await startWriter(path, mode)
      const found: unknown[] = []
      for (let i = 0; i < times; i++) {
        const sums = reader(path, database => {
          let sum = 0
          for (const row of database.rows('SELECT amount, pad FROM account')) sum += Number(row.amount)
          const [again] = database.rows('SELECT sum(amount) AS sum, count(*) AS count FROM account')
          return [sum, again?.sum, again?.count]
        })
        found.push(
          await sums.catch((error: unknown) => (error instanceof Error && 'code' in error ? error.code : error)),
        )
      }
      const whole = found.filter(sums => sums !== 'EBUSY')
      expect(whole).toEqual(whole.map(() => [300_000, 300_000, 300]))
      expect(whole.length).toBeGreaterThanOrEqual(least)
      await new Promise(resolve => setTimeout(resolve, 50)) // a writer that was refused has ended by now
      expect(writer.exitCode).toBeNull()
    },
  )
})
