/** What a line means: who answered, in which thread, what the agent made up itself, and calls that hide in another's line. */
import { describe, expect, it } from 'vitest'
import { scanLogs } from '../../support/scan.ts'
import { jsonl, progressLine, response, userLine } from '../../support/transcript.ts'

describe('a response', () => {
  it('keeps the facts of its line', () => {
    const [entry] = scanLogs(
      jsonl(
        response({
          id: 'm1',
          request: 'r1',
          session: 's9',
          at: '2026-11-02T09:00:00.000Z',
          line: { gitBranch: 'fix', agentId: 'a7' },
          sidechain: true,
        }),
      ),
    ).entries
    expect(entry).toMatchObject({
      agent: 'claude',
      at: Date.UTC(2026, 10, 2, 9),
      session: 's9',
      cwd: '/home/dev/app',
      branch: 'fix',
      version: '2.1.280',
      model: 'claude-opus-4-6',
      messageId: 'm1',
      requestId: 'r1',
      isSidechain: true,
      subagent: 'a7',
      isFinal: true,
      isPartial: false,
    })
  })

  it('without a session id belongs to the file; a copy to the session that wrote it', () => {
    const logs = (line: object) =>
      scanLogs({ '/logs/file-session.jsonl': jsonl({ ...response(), ...line }) }).entries[0]?.session
    expect(logs({ sessionId: undefined })).toBe('file-session')
    expect(logs({ sessionId: '' })).toBe('file-session')
    expect(logs({ sessionId: 'copy', session_id: 'original' })).toBe('original')
  })

  it('made up by the agent (<synthetic>) is none', () => {
    const made = response({ model: '<synthetic>', input: 0, output: 0, line: { isApiErrorMessage: true } })
    expect(scanLogs(jsonl(made, response({ model: '<synthetic>', output: 50 })))).toMatchObject({
      entries: [],
      codes: [],
    })
  })

  it('of an old version with text for content counts', () => {
    const old = response({
      content: 'Hello, how can I help?',
      request: undefined,
      version: '0.2.126',
      line: { costUSD: 0.0123 },
    })
    expect(scanLogs(jsonl(old)).entries[0]).toMatchObject({
      tokens: { input: 10, output: 20 },
      loggedUsd: 0.0123,
      version: '0.2.126',
    })
  })

  it('without an id of its own is known by its line, so a copy of that line is one with it', () => {
    const at = '2026-11-02T09:00:00.000Z'
    const line = (uuid: string, session: string) =>
      response({ id: undefined, request: undefined, session, at, line: { uuid } })
    const log = {
      '/logs/s1.jsonl': jsonl(line('u1', 's1'), line('u2', 's1')),
      '/logs/s2.jsonl': jsonl(line('u1', 's2')),
    }
    expect(scanLogs(log).tokens.output).toBe(40)
  })

  it('without any id counts each time', () => {
    const line = response({ id: undefined, request: undefined, line: { uuid: undefined } })
    expect(scanLogs(jsonl(line, line)).tokens.output).toBe(40)
  })

  it('lists its tools only when calls are asked for, each once, of all its lines', () => {
    const tool = (id: string, name: string) => ({ content: [{ type: 'tool_use', id, name, input: {} }] })
    const log = jsonl(
      response(tool('t1', 'Read')),
      response(tool('t2', 'Bash')),
      response(tool('t1', 'Read')),
      response(),
    )
    expect(scanLogs(log, 'calls').entries[0]?.tools).toEqual(['t1 Read', 't2 Bash'])
    expect(scanLogs(log, 'counts').entries[0]?.tools).toEqual([])
  })
})

describe('iterations', () => {
  const own = {
    type: 'message',
    input_tokens: 10,
    output_tokens: 20,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  }
  const advisor = {
    type: 'advisor_message',
    model: 'claude-fable-5',
    input_tokens: 300,
    output_tokens: 40,
    cache_read_input_tokens: 5,
  }
  const compaction = { type: 'compaction', input_tokens: 7000, output_tokens: 600 }
  const scan = (...iterations: unknown[]) => scanLogs(jsonl(response({ usage: { iterations } }))).entries

  it('of the response itself are in its counts already', () => {
    expect(scan(own, own).map(entry => entry.tokens.output)).toEqual([20])
  })

  it('of an advisor are calls of their own, at the advisor’s model', () => {
    const entries = scan(own, advisor)
    expect(
      entries.map(entry => [
        entry.messageId,
        entry.model,
        entry.tokens.input,
        entry.tokens.cacheRead,
        entry.tokens.output,
      ]),
    ).toEqual([
      ['m1', 'claude-opus-4-6', 10, 0, 20],
      ['m1:advisor:0', 'claude-fable-5', 300, 5, 40],
    ])
  })

  it('of a compaction are calls of their own, at the response’s model', () => {
    const entries = scan(compaction, own)
    expect(entries.map(entry => [entry.messageId, entry.model, entry.tokens.input, entry.tokens.output])).toEqual([
      ['m1', 'claude-opus-4-6', 10, 20],
      ['m1:compaction:0', 'claude-opus-4-6', 7000, 600],
    ])
  })

  it('of an unknown kind, or none at all, add nothing', () => {
    expect(
      scan({ ...advisor, type: 'fallback_message' }, { ...compaction, type: null }, null, 3, 'advisor_message', [])
        .length,
    ).toBe(1)
  })

  it('hide in every line of the response and count once', () => {
    const line = response({ usage: { iterations: [own, advisor, advisor] } })
    const { tokens, entries } = scanLogs({
      '/logs/s1.jsonl': jsonl(line, line),
      '/logs/s2.jsonl': jsonl({ ...line, sessionId: 's2' }),
    })
    expect([entries.length, tokens.output]).toEqual([3, 20 + 40 + 40])
  })

  it('with bad counts are left out, the response is not', () => {
    expect(scan(own, { ...advisor, input_tokens: -5 }).map(entry => entry.messageId)).toEqual(['m1'])
  })
})

