/** Failed requests in Claude Code's transcripts, in the shapes of 1.0 to 2.1.330. */
import { describe, expect, it } from 'vitest'
import claude from '../../../src/agents/claude/index.ts'
import { readSignalsOf, type Signals } from '../../../src/ingest/signals.ts'
import { memoryHost, sourceOf } from '../../support/scan.ts'

const path = '/home/dev/.claude/projects/-p/s1.jsonl'
const at = Date.UTC(2026, 7, 3, 14)

const line = (record: object): string =>
  `${JSON.stringify({ parentUuid: null, timestamp: new Date(at).toISOString(), sessionId: 's9', ...record })}\n`

const retry = (more: object = {}): string =>
  line({ type: 'system', subtype: 'api_error', error: { status: 529 }, retryAttempt: 1, maxRetries: 4, ...more })

const failure = (text: string, more: object = {}): string =>
  line({
    type: 'assistant',
    message: { model: '<synthetic>', content: [{ type: 'text', text }] },
    isApiErrorMessage: true,
    ...more,
  })

const read = (...lines: readonly string[]): Signals => {
  const found = readSignalsOf(memoryHost({ [path]: lines.join('') }), claude, sourceOf(path), undefined)
  if (!found) throw new Error('not read')
  return found
}

describe('troubles', () => {
  it('reads a request that is sent again', () => {
    expect(read(retry()).troubles).toEqual([{ agent: claude.id, at, session: 's9', kind: 'retry', status: 529 }])
  })

  it('reads one without a status: the connection broke', () => {
    const { troubles } = read(retry({ error: { connection: { code: 'ECONNRESET' } } }))
    expect(troubles).toEqual([{ agent: claude.id, at, session: 's9', kind: 'retry', status: undefined }])
  })

  it('tells limits from other failures', () => {
    const { troubles } = read(
      failure('API Error: 500', { apiErrorStatus: 500 }),
      failure('Try later', { apiErrorStatus: 429 }),
      failure('Try later', { error: 'rate_limit' }),
      failure('Claude AI usage limit reached|1754230000', { isApiErrorMessage: false }),
      line({ type: 'system', subtype: 'informational', content: 'Usage limit reached · resets 7pm' }),
      line({ type: 'system', subtype: 'api_error' }),
    )
    expect(troubles.map(({ kind, status }) => [kind, status])).toEqual([
      ['error', 500],
      ['limit', 429],
      ['limit', undefined],
      ['limit', undefined],
      ['limit', undefined],
      ['error', undefined],
    ])
  })

  it('makes nothing of what only talks about it', () => {
    const talk = '{"subtype":"api_error","isApiErrorMessage":true}'
    const { troubles, readings } = read(
      line({
        type: 'user',
        message: { content: [{ type: 'text', text: 'Claude AI usage limit reached|1754230000' }] },
      }),
      line({ type: 'user', toolUseResult: { subtype: 'api_error', isApiErrorMessage: true, stdout: talk } }),
      line({ type: 'system', subtype: 'informational', content: 'Approaching usage limit' }),
      failure('done', { isApiErrorMessage: false }),
      failure('no time', { timestamp: 'then' }),
      '{"subtype":"api_error"\n',
    )
    expect([...troubles, ...readings]).toEqual([])
  })

  it('goes by the file’s name where a line has no session', () => {
    expect(read(retry({ sessionId: undefined })).troubles.map(({ session }) => session)).toEqual(['s1'])
  })

  it('reads two records on one line', () => {
    expect(read(retry().trim(), failure('x')).troubles.map(({ kind }) => kind)).toEqual(['retry', 'error'])
  })
})

describe('readings', () => {
  const limit = (text: string) => read(failure(text, { error: 'rate_limit' })).readings

  const seconds = at / 1000 + 3600

  it.each([
    ['seconds', `5-hour limit reached|${seconds}`, at + 3_600_000],
    [
      'a clock and a zone',
      "You've hit your session limit · resets 7:20pm (Europe/Berlin)",
      Date.UTC(2026, 7, 3, 17, 20),
    ],
    ['a full hour', '5-hour limit reached ∙ resets 11am (America/New_York)', Date.UTC(2026, 7, 3, 15)],
    ['midnight', 'Session limit reached ∙ resets 12am (Asia/Kolkata)', Date.UTC(2026, 7, 3, 18, 30)],
  ])('knows the full window that resets by %s', (_name, text, resetsAt) => {
    expect(limit(text)).toEqual([{ agent: claude.id, at, session: 's9', minutes: 300, usedPercent: 100, resetsAt }])
  })

  it('finds the hour on a day on which clocks are changed', () => {
    const text = 'Session limit reached ∙ resets 4am (Europe/Berlin)'
    const timestamp = '2026-10-25T00:30:00.000Z'
    const { readings } = read(failure(text, { error: 'rate_limit', timestamp }))
    expect(readings.map(({ resetsAt }) => resetsAt)).toEqual([Date.UTC(2026, 9, 25, 3)])
  })

  it.each([
    ['no window', `Claude AI usage limit reached|${seconds}`],
    ['no zone', '5-hour limit reached ∙ resets 7pm'],
    ['a zone that is none', '5-hour limit reached ∙ resets 7pm (Middle/Earth)'],
    ['a reset that five hours cannot have', `5-hour limit reached|${seconds + 20_000}`],
    ['a reset of the past', `5-hour limit reached|${seconds - 7200}`],
    ['a week', "You've hit your weekly limit · resets 7pm (Europe/Berlin)"],
  ])('does not guess where a message names %s', (_name, text) => {
    expect(limit(text)).toEqual([])
  })
})
