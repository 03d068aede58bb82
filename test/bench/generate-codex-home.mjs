#!/usr/bin/env node
/**
 * Writes a synthetic Codex home that has the shape of real ones, for benchmarks and load tests; the same options give the same bytes.
 *
 *   node generate-codex-home.mjs --out DIR [--mib 1024] [--seed 1] [--now 2026-11-20T12:00:00Z] [--days 180]
 *
 * The result is DIR/.codex/sessions/YYYY/MM/DD/rollout-….jsonl, some archived, and DIR/expected.json, what a correct reader reports:
 * every response once, on the day of its original line.
 *
 * Like real ones: most bytes are tools' output, encrypted reasoning and what is logged twice (about 50 KB for each response); sizes from
 * a few KB to over a hundred MB; two generations of the format (`token_count` alone, repeated at every turn, and with
 * `token_usage_record`, ordinals and paged history); forks that begin with their parent's lines under new times, forks that refer to
 * them, sub-agents with a second `session_meta`; compactions, limits without usage, torn last lines; quoted usage inside tools' output.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    mib: { type: 'string', default: '1024' },
    seed: { type: 'string', default: '1' },
    now: { type: 'string', default: '2026-11-20T12:00:00Z' },
    days: { type: 'string', default: '180' },
  },
})
if (options.out === undefined) {
  console.error('--out DIR is missing')
  process.exit(2)
}
const wantedBytes = Number(options.mib) * 1048576
const lastMoment = Date.parse(options.now)
const DAY_MS = 86_400_000

/** Numbers that look random and are the same in every run (xorshift32). */
let word = (Number(options.seed) * 2_654_435_769) >>> 0 || 1
const chance = () => {
  word ^= word << 13
  word >>>= 0
  word ^= word >>> 17
  word ^= word << 5
  word >>>= 0
  return word / 4_294_967_296
}
const between = (low, high) => low + Math.floor(chance() * (high - low + 1))
const oneOf = list => list[Math.floor(chance() * list.length)]
const digits = n => Array.from({ length: n }, () => '0123456789abcdef'[between(0, 15)]).join('')

