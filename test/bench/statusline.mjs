/**
 * What the status line costs: a render beyond bare Node, and the storm: many sessions that render several times a second, with what they start
 * in the background. `node test/bench/statusline.mjs [--seconds 60] [--sessions 20] [--runs 40] [--home DIR] [--program dist/cli.cjs]`.
 * Needs Linux: processes are watched in /proc. Unset NODE_EXTRA_CA_CERTS, which costs Node more than all of this.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    sessions: { type: 'string', default: '20' },
    tick: { type: 'string', default: '300' },
    runs: { type: 'string', default: '40' },
    home: { type: 'string' },
    program: { type: 'string', default: join(import.meta.dirname, '../../dist/cli.cjs') },
  },
})
const [seconds, sessions, tick, runs] = [values.seconds, values.sessions, values.tick, values.runs].map(Number)
const program = resolve(values.program)
const work = mkdtempSync(join(tmpdir(), 'tokusage-storm-'))
const data = join(work, 'data')
const model = 'claude-opus-5-5'

let count = 0
const responseOf = session =>
  `${JSON.stringify({
    type: 'assistant',
    timestamp: new Date().toISOString(),
    sessionId: session,
    requestId: `r${++count}`,
    cwd: '/home/dev/app',
    message: {
      id: `m${count}`,
      model,
      role: 'assistant',
      content: [{ type: 'text', text: 'Done.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 9, output_tokens: 120, cache_read_input_tokens: 20000, cache_creation_input_tokens: 900 },
    },
  })}\n`

const names = Array.from({ length: sessions }, (_, i) => `session-${i}`)
const logOf = session => join(work, '.claude/projects/-home-dev-app', `${session}.jsonl`)
const makeHome = () => {
  mkdirSync(join(logOf('x'), '..'), { recursive: true })
  for (const name of names) writeFileSync(logOf(name), Array.from({ length: 200 }, () => responseOf(name)).join(''))
  return work
}
const home = values.home === undefined ? makeHome() : resolve(values.home)

const env = { PATH: process.env.PATH, HOME: home, TOKUSAGE_HOME: data, COLUMNS: '160' }
const started = Date.now()
/** Percentages rise a point every few seconds. */
const inputOf = session => {
  const now = Date.now()
  return JSON.stringify({
    session_id: session,
    cwd: '/home/dev/app',
    model: { id: model, display_name: 'Opus 5.5' },
    version: '2.1.330',
    cost: { total_cost_usd: (now - started) / 1e5 },
    context_window: { context_window_size: 200000, current_usage: { input_tokens: 9, cache_read_input_tokens: 20000 } },
    prompt_cache: { warm: true, ttl: '5m', expires_at: Math.floor(now / 1000) + 300 },
    rate_limits: {
      five_hour: {
        used_percentage: 10 + Math.floor((now - started) / 5000),
        resets_at: Math.floor(started / 1000) + 9000,
      },
    },
  })
}

const run = (args, input) =>
  new Promise((done, fail) => {
    const begun = process.hrtime.bigint()
    const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
    let out = ''
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.stdout.on('data', chunk => (out += chunk))
    child.on('error', fail)
    child.on('close', code => done({ ms: Number(process.hrtime.bigint() - begun) / 1e6, code, out, pid: child.pid }))
  })

const sorted = numbers => [...numbers].sort((a, b) => a - b)
const at = (numbers, share) =>
  sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN
const shown = (numbers, digits = 1) =>
  `p50 ${at(numbers, 0.5).toFixed(digits)}  p95 ${at(numbers, 0.95).toFixed(digits)}  max ${at(numbers, 1).toFixed(digits)}`

const read = path => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it ended meanwhile
  }
}
/** Clock ticks of a process, and of its children that ended and were waited for. */
const cpuOf = pid => {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number)
  return { own: (user ?? 0) + (system ?? 0), children: (childUser ?? 0) + (childSystem ?? 0) }
}
const TICKS = 100
const peakOf = pid => Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024

const pause = ms => new Promise(done => setTimeout(done, ms))
const figures = join(data, 'status/default.json')
const settled = async () => {
  for (let i = 0; i < 1200 && (read(figures) === '' || read(join(data, 'status/default.lock')) !== ''); i++)
    await pause(100)
  await pause(300) // its compiled code
}

