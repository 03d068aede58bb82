/** The monitor as a user starts it: one frame, one object, a screen of its own. */
import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { reportSchemas } from '../../src/render/json-schema.ts'
import { environment, hasProgram, program, run } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response, userLine } from '../support/transcript.ts'

const MINUTE = 60_000

const line = (id: string, ago: number, parts: object = {}): string =>
  jsonl(
    response({ id, request: `r-${id}`, at: new Date(Date.now() - ago).toISOString(), cwd: '/home/dev/gate', ...parts }),
  )

const homeOf = (...lines: readonly string[]): { readonly home: string; readonly log: string } => {
  const home = temporaryHome()
  const folder = join(home, '.claude/projects/-home-dev-gate')
  mkdirSync(folder, { recursive: true })
  const log = join(folder, 's1.jsonl')
  writeFileSync(log, lines.join(''))
  return { home, log }
}

const busyHome = () =>
  homeOf(
    jsonl(
      userLine('Mend the \u001b[31mgate', {
        sessionId: 's1',
        timestamp: new Date(Date.now() - 4 * MINUTE).toISOString(),
      }),
    ),
    line('m1', 3 * MINUTE, { output: 700 }),
    line('m2', 2 * MINUTE, { output: 10, stop: null }),
    line('m2', 2 * MINUTE, { output: 90, content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }] }),
  )

const answerOf = (args: readonly string[], home: string) => {
  const { stdout, stderr, status } = run([...args, '--json', '--offline', '--timezone', 'UTC'], { home })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return reportSchemas.live.strict().parse(JSON.parse(stdout))
}

describe('live --json', () => {
  test.each([
    ['live', ['live', '--snapshot']],
    ['blocks --live', ['blocks', '--live']],
    ['live --no-index', ['live', '--no-index']],
  ])('%s tells what goes on', (_name, args) => {
    const { live } = answerOf(args, busyHome().home)
    expect(live.sessions).toMatchObject([
      { sessionId: 's1', project: 'gate', calls: 2, totalTokens: 810, isActive: true, contextTokens: 10 },
    ])
    expect(live.sessions[0]?.title).toContain('Mend the')
    expect(live.sessions[0]?.title).not.toContain('\u001b')
    expect(live.calls.map(({ outputTokens, tools }) => [outputTokens, tools])).toEqual([
      [90, ['Bash']],
      [700, []],
    ])
    expect(live.windows).toMatchObject([{ windowMinutes: 300, isEstimated: true, calls: 2, usedPercent: null }])
    expect(live.sources).toBe(1)
  })

  test('agrees with the report of the day, leaves money out, and says the limits', () => {
    const { home } = busyHome()
    const { live } = answerOf(['live', '--rpm', '5', '--tpm', '80k'], home)
    const daily = JSON.parse(run(['daily', '--since', '1d', '--json', '--offline'], { home }).stdout)
    expect(live.sessions[0]?.totalCost).toBeCloseTo(daily.totals.totalCost, 9)
    expect(live.lastMinute).toMatchObject({ requestLimit: 5, tokenLimit: 80_000 })
    expect(JSON.stringify(answerOf(['live', '--no-cost'], home))).not.toMatch(/cost/i)
  })

  test('has the same shape where there is nothing', () => {
    const { live } = answerOf(['live'], temporaryHome())
    expect(live).toMatchObject({ sessions: [], calls: [], windows: [], models: [], today: { calls: 0 } })
  })

  test('is of the agents and projects asked for', () => {
    const { home } = busyHome()
    expect(answerOf(['live', '--agent', 'codex'], home).live.sessions).toEqual([])
    expect(answerOf(['live', '--project', 'fence'], home).live.sessions).toEqual([])
    expect(answerOf(['live', '--project', 'gate'], home).live.sessions).toHaveLength(1)
  })
})

describe('live in a pipe', () => {
  test.each(['60', '80', '200'])('prints one frame of %s columns', columns => {
    const { stdout, status } = run(['live', '--offline'], { home: busyHome().home, env: { COLUMNS: columns } })
    expect(status).toBe(0)
    expect(stdout).toContain('Mend the')
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    for (const row of stdout.split('\n')) expect(row.length).toBeLessThanOrEqual(Number(columns))
  })

  test('refuses to be a list', () => {
    const { stderr, status } = run(['live', '--format', 'csv'], { home: temporaryHome() })
    expect(stderr).toContain('no list of rows')
    expect(status).toBe(2)
  })
})

describe.runIf(hasProgram('script'))('live on a terminal', () => {
  test('shows what is written meanwhile, and gives the terminal back', async () => {
    const { home, log } = busyHome()
    const env = { ...environment({ home }), TERM: 'xterm-256color' }
    const command = `stty cols 100 rows 30; exec "${process.execPath}" "${program}" live --offline`
    const terminal = spawn('script', ['-qefc', command, '/dev/null'], { env })
    let shown = ''
    terminal.stdout.on('data', chunk => {
      shown += chunk
    })
    const ended = new Promise<number | null>(resolve => terminal.once('exit', resolve))
    const until = async (text: string): Promise<void> => {
      for (let tries = 0; tries < 150 && !shown.includes(text); tries++)
        await new Promise(resolve => setTimeout(resolve, 100))
      expect(shown).toContain(text)
    }
    await until('Mend the')
    appendFileSync(log, line('m3', 0, { output: 123_000, model: 'claude-haiku-4-5' }))
    await until('haiku-4-5')
    terminal.stdin.write('q')
    expect(await ended).toBe(0)
    expect(shown).toContain('\u001b[?1049h')
    expect(shown.lastIndexOf('\u001b[?1049l')).toBeGreaterThan(shown.lastIndexOf('\u001b[?1049h'))
    expect(shown).toContain('\u001b[?25h')
  }, 60_000)
})
