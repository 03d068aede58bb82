/** A home that is large enough for a second thread: the same bytes come out as with one, and the totals are exact. */
import { expect, test } from 'vitest'
import { writeBigHome } from '../support/big-home.ts'
import { run } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'

test('two threads and one print the same bytes', () => {
  const home = temporaryHome()
  const totals = writeBigHome(home, 60)
  for (const args of [
    ['daily'],
    ['session'],
    ['blocks'],
    ['daily', '--instances', '--breakdown', '--format', 'csv'],
    ['session', 'session-3'],
  ]) {
    const command = [...args, ...(args.includes('csv') ? [] : ['--json']), '--offline', '--no-index', '-z', 'UTC']
    const several = run(command, { home, env: { TOKUSAGE_THREADS: '2' } })
    const one = run([...command, '--single-thread'], { home })
    expect([args, several.status, several.stderr]).toEqual([args, 0, ''])
    expect([args, several.stdout === one.stdout]).toEqual([args, true])
  }
  expect(JSON.parse(run(['daily', '--json', '--offline'], { home }).stdout).totals).toMatchObject(totals)
  const { duplicates, bytes } = JSON.parse(run(['doctor', '--json', '--offline'], { home }).stdout)
  expect(bytes).toBeGreaterThan(55e6)
  // Of 480 responses every one has two lines, and every eighth a copy in a resumed session.
  expect(duplicates).toMatchObject({ blocks: 480, copies: 60 })
})