describe('progress lines of early 2026', () => {
  const nested = {
    ...response({ id: 'n1', request: 'q1', output: 90, sidechain: true, at: '2026-11-02T09:10:00.000Z' }),
  }

  it('hold a sub-agent’s response that nothing else tells of', () => {
    const { entries } = scanLogs(jsonl(progressLine(nested)))
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({
      messageId: 'n1',
      isSidechain: true,
      subagent: 'a1',
      session: 's1',
      tokens: { output: 90 },
    })
    expect(entries[0]?.at).toBe(Date.UTC(2026, 10, 2, 9, 10))
  })

  it('repeat the sub-agent’s own file, often unfinished: once, and the fuller count', () => {
    const early = response({ id: 'n1', request: 'q1', output: 2, sidechain: true, at: '2026-11-02T09:10:00.000Z' })
    const own = jsonl({ ...nested, agentId: 'a1' })
    for (const logs of [
      { '/logs/s1.jsonl': jsonl(progressLine(early)), '/logs/agent-a1.jsonl': own },
      { '/logs/agent-a1.jsonl': own, '/logs/s1.jsonl': jsonl(progressLine(early), progressLine(early)) },
    ]) {
      const { tokens, entries } = scanLogs(logs)
      expect([entries.length, tokens.output]).toEqual([1, 90])
    }
  })

  it('of other kinds, or about what the user said, add nothing', () => {
    const other = progressLine(nested, { data: { type: 'hook_progress', message: nested } })
    const { entries, codes } = scanLogs(jsonl(other, progressLine({ ...userLine('x'), usage: { output_tokens: 5 } })))
    expect([entries.length, codes]).toEqual([0, []])
  })
})

describe('an output that was never finished', () => {
  const long = [{ type: 'text', text: 'word '.repeat(60) }]
  const partial = (version: string, output: number, stop: string | null, content: unknown = long) =>
    scanLogs(jsonl(response({ version, output, stop, content }))).entries[0]?.isPartial

  it('is a lower bound in the versions that left it so', () => {
    expect(partial('2.1.40', 1, null)).toBe(true)
    expect(partial('2.0.77', 7, null)).toBe(true)
    expect(partial('2.1.92', 4, null)).toBe(true)
  })

  it('is not suspected where the count is plausible or the agent called it final', () => {
    expect(partial('2.0.77', 400, null)).toBe(false)
    expect(partial('2.0.77', 7, 'end_turn')).toBe(false)
    expect(partial('2.0.77', 3, null, [{ type: 'text', text: 'Done.' }])).toBe(false)
  })

  it('is forgotten when a later line knows better', () => {
    const log = jsonl(
      response({ version: '2.0.77', output: 7, stop: null, content: long }),
      response({ version: '2.0.77', output: 401, stop: null }),
    )
    expect(scanLogs(log).entries[0]).toMatchObject({ isPartial: false, tokens: { output: 401 } })
  })
})

describe('notes', () => {
  it('name the session: custom, ai, summary, first prompt', () => {
    const { notes } = scanLogs(
      jsonl(
        { type: 'summary', summary: 'A summary', leafUuid: 'x' },
        userLine('<command-name>/clear</command-name>'),
        userLine([{ type: 'tool_result', tool_use_id: 't', content: 'x' }]),
        userLine('a meta line', { isMeta: true }),
        userLine('fix the test'),
        userLine('and then lint'),
        { type: 'ai-title', aiTitle: 'Fix the test', sessionId: 's1' },
        { type: 'custom-title', customTitle: 'Mine', sessionId: 's1' },
      ),
    )
    expect(notes.map(note => [note.session, note.kind, note.text])).toEqual([
      ['s1', 'summary', 'A summary'],
      ['s1', 'prompt', 'fix the test'],
      ['s1', 'ai', 'Fix the test'],
      ['s1', 'custom', 'Mine'],
    ])
  })

  it('carry no more of a prompt than a title', () => {
    const { notes } = scanLogs(jsonl(userLine(`${'long '.repeat(2000)}end`)))
    expect(notes[0]?.text?.length).toBeLessThanOrEqual(200)
  })

  it('hold the agent’s own totals, and those are never entries', () => {
    const state = {
      type: 'cost-state',
      sessionId: 's1',
      totalCostUSD: 0.42,
      startTime: 1,
      modelUsage: {
        'claude-opus-5[1m]': {
          inputTokens: 4,
          outputTokens: 310,
          cacheReadInputTokens: 21000,
          cacheCreationInputTokens: 900,
          costUSD: 0.4,
        },
      },
    }
    const { notes, entries } = scanLogs(jsonl(state))
    expect(entries).toEqual([])
    expect(notes[0]).toMatchObject({ kind: 'total', session: 's1', total: { usd: 0.42 } })
    expect(notes[0]?.total?.models[0]).toMatchObject({
      model: 'claude-opus-5',
      usd: 0.4,
      tokens: { input: 4, output: 310, cacheRead: 21000 },
    })
  })
})
