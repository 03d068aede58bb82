/**
 * Soak test of `tokusage live`: N minutes beside a home in which nothing happens, then N minutes beside a copy of it in which several sessions work,
 * under a pseudo-terminal (util-linux `script`). Prints CPU and memory of the process, from /proc.
 *
 *   node test/bench/live.mjs [--home <folder>] [--idle <minutes>] [--busy <minutes>] [--cli <path of cli.cjs>] [--cold]
 *
 * `--home` is only read; without it a small one is made. An index is made first, unless `--cold` says that the monitor has to.
 */
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    idle: { type: 'string', default: '2' },
    busy: { type: 'string', default: '2' },
    cli: { type: 'string', default: join(import.meta.dirname, '../../dist/cli.cjs') },
    cold: { type: 'boolean', default: false },
  },
})

const TICKS_PER_SECOND = 100
const SAMPLE_MS = 5000
/** How long it may take until it has read everything; figures begin after. */
const WARM_UP_MS = 15_000
const SESSIONS = 5

const folder = mkdtempSync(join(tmpdir(), 'tokusage-soak-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
process.on('SIGINT', () => process.exit(130))

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

const environment = (home, data) => ({
  ...process.env,
  HOME: home,
  TOKUSAGE_HOME: data,
  TERM: 'xterm-256color',
  NODE_EXTRA_CA_CERTS: undefined,
})

/** CPU ms so far, and resident bytes. */
const sample = pid => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  return {
    at: Date.now(),
    cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND,
    rss: kilobytes * 1024,
  }
}

/** `script` runs a shell, which becomes the monitor. */
const childOf = async pid => {
  for (let tries = 0; tries < 100; tries++) {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    if (child) return Number(child)
    await sleep(50)
  }
  throw new Error('the monitor did not start')
}

const run = async (name, home, minutes, work) => {
  const data = join(folder, `data-${name}`)
  const env = environment(home, data)
  if (!values.cold) spawnSync(process.execPath, [values.cli, 'daily', '--offline', '--json'], { env, stdio: 'ignore' })
  const command = `stty cols 120 rows 40; exec '${process.execPath}' '${values.cli}' live --offline`
  const terminal = spawn('script', ['-qfc', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  let written = 0
  terminal.stdout.on('data', chunk => {
    written += chunk.length
  })
  const pid = await childOf(terminal.pid)
  const stop = work?.()
  await sleep(WARM_UP_MS)
  const samples = [sample(pid)]
  const bytesBefore = written
  const end = Date.now() + minutes * 60_000
  while (Date.now() < end) {
    await sleep(Math.min(SAMPLE_MS, Math.max(0, end - Date.now())))
    samples.push(sample(pid))
  }
  const lines = stop?.() ?? 0
  terminal.stdin.write('q')
  await new Promise(resolve => terminal.once('exit', resolve))
  return row(name, samples, written - bytesBefore, lines)
}

const megabytes = bytes => `${(bytes / 1e6).toFixed(1)} MB`

const row = (name, samples, bytes, lines) => {
  const first = samples[0]
  const last = samples.at(-1)
  const wall = last.at - first.at
  const shares = samples.slice(1).map((one, n) => ((one.cpuMs - samples[n].cpuMs) / (one.at - samples[n].at)) * 100)
  const rss = samples.map(one => one.rss)
  return {
    run: name,
    seconds: Math.round(wall / 1000),
    'CPU %': (((last.cpuMs - first.cpuMs) / wall) * 100).toFixed(2),
    'most CPU % in 5 s': Math.max(...shares).toFixed(2),
    'RSS first': megabytes(rss[0]),
    'RSS last': megabytes(rss.at(-1)),
    'RSS most': megabytes(Math.max(...rss)),
    'screen KB/s': (bytes / wall).toFixed(2),
    'lines written': lines,
  }
}

/** Several sessions that answer, each every second: a tool's result of some kilobytes, then a response whose lines grow. */
const worker = home => () => {
  const project = join(home, '.claude/projects/-home-dev-soak')
  let n = 0
  const timer = setInterval(() => {
    const session = n % SESSIONS
    const id = Math.floor(n / 3)
    const isSubagent = session === SESSIONS - 1
    const name = isSubagent ? 'soak-0/subagents/agent-a1.jsonl' : `soak-${session}.jsonl`
    const at = new Date().toISOString()
    const common = {
      sessionId: isSubagent ? 'soak-0' : `soak-${session}`,
      timestamp: at,
      cwd: '/home/dev/soak',
      version: '2.1.330',
    }
    const result = { type: 'tool_result', tool_use_id: `t${n}`, content: 'x'.repeat(500 + ((n * 7919) % 16_000)) }
    const response = output => ({
      parentUuid: null,
      isSidechain: isSubagent,
      type: 'assistant',
      ...(isSubagent ? { agentId: 'a1' } : {}),
      requestId: `req-${session}-${id}`,
      uuid: `u-${n}-${output}`,
      ...common,
      message: {
        id: `msg-${session}-${id}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-opus-4-6',
        content: [{ type: 'tool_use', id: `t${n}`, name: 'Bash', input: { command: 'ls' } }],
        stop_reason: output > 100 ? 'tool_use' : null,
        usage: {
          input_tokens: 3,
          cache_creation_input_tokens: 1200,
          cache_read_input_tokens: 30_000 + n * 50,
          output_tokens: output,
        },
      },
    })
    const records = [
      { type: 'user', uuid: `v-${n}`, ...common, message: { role: 'user', content: [result] } },
      response(12),
      response(420),
    ]
    mkdirSync(dirname(join(project, name)), { recursive: true })
    appendFileSync(join(project, name), records.map(record => `${JSON.stringify(record)}\n`).join(''))
    n++
  }, 1000 / SESSIONS)
  return () => {
    clearInterval(timer)
    return n * 3
  }
}

const idleHome = values.home ?? join(folder, 'home')
if (!existsSync(idleHome)) {
  const stop = worker(idleHome)()
  await sleep(3000)
  stop()
}
const rows = []
if (Number(values.idle) > 0) rows.push(await run('idle', idleHome, Number(values.idle)))
if (Number(values.busy) > 0) {
  const home = join(folder, 'busy')
  cpSync(idleHome, home, { recursive: true, preserveTimestamps: true })
  rows.push(await run('busy', home, Number(values.busy), worker(home)))
}
console.table(rows)
