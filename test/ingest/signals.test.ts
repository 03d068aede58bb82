/** Reading signals out of logs: following one that grows, logs that were cut or replaced, and what copies say again. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Agent, signalReader } from '../../src/agents/define.ts'
import { agents } from '../../src/agents/index.ts'
import type { LogSource } from '../../src/core/entry.ts'
import { BLOCK_SIZE } from '../../src/ingest/lines.ts'
import { readSignals, readSignalsOf, type SignalMark } from '../../src/ingest/signals.ts'
import { makeHost } from '../support/host.ts'
import { memoryHost, sourceOf } from '../support/scan.ts'

interface Lamp {
  seen: number
}

/** An agent whose log says `hot <at>` or `bad <at>`; `at` is followed by how many lines with a mark were seen. */
const lamp: Agent = {
  id: 'lamp',
  name: 'Lamp',
  version: 1,
  rootVariable: 'LAMP_HOME',
  discover: () => [],
  signals: signalReader<Lamp>({
    marks: ['hot ', 'bad '],
    start: () => ({ seen: 0 }),
    line(text, state, { agent, session }, sink) {
      state.seen++
      const at = Number(/\d+/.exec(text)?.[0])
      if (text.includes('hot')) sink.limit({ agent, at, minutes: 300, usedPercent: state.seen, resetsAt: 9, session })
      if (text.includes('bad')) sink.trouble({ agent, at, session, kind: 'error' })
    },
  }),
}

const source = (path: string, more: Partial<LogSource> = {}): LogSource => ({ ...sourceOf(path, 0, lamp.id), ...more })

const readLamp = (text: string | Buffer, from?: SignalMark, most?: number) => {
  const found = readSignalsOf(memoryHost({ '/a': text }, most), lamp, source('/a'), from)
  if (!found) throw new Error('not read')
  return found
}

const times = (list: readonly { readonly at: number }[]): number[] => list.map(({ at }) => at)

describe('one log', () => {
  it('hands its reader only lines with a mark, each once', () => {
    const { readings, troubles, mark } = readLamp('hot 1\nidle\nhot 2 bad\r\n\nbad 3\n')
    expect(readings.map(({ at, usedPercent }) => [at, usedPercent])).toEqual([
      [1, 1],
      [2, 2],
    ])
    expect(times(troubles)).toEqual([2, 3])
    expect(mark).toEqual({ position: 29, state: { seen: 3 } })
  })

  it('leaves a last line without its end for the next time', () => {
    const first = readLamp('hot 1\nhot 2')
    expect([times(first.readings), first.mark.position]).toEqual([[1], 6])
    const second = readLamp('hot 1\nhot 23\n', first.mark)
    expect(times(second.readings)).toEqual([23])
  })

  it('leaves the mark it was given as it was', () => {
    const { mark } = readLamp('hot 1\n')
    readLamp('hot 1\nhot 2\n', mark)
    expect(mark).toEqual({ position: 6, state: { seen: 1 } })
  })

  it.each([
    ['cut', 'hot 5\n'],
    ['replaced by another', 'hot 5 and so on, far longer than it was before\n'],
  ])('begins anew where the log was %s', (_name, text) => {
    const { mark } = readLamp('hot 1\nidle and long\n')
    const { readings, mark: next } = readLamp(text, mark)
    expect(readings.map(({ at, usedPercent }) => [at, usedPercent])).toEqual([[5, 1]])
    expect(next.position).toBe(text.length)
  })

  it('reads behind lines longer than its memory', () => {
    const text = `hot 1\n${'x'.repeat(BLOCK_SIZE * 2)}hot 2\nhot 3\n`
    const { readings, mark } = readLamp(text)
    expect([times(readings), mark.position]).toEqual([[1, 3], text.length])
  })

  it('names the account', () => {
    const found = readSignalsOf(memoryHost({ '/a': 'hot 1\n' }), lamp, source('/a', { profile: 'work' }), undefined)
    expect(found?.readings.map(({ profile }) => profile)).toEqual(['work'])
  })

  it('has nothing to say of a log that is gone, of documents, and of agents without signals', () => {
    const host = makeHost()
    expect(readSignalsOf(host, lamp, source('/nowhere'), undefined)).toBeUndefined()
    const silent = { ...lamp, signals: undefined }
    expect(readSignalsOf(memoryHost({ '/a': 'hot 1\n' }), silent, source('/a'), undefined)).toBeUndefined()
    const document = source('/a', { kind: 'document' })
    expect(readSignalsOf(memoryHost({ '/a': 'hot 1\n' }), lamp, document, undefined)).toBeUndefined()
  })

  it('finds the same, however many bytes come at a time', () => {
    const line = fc.constantFrom('hot 1', 'bad 2', 'idle', '', 'hot 4 bad', 'ho', 'ü hot 5')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (lines, most) => {
        const text = lines.map(one => `${one}\n`).join('')
        expect(readLamp(text, undefined, most)).toEqual(readLamp(text))
        expect(readLamp(text).readings).toHaveLength(lines.filter(one => one.includes('hot ')).length)
      }),
    )
  })
})

