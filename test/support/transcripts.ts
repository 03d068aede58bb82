/**
 * Random Claude Code logs whose truth is known because it comes first: responses are drawn, then written out as the agent would, in
 * several lines, with copies, replays and nested repetitions.
 */
import fc from 'fast-check'
import type { TokenCounts } from '../../src/core/tokens.ts'
import { type Json, progressLine, response, userLine } from './transcript.ts'

export interface Truth {
  readonly id: string
  /** Epoch ms of the response's first line. */
  readonly at: number
  /** Undefined where a copy says nothing that would tell it from the original. */
  readonly session: string | undefined
  readonly tokens: TokenCounts
  /** As `id name`, sorted. */
  readonly tools: readonly string[]
}

export interface Transcripts {
  /** Lines by path. */
  readonly files: Readonly<Record<string, readonly Json[]>>
  readonly truth: readonly Truth[]
  /** How many lines hold a usage. */
  readonly usageLines: number
}

const sessions = ['s1', 's2', 's3'] as const

const drawn = fc.record({
  kind: fc.constantFrom('main', 'main', 'sub', 'nested-only', 'gateway'),
  session: fc.constantFrom(...sessions),
  /** Seconds after the first of the log. */
  second: fc.nat(100_000),
  hasRequest: fc.boolean(),
  input: fc.nat(50),
  creation: fc.nat(900),
  oneHour: fc.nat(900),
  read: fc.nat(90_000),
  /** Outputs of its lines; the last is raised to be the final one. */
  outputs: fc.array(fc.nat(400), { minLength: 1, maxLength: 4 }),
  copies: fc.array(
    fc.record({ session: fc.constantFrom(...sessions), how: fc.constantFrom('exact', 'twin', 'restamped') }),
    { maxLength: 2 },
  ),
  replay: fc.boolean(),
  progress: fc.boolean(),
  gatewayCalls: fc.integer({ min: 2, max: 4 }),
})

type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never

const START = Date.UTC(2026, 0, 15)
const iso = (at: number) => new Date(at).toISOString()

class Writer {
  readonly files: Record<string, Json[]> = {}
  readonly truth: Truth[] = []
  usageLines = 0

  private put(path: string, line: Json): void {
    const file = this.files[path] ?? []
    this.files[path] = file
    file.push(line)
  }

  private usage(path: string, line: Json): void {
    this.usageLines++
    this.put(path, line)
  }

  write(one: Drawn, n: number): void {
    if (one.kind === 'gateway') this.gateway(one, n)
    else this.response(one, n)
  }

  private response(one: Drawn, n: number): void {
    const { session } = one
    const isSub = one.kind !== 'main'
    const main = `/logs/${session}.jsonl`
    const own = isSub ? `/logs/agent-a${n}.jsonl` : main
    const at = START + one.second * 1000
    const outputs = [...one.outputs.slice(0, -1), Math.max(...one.outputs, 11)]
    const line = (output: number, i: number, parts: Json = {}, more: Json = {}): Json =>
      response({
        id: `m${n}`,
        request: one.hasRequest ? `r${n}` : undefined,
        session,
        at: iso(at + i * 250),
        input: one.input,
        creation: one.creation,
        read: one.read,
        output,
        sidechain: isSub,
        content: [{ type: 'tool_use', id: `t${n}-${i}`, name: 'Bash', input: { usage: { output_tokens: 9 } } }],
        usage: { cache_creation: { ephemeral_1h_input_tokens: Math.min(one.oneHour, one.creation) } },
        ...parts,
        line: { uuid: `u${n}-${i}`, ...(isSub ? { agentId: `a${n}` } : {}), ...more },
      })
    const lines = outputs.map((output, i) => line(output, i))
    if (one.kind === 'nested-only')
      for (const nested of lines) this.usage(main, progressLine(nested, { sessionId: session }))
    else for (const each of lines) this.usage(own, each)
    if (one.kind === 'sub' && one.progress) this.usage(main, progressLine(lines[0]!, { sessionId: session }))
    this.put(
      main,
      userLine([{ type: 'tool_result', tool_use_id: `t${n}-0`, content: 'ok' }], {
        sessionId: session,
        toolUseResult: lines[0],
      }),
    )
    const isMain = one.kind === 'main'
    if (isMain && one.replay)
      this.usage(`/logs/agent-aside${n}.jsonl`, line(outputs.at(-1)!, 9, { sidechain: true, request: `replay${n}` }))
    for (const copy of isMain ? one.copies.filter(other => other.session !== session) : [])
      this.copy(copy, outputs, line)
    const isSure = !isMain || one.copies.every(copy => copy.how !== 'exact' || copy.session === session)
    this.truth.push({
      id: `m${n}`,
      at,
      session: isSure ? session : undefined,
      tokens: {
        input: one.input,
        output: outputs.at(-1)!,
        cacheCreation: one.creation,
        cacheRead: one.read,
        reasoning: 0,
        longCache: Math.min(one.oneHour, one.creation),
      },
      tools: outputs
        .map((_output, i) => `t${n}-${i} Bash`)
        .concat(isMain && one.replay ? [`t${n}-9 Bash`] : [])
        .sort(),
    })
  }

  private copy(
    { session, how }: Drawn['copies'][number],
    outputs: readonly number[],
    line: (output: number, i: number, parts?: Json, more?: Json) => Json,
  ): void {
    const path = `/logs/${session}.jsonl`
    for (const [i, output] of outputs.entries()) {
      const original = line(output, i)
      const later = iso(Date.parse(String(original.timestamp)) + 3_600_000)
      if (how === 'exact') this.usage(path, { ...original, sessionId: session })
      else if (how === 'twin')
        this.usage(path, { ...original, sessionId: session, session_id: line(output, i).sessionId })
      else this.usage(path, { ...original, sessionId: session, requestId: undefined, timestamp: later })
    }
  }

  /** Different calls under one id, without request ids: their prompts grow. */
  private gateway(one: Drawn, n: number): void {
    for (let call = 0; call < one.gatewayCalls; call++) {
      const at = START + one.second * 1000 + call * 60_000
      const output = one.outputs[0]! + call
      const input = one.input + call + 1
      const parts = {
        id: `g${n}`,
        request: undefined,
        session: one.session,
        input,
        read: one.read,
        output,
        at: iso(at),
        content: 'text',
      }
      this.usage(`/logs/${one.session}.jsonl`, response(parts))
      const tokens = { input, output, cacheCreation: 0, cacheRead: one.read, reasoning: 0, longCache: 0 }
      this.truth.push({ id: `g${n}`, at, session: one.session, tokens, tools: [] })
    }
  }
}

export const transcripts: fc.Arbitrary<Transcripts> = fc.array(drawn, { maxLength: 12 }).map(list => {
  const writer = new Writer()
  for (const [n, one] of list.entries()) writer.write(one, n)
  return writer
})