/** A render with figures of now, against bare Node, in turns. */
const race = async () => {
  await run([program, 'statusline'], inputOf('race'))
  await settled()
  const kept = JSON.parse(read(figures))
  const results = { bare: [], render: [], wall: [], cpu: [] }
  const timed = async args => {
    const before = cpuOf('self').children
    const { ms, out } = await run(args, inputOf('race'))
    return { ms, out, cpu: ((cpuOf('self').children - before) / TICKS) * 1000 }
  }
  let line = ''
  for (let i = 0; i < runs + 2; i++) {
    writeFileSync(figures, JSON.stringify({ ...kept, at: Date.now() }))
    const bare = await timed(['-e', '0'])
    const render = await timed([program, 'statusline'])
    if (i < 2) continue // the page cache
    results.bare.push(bare.ms)
    results.render.push(render.ms)
    results.wall.push(render.ms - bare.ms)
    results.cpu.push(render.cpu - bare.cpu)
    line = render.out
  }
  const mean = results.cpu.reduce((sum, ms) => sum + ms, 0) / results.cpu.length
  return { ...results, mean, line }
}

/** Watches what is started in the background: by its command line, in /proc. */
class Watch {
  seen = new Map()
  most = 0
  known = new Set()

  look() {
    let alive = 0
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name) || this.known.has(name)) continue
      const words = read(`/proc/${name}/cmdline`).split('\0')
      if (words.includes('--refresh') && words.includes(program)) {
        const state = read(`/proc/${name}/stat`).split(') ').at(-1)?.[0]
        if (state === undefined || state === 'Z') continue
        alive++
        const last = this.seen.get(name) ?? { cpu: 0, peak: 0 }
        this.seen.set(name, { cpu: Math.max(last.cpu, cpuOf(name).own), peak: Math.max(last.peak, peakOf(name)) })
      } else if (words.length > 1 && !words.includes(program)) this.known.add(name)
    }
    this.most = Math.max(this.most, alive)
  }
}

const storm = async () => {
  const watch = new Watch()
  const renders = []
  let [skipped, failed, peak] = [0, 0, 0]
  const before = cpuOf('self').children
  const end = Date.now() + seconds * 1000
  const watching = setInterval(() => watch.look(), 20)
  const session = async (name, index) => {
    await pause((index * tick) / sessions)
    let isBusy = false
    while (Date.now() < end) {
      // An agent never has two lines of one session made at once.
      if (isBusy) skipped++
      else {
        isBusy = true
        run([program, 'statusline'], inputOf(name)).then(({ ms, code, out }) => {
          isBusy = false
          renders.push(ms)
          if (code !== 0 || !/^[^\n]+\n$/.test(out)) failed++
        })
      }
      await pause(tick)
    }
  }
  const growing = setInterval(() => {
    if (values.home === undefined) for (const name of names) appendFileSync(logOf(name), responseOf(name))
  }, 2000)
  await Promise.all(names.map(session))
  clearInterval(growing)
  await pause(1000)
  const renderCpu = (cpuOf('self').children - before) / TICKS
  await settled()
  clearInterval(watching)
  // Apart, because looking at each costs time.
  for (let i = 0; i < 5; i++) {
    const child = spawn(process.execPath, [program, 'statusline'], { env, stdio: ['pipe', 'ignore', 'ignore'] })
    const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 2)
    child.stdin.end(inputOf('peak'))
    await new Promise(done => child.on('close', done))
    clearInterval(timer)
  }
  await settled()
  return { renders, skipped, failed, peak, renderCpu, watch }
}

try {
  const { bare, render, wall, mean, line } = await race()
  process.stdout.write(`${line.trimEnd()}\n\n`)
  process.stdout.write(`bare Node       ms: ${shown(bare)}\nrender          ms: ${shown(render)}\n`)
  process.stdout.write(
    `beyond bare     ms: ${shown(wall)}; CPU ${mean.toFixed(1)} ms on average (${runs} runs in turns)\n\n`,
  )
  const { renders, skipped, failed, peak, renderCpu, watch } = await storm()
  const refreshes = [...watch.seen.values()]
  const refreshCpu = refreshes.reduce((sum, { cpu }) => sum + cpu, 0) / TICKS
  process.stdout.write(
    `storm: ${sessions} sessions every ${tick} ms for ${seconds} s: ${renders.length} renders, ${skipped} left out because the one before was not done, ${failed} failed\n`,
  )
  process.stdout.write(
    `renders         ms: ${shown(renders)}; CPU ${renderCpu.toFixed(1)} s (${((renderCpu / renders.length) * 1000).toFixed(1)} ms each), peak ${peak.toFixed(0)} MB\n`,
  )
  process.stdout.write(
    `refreshers: ${refreshes.length}, at most ${watch.most} alive at once; CPU ${refreshCpu.toFixed(1)} s, peak ${Math.max(0, ...refreshes.map(r => r.peak)).toFixed(0)} MB\n`,
  )
  if (watch.most > 1 || failed > 0) process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