/** A UUID of version 7, which begins with its time. */
const idAt = ms => {
  const time = ms.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-8${digits(3)}-${digits(12)}`
}

const lines = [
  'const total = rows.reduce((sum, row) => sum + row.tokens, 0)',
  '  if (!entry) return "not \\"found\\""',
  '+ added',
  '- removed',
  'Ran 412 tests in 3.2s: ok',
  '// naïve café 数据 テスト 🚀',
  '{"name":"app","version":"1.0.0","scripts":{"test":"vitest"}}',
  '\tsrc/ingest/scan.ts:120:16',
  '}}{{ [] () => ;',
]
const quoted = JSON.stringify({
  type: 'event_msg',
  payload: { type: 'token_count', info: { last_token_usage: { input_tokens: 999999, output_tokens: 999999 } } },
})
const prose = (() => {
  let text = ''
  while (text.length < 300_000) text += `${oneOf(lines)}\n`
  return text
})()
const textOf = length => {
  const from = between(0, Math.max(0, prose.length - length - 1))
  return prose.slice(from, from + length)
}
const cipher = Array.from({ length: 4000 }, () => digits(16)).join('')
const cipherOf = length => cipher.slice(between(0, 1000), length)

const commands = ['git status', 'npm test', 'rg -n total src', 'sed -n 1,200p src/app.ts', 'ls -la']
const models = ['gpt-5.1-codex', 'gpt-5.1-codex', 'gpt-5.5', 'gpt-5.1-codex-mini']

const truth = {
  files: 0,
  lines: 0,
  bytes: 0,
  calls: 0,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  webSearches: 0,
  byModel: {},
  byDayUtc: {},
}
const row = () => ({ calls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, webSearches: 0 })
const count = (at, model, usage, webSearches) => {
  const day = new Date(at).toISOString().slice(0, 10)
  truth.byModel[model] ??= row()
  truth.byDayUtc[day] ??= row()
  for (const sums of [truth, truth.byModel[model], truth.byDayUtc[day]]) {
    sums.calls++
    sums.input += usage.input_tokens - usage.cached_input_tokens - usage.cache_write_input_tokens
    sums.output += usage.output_tokens
    sums.cacheRead += usage.cached_input_tokens
    sums.cacheWrite5m += usage.cache_write_input_tokens
    sums.webSearches += webSearches
  }
}

const noUsage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
  total_tokens: 0,
}
const plus = (a, b) => Object.fromEntries(Object.keys(noUsage).map(key => [key, a[key] + b[key]]))

/** One rollout being written. */
class Rollout {
  buffer = []
  buffered = 0
  written = 0
  ordinal = 0
  /** Lines that a fork would copy: those of its first responses. */
  kept = []
  total = noUsage

  constructor(thread, at, isNew, isArchived) {
    this.thread = thread
    this.at = at
    this.isNew = isNew
    const time = new Date(at).toISOString()
    const folder = isArchived ? 'archived_sessions' : join('sessions', ...time.slice(0, 10).split('-'))
    mkdirSync(join(options.out, '.codex', folder), { recursive: true })
    const name = `rollout-${time.slice(0, 19).replaceAll(':', '-')}-${thread}.jsonl`
    this.file = openSync(join(options.out, '.codex', folder, name), 'w')
    truth.files++
  }

  put(type, payload, keeps = true) {
    const ordinal = this.isNew ? { ordinal: this.ordinal++ } : {}
    this.raw(`${JSON.stringify({ timestamp: new Date(this.at).toISOString(), ...ordinal, type, payload })}\n`)
    if (keeps && this.kept.length < 400) this.kept.push([type, payload])
  }

  raw(text) {
    const size = Buffer.byteLength(text)
    this.buffer.push(text)
    this.buffered += size
    this.written += size
    truth.lines++
    truth.bytes += size
    if (this.buffered > 1 << 20) this.flush()
  }

  flush() {
    writeSync(this.file, this.buffer.join(''))
    this.buffer = []
    this.buffered = 0
  }

  close() {
    if (chance() < 0.02)
      this.raw('{"timestamp":"2026-11-20T12:00:00.000Z","type":"event_msg","payload":{"type":"token_co')
    this.flush()
    closeSync(this.file)
  }
}

const limitsAt = at => ({
  limit_id: 'codex',
  primary: { used_percent: between(0, 99), window_minutes: 300, resets_at: Math.floor(at / 1000) + 9000 },
  secondary: { used_percent: between(0, 99), window_minutes: 10_080, resets_at: Math.floor(at / 1000) + 400_000 },
  credits: null,
  plan_type: 'plus',
})

const tokenCount = (log, total, last) =>
  log.put('event_msg', {
    type: 'token_count',
    info: total && { total_token_usage: total, last_token_usage: last, model_context_window: 272_000 },
    rate_limits: limitsAt(log.at),
  })

const sessionMeta = (log, more) => ({
  id: log.thread,
  timestamp: new Date(log.at).toISOString(),
  cwd: `/home/dev/work/project-${between(1, 40)}`,
  originator: 'codex_cli_rs',
  cli_version: log.isNew ? '0.169.0' : '0.98.0',
  source: 'cli',
  model_provider: 'openai',
  base_instructions: { text: textOf(log.isNew ? 20_000 : 3000) },
  git: { commit_hash: digits(40), branch: 'main' },
  ...more,
})

const turnContext = (log, turn, model) =>
  log.put('turn_context', {
    turn_id: turn,
    cwd: '/home/dev/work',
    approval_policy: 'never',
    sandbox_policy: { type: 'danger-full-access' },
    model,
    effort: 'medium',
    summary: 'auto',
  })

/** A tool's call and its output, which the newer format logs twice. */
const tool = log => {
  const call_id = `call_${digits(24)}`
  const command = oneOf(commands)
  log.put('response_item', {
    type: 'function_call',
    name: 'exec_command',
    arguments: JSON.stringify({ cmd: command, workdir: '/home/dev/work' }),
    call_id,
  })
  const large = chance() < 0.06
  const size = large ? between(60_000, 250_000) : between(400, log.isNew ? 22_000 : 40_000)
  const output = chance() < 0.02 ? `${textOf(300)}${quoted}` : textOf(size)
  return () => {
    if (log.isNew)
      log.put('event_msg', {
        type: 'item_completed',
        thread_id: log.thread,
        item: {
          type: 'CommandExecution',
          id: call_id,
          command: ['bash', '-lc', command],
          aggregated_output: output,
          exit_code: 0,
        },
      })
    log.put('response_item', {
      type: 'function_call_output',
      call_id,
      output: log.isNew ? output : JSON.stringify({ output, metadata: { exit_code: 0, duration_seconds: 0.4 } }),
    })
  }
}

/** One response: its items, its usage, and what its tools gave back. */
const respond = (log, turn, model, context) => {
  log.at += between(2000, 60_000)
  log.put('response_item', {
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: textOf(80) }],
    encrypted_content: cipherOf(between(1500, 12_000)),
  })
  if (chance() < 0.3) log.put('event_msg', { type: 'agent_reasoning', text: textOf(80) })
  const searches = chance() < 0.01 ? 1 : 0
  if (searches)
    log.put('response_item', {
      type: 'web_search_call',
      status: 'completed',
      action: { type: 'search', query: textOf(30) },
    })
  const outputs = Array.from({ length: chance() < 0.85 ? between(1, 2) : 0 }, () => tool(log))
  if (outputs.length === 0) {
    const text = textOf(between(100, 2500))
    log.put('event_msg', { type: 'agent_message', message: text })
    log.put('response_item', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] })
  }
  const cached_input_tokens = Math.floor((context * between(80, 100)) / 100 / 128) * 128
  const usage = {
    input_tokens: context + between(50, 900),
    cached_input_tokens,
    cache_write_input_tokens: log.isNew ? between(0, 40) : 0,
    output_tokens: between(40, 2400),
    reasoning_output_tokens: between(0, 40),
  }
  usage.total_tokens = usage.input_tokens + usage.output_tokens
  if (!log.isNew && chance() < 0.5) tokenCount(log, null)
  log.total = plus(log.total, usage)
  if (log.isNew)
    log.put('token_usage_record', {
      thread_id: log.thread,
      turn_id: turn,
      session_id: log.thread,
      response_id: `resp_${digits(24)}`,
      usage,
      turn_token_usage: usage,
      thread_token_usage: log.total,
    })
  tokenCount(log, log.total, usage)
  count(log.at, model, usage, searches)
  for (const giveBack of outputs) {
    log.at += between(20, 4000)
    giveBack()
  }
  if (!log.isNew && chance() < 0.9) {
    turnContext(log, turn, model)
    tokenCount(log, log.total, usage) // the same again
  }
  return { usage, isDone: outputs.length === 0 }
}

/** Turns until the log has its size. */
const converse = (log, size, turns) => {
  let context = between(9000, 16_000)
  while (log.written < size) {
    log.at += between(1000, 400_000)
    const turn = idAt(log.at)
    const model = oneOf(models)
    log.put('event_msg', { type: 'task_started', turn_id: turn, model_context_window: 272_000 })
    turnContext(log, turn, model)
    const prompt = textOf(between(20, 600))
    log.put('response_item', { type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] })
    log.put('event_msg', { type: 'user_message', message: prompt, images: [] })
    for (let isDone = false; !isDone && log.written < size; ) {
      const answer = respond(log, turn, model, context)
      isDone = answer.isDone
      context = Math.min(answer.usage.input_tokens + answer.usage.output_tokens, 260_000)
    }
    if (context > 200_000) {
      log.put('compacted', { message: textOf(4000) })
      tokenCount(log, log.total, { ...noUsage, total_tokens: 9000 })
      context = between(9000, 20_000)
    }
    log.put('event_msg', { type: 'task_complete', turn_id: turn, last_agent_message: textOf(60) })
    if (--turns === 0) return
  }
}

/** Sizes of files: half under 200 KB, one in a hundred over 10 MB, the largest a tenth of all. */
const steps = [
  [0, 20e3],
  [0.5, 200e3],
  [0.8, 700e3],
  [0.95, 3e6],
  [0.99, 11e6],
  [1, 110e6],
]
const sizeAt = share => {
  const above = Math.max(
    1,
    steps.findIndex(([at]) => share <= at),
  )
  const [[from, low], [to, high]] = [steps[above - 1], steps[above]]
  return low * (high / low) ** ((share - from) / (to - from))
}
const sample = Array.from({ length: 4000 }, (_, i) => sizeAt((i + 0.5) / 4000))
const mean = sample.reduce((a, b) => a + b) / sample.length
const files = Math.max(8, Math.round(wantedBytes / mean))
const sizes = Array.from({ length: files }, (_, i) => sizeAt((i + 0.5) / files))
const scale = wantedBytes / sizes.reduce((a, b) => a + b)
const order = sizes.map(size => [chance(), size * scale]).sort((a, b) => a[0] - b[0])

/** A log that its thread's fork copies whole: written in one burst, under new times. */
const copyInto = (log, parent) => {
  for (const [type, payload] of parent.kept) log.put(type, payload, false)
  const totals = parent.kept.flatMap(([type, payload]) =>
    type === 'event_msg' && payload.info ? [payload.info.total_token_usage] : [],
  )
  log.total = totals.at(-1) ?? noUsage
}

let parent
for (const [, size] of order) {
  const at = lastMoment - Math.floor(chance() * Number(options.days) * DAY_MS) - 3_600_000
  const kind = parent ? chance() : 1
  if (kind < 0.06) {
    const start = Math.max(at, parent.at) + 60_000
    const log = new Rollout(idAt(start), start, parent.isNew, false)
    if (parent.isNew) {
      const history_base = {
        thread_id: parent.thread,
        end_ordinal_exclusive: parent.ordinal,
        end_byte_offset: parent.written,
      }
      log.put(
        'session_meta',
        sessionMeta(log, { forked_from_id: parent.thread, history_mode: 'paginated', history_base }),
      )
      log.total = parent.total
    } else {
      log.put('session_meta', sessionMeta(log, { forked_from_id: parent.thread }))
      copyInto(log, parent)
    }
    converse(log, size + log.written)
    log.close()
    continue
  }
  if (kind < 0.25) {
    const start = parent.at + 5000
    const log = new Rollout(idAt(start), start, parent.isNew, false)
    const thread_spawn = { parent_thread_id: parent.thread, depth: 1, agent_nickname: 'Ada' }
    log.put(
      'session_meta',
      sessionMeta(log, {
        session_id: parent.thread,
        parent_thread_id: parent.thread,
        source: { subagent: { thread_spawn } },
        thread_source: 'subagent',
      }),
    )
    converse(log, size)
    log.close()
    continue
  }
  const log = new Rollout(idAt(at), at, chance() < 0.5, chance() < 0.1)
  log.put(
    'session_meta',
    sessionMeta(log, log.isNew ? { session_id: log.thread, thread_source: 'user', history_mode: 'paginated' } : {}),
  )
  converse(log, size)
  log.close()
  parent = log
}
writeFileSync(join(options.out, 'expected.json'), `${JSON.stringify(truth, null, 2)}\n`)
console.log(
  `${truth.files} files, ${truth.lines} lines, ${(truth.bytes / 1048576).toFixed(1)} MiB, ${truth.calls} calls`,
)
