/** The monitor's JSON: what a frame says in words is there as keys, and the schema knows all of them. */
import { expect, it } from 'vitest'
import { reportSchemas } from '../../src/render/json-schema.ts'
import { liveJson } from '../../src/render/live-json.ts'
import { data, idle, window } from '../tui/sample.ts'

const view = { noCost: false, timeZone: 'UTC', requestsPerMinute: 15, tokensPerMinute: undefined }

const parsed = (given: ReturnType<typeof data>) =>
  reportSchemas.live.strict().parse(JSON.parse(JSON.stringify(liveJson(given, view)))).live

it('tells windows of accounts and limits apart', () => {
  const windows = [window({ profile: 'work', limit: 'sp\u001b[2Jark' }), window()]
  expect(parsed(data({ windows })).windows).toMatchObject([
    { profile: 'work', limit: 'spark' },
    { profile: null, limit: null },
  ])
})

it('says what a window comes to, and whether that is a guess', () => {
  const range = { low: 55, middle: 60, high: 90 }
  const windows = [window({ expectedPercent: range, isGuess: true }), window({ projection: undefined })]
  expect(parsed(data({ windows })).windows).toMatchObject([
    { expectedPercent: { p10: 55, p50: 60, p90: 90 }, isGuess: true },
    { projection: null, expectedPercent: null, isGuess: false },
  ])
})

it('says which flags do not apply, and over how long rates are', () => {
  expect(parsed(data({ ignored: ['--model'], burnMinutes: 12.5 }))).toMatchObject({
    ignoredFilters: ['--model'],
    burnRate: { minutes: 12.5, costPerHour: 6.42 },
  })
  expect(parsed({ ...idle(), burnMinutes: 5 })).toMatchObject({ ignoredFilters: [], burnRate: { minutes: 5 } })
})
