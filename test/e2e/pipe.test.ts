/** A reader that goes away is no failure, whenever it goes; what is printed is never half a number of the user's. */
import { describe, expect, test } from 'vitest'
import { run, shell } from '../support/run.ts'

describe('a closed pipe', () => {
  test.each(['daily', 'session --json', 'daily --breakdown --format csv', 'doctor', '--help', 'schema daily'])(
    'tokusage %s | head -1',
    command => {
      const demo = command.startsWith('-') || command.startsWith('schema') ? '' : ' --demo --offline'
      const { status, stdout, stderr } = shell(`tokusage ${command}${demo} | head -1`)
      expect([status, stderr]).toEqual([0, ''])
      expect(stdout.split('\n')).toHaveLength(2)
    },
  )

  test('a reader that has gone before the first byte', () => {
    const line = `tokusage session --json --demo --offline | { exec 0<&-; sleep 1; }; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = shell(line)
    expect([stdout, stderr]).toEqual(['0\n', ''])
  })

  test('more than a pipe holds, and the reader takes one line of it', () => {
    const many = Array.from({ length: 60 }, () => '--demo').join(' ')
    const line = `tokusage daily --sections weekly,monthly,session --instances --by-agent --json ${many} --offline | head -1; echo "\${PIPESTATUS[0]}"`
    expect(shell(line)).toMatchObject({ stdout: '{\n0\n', stderr: '' })
  })
})

describe('standard output', () => {
  test('holds the whole report when it is written to a pipe', () => {
    const direct = run(['daily', '--sections', 'weekly,monthly,session', '--json', '--demo', '--offline']).stdout
    const piped = shell('tokusage daily --sections weekly,monthly,session --json --demo --offline | cat').stdout
    expect(piped).toBe(direct)
    expect(piped.length).toBeGreaterThan(10_000)
  })

  test('holds nothing beside the JSON, even when something has to be told', () => {
    const { stdout, stderr } = run(['daily', '--json', '--demo', '--offline', '--debug'])
    expect(JSON.parse(stdout).daily).toHaveLength(8)
    expect(stderr).toContain('files')
  })
})