describe('reading in two steps', () => {
  const fixture = 'fixtures/agents/codex/forks/home/.codex/sessions/2026/02/01'
  const log = readFileSync(
    join(
      import.meta.dirname,
      '../..',
      fixture,
      'rollout-2026-02-01T09-08-00-019c0002-0000-7000-8000-00000000000c.jsonl',
    ),
  )
  const failures =
    '{"timestamp":"2026-02-01T10:00:00.000Z","type":"event_msg","payload":{"type":"error","codex_error_info":"usage_limit_exceeded"}}\n' +
    '{"timestamp":"2026-02-01T10:00:01.000Z","type":"event_msg","payload":{"type":"task_complete","error":{"codex_error_info":"usage_limit_exceeded"}}}\n'
  const bytes = Buffer.concat([log, Buffer.from(failures)])
  const agent = agents.find(({ signals }) => signals?.marks.some(mark => mark.includes('rate_limits')))!
  const own = sourceOf('/log', 0, agent.id)

  const readTo = (end: number, from?: SignalMark) => {
    const found = readSignalsOf(memoryHost({ '/log': bytes.subarray(0, end) }), agent, own, from)
    if (!found) throw new Error('not read')
    return found
  }

  it('gives at any byte what reading at once gives, with a state that was written down', () => {
    const whole = readTo(bytes.length)
    expect([whole.readings.length, whole.troubles.length]).toEqual([1, 1])
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), end => {
        const first = readTo(end)
        const second = readTo(bytes.length, JSON.parse(JSON.stringify(first.mark)))
        expect([...first.readings, ...second.readings]).toEqual(whole.readings)
        expect([...first.troubles, ...second.troubles]).toEqual(whole.troubles)
        expect(JSON.stringify(second.mark)).toBe(JSON.stringify(whole.mark))
      }),
      { numRuns: 300 },
    )
  })
})

describe('many logs', () => {
  const logs = { '/a': 'hot 3\nbad 4\n', '/b': 'hot 1\nbad 4\nbad 5\n', '/old': 'hot 2\n' }
  const host = memoryHost(logs)
  const sources = [
    source('/b', { session: 'copy', mtimeMs: 9, size: 18 }),
    source('/a', { session: 'a', mtimeMs: 9, size: 12 }),
    source('/old', { mtimeMs: 4, size: 6 }),
    source('/stranger', { agent: 'nobody', mtimeMs: 9 }),
  ]

  it('sorts by time, leaves old logs alone, and hands out once what a copy says again', () => {
    const { readings, troubles, marks } = readSignals(host, sources, [lamp], { since: 5 })
    expect(times(readings)).toEqual([1, 3])
    expect(troubles.map(({ at, session }) => [at, session])).toEqual([
      [4, 'a'],
      [5, 'copy'],
    ])
    expect([...marks.keys()].sort()).toEqual(['/a', '/b'])
  })

  it('answers the same in whatever order the logs come', () => {
    const forward = readSignals(host, sources, [lamp], { since: 0 })
    const backward = readSignals(host, sources.toReversed(), [lamp], { since: 0 })
    expect(backward.readings).toEqual(forward.readings)
    expect(backward.troubles).toEqual(forward.troubles)
  })

  it('goes on where it stopped, and opens nothing that did not grow', () => {
    const { marks: known } = readSignals(host, sources, [lamp], { since: 0 })
    const opened: string[] = []
    const grown = memoryHost({ ...logs, '/a': `${logs['/a']}hot 8\n` })
    const watched = {
      ...grown,
      open: (path: string) => {
        opened.push(path)
        return grown.open(path)
      },
    }
    const now = sources.map(one => (one.path === '/a' ? { ...one, size: 18 } : one))
    const { readings, troubles, marks } = readSignals(watched, now, [lamp], { since: 0, known })
    expect([times(readings), troubles, opened]).toEqual([[8], [], ['/a']])
    expect(marks.size).toBe(3)
    expect(marks.get('/a')?.position).toBe(18)
  })
})
