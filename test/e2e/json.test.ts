/** Every JSON answer against what is promised: strictly by the program's own schemas, and by the JSON Schemas that it prints and ships. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type JsonKind, reportSchemas } from '../../src/render/json-schema.ts'
import { root, run } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const answers: readonly (readonly [JsonKind, string])[] = [
  ['daily', 'daily'],
  ['daily', 'daily --instances --by-agent --breakdown'],
  ['daily', 'daily --no-cost'],
  ['daily', 'daily --include-estimates --include-unlogged'],
  ['daily', 'claude daily'],
  ['weekly', 'weekly --start-of-week sunday'],
  ['weekly', 'weekly --instances'],
  ['monthly', 'monthly --mode display'],
  ['session', 'session'],
  ['session', 'session --no-titles --limit 2 --sort tokens'],
  ['sessions', 'claude session'],
  ['blocks', 'blocks'],
  ['history', 'history'],
  ['history', 'history --no-cost'],
  ['paths', 'paths'],
  ['blocks', 'blocks --active --token-limit 500k'],
  ['blocks', 'blocks --recent -t max --no-cost'],
  ['live', 'live'],
  ['live', 'live --no-cost --rpm 5 --tpm 80k'],
  ['limits', 'limits'],
  ['limits', 'limits --why --token-limit 1m'],
  ['guard', 'guard --since 30d --max 1000 --session 500 --window 90%'],
  ['why', 'why'],
  ['why', 'why --by project,activity --limit 2'],
  ['why', 'why --by hour --private'],
  ['why-compare', 'why --compare'],
  ['why-compare', 'why --compare model:opus..sonnet --by file'],
  ['advise', 'advise --min-saving 0.001'],
  ['session-receipt', 'session 5e77 --receipt'],
  ['session-receipt', 'session 5e77 --turn 1 --private'],
  ['session-detail', 'session 5e77'],
  ['session-detail', 'session 3f2a --no-cost'],
]

/** One session is none of every home's. */
const isOfAll = ([kind]: (typeof answers)[number]): boolean => !['session-detail', 'session-receipt'].includes(kind)

const odd = jsonl(
  response({ model: null, cwd: null, session: null }),
  response({
    id: 'm2',
    request: null,
    model: 'no-such-model-9',
    output: 2,
    stop: null,
    content: [{ type: 'text', text: 'word '.repeat(99) }],
  }),
  response({
    id: 'm3',
    request: 'r3',
    usage: { speed: 'fast', service_tier: 'batch', inference_geo: 'us', server_tool_use: { web_search_requests: 4 } },
  }),
  '{"type":"assistant",',
)

const jsonOf = (line: string, home?: string): unknown => {
  const source = home === undefined ? ['--demo'] : []
  const { status, stdout, stderr } = run(
    [...line.split(' '), '--json', '--offline', ...source],
    home === undefined ? {} : { home },
  )
  expect([line, status, stderr]).toEqual([line, 0, ''])
  return JSON.parse(stdout)
}

/** The schema that the program prints, as a check. */
const published = (kind: string) => z.fromJSONSchema(JSON.parse(run(['schema', kind]).stdout))

describe('answers keep the strict schemas, where no key is unknown', () => {
  test.each(answers)('%s: %s', (kind, line) => {
    expect(reportSchemas[kind].safeParse(jsonOf(line)).error?.issues ?? []).toEqual([])
  })

  test.each(answers.filter(isOfAll))('%s: %s, on odd data', (kind, line) => {
    const home = temporaryHome({ '.claude/projects/-home-dev-app/s1.jsonl': odd })
    expect(reportSchemas[kind].safeParse(jsonOf(line, home)).error?.issues ?? []).toEqual([])
  })

  test.each(answers.filter(isOfAll))('%s: %s, on no data', (kind, line) => {
    expect(reportSchemas[kind].safeParse(jsonOf(line, temporaryHome())).error?.issues ?? []).toEqual([])
  })
})

describe('the published JSON Schemas', () => {
  test.each(answers)('%s accepts %s', (kind, line) => {
    expect(published(kind).safeParse(jsonOf(line)).error?.issues ?? []).toEqual([])
  })

  test('refuse what the program does not say', () => {
    expect(published('daily').safeParse({ daily: [], totals: {} }).success).toBe(false)
    expect(published('daily').safeParse(jsonOf('weekly')).success).toBe(false)
  })

  test('ship as they are printed', () => {
    const shipped = readdirSync(join(root, 'dist/schema'))
      .map(name => name.replace('.json', ''))
      .sort()
    expect(shipped).toEqual([...Object.keys(reportSchemas), 'config'].sort())
    for (const name of shipped)
      expect(run(['schema', name]).stdout).toBe(readFileSync(join(root, `dist/schema/${name}.json`), 'utf8'))
  })

  test('of the config file takes the example of the README', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const example = /```json\n(\{\n {2}"\$schema"[\s\S]*?)```/.exec(readme)?.[1] ?? ''
    expect(published('config').safeParse(JSON.parse(example)).error?.issues ?? []).toEqual([])
    const home = temporaryHome({ 'tokusage.json': example })
    expect(run(['daily', '--offline'], { home, cwd: home })).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('other answers are JSON too', () => {
  test.each(['doctor', 'audit 2026-11-13', 'audit 5e77'])('%s', line => {
    expect(jsonOf(line)).toMatchObject({ schemaVersion: 1 })
  })

  test('--sections puts further reports beside the one asked for', () => {
    const answer = z.record(z.string(), z.unknown()).parse(jsonOf('daily --sections weekly,session'))
    expect(Object.keys(answer).slice(0, 1)).toEqual(['daily'])
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(['weekly', 'session', 'totals', 'diagnostics']))
  })
})
