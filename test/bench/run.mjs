// Compares the built program with bare Node and with a peer on one home, in interleaved runs, and prints a Markdown table.
// Figures depend on the machine: trust the ratios. Not a test: nothing is asserted but the totals.
import { spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const usage = `npm run bench -- --home DIR [--agent claude] [--peer PATH] [--runs 9]

  --home DIR   a home with an agent's logs, and the totals of a correct reader in DIR/expected.json. Make one with
                 node ../shared/bench/generate-claude-home.mjs --out DIR --mib 1024   (lies beside the project)
                 node test/bench/generate-codex-home.mjs --out DIR --mib 1024
               One of its logs grows during the run and is cut back at the end.
  --agent ID   whose logs these are, as ccusage names it
  --peer PATH  the native binary of ccusage (npm package ccusage, its optional package for this system)
  --runs N     interleaved runs of each, 7 at least
`

const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    agent: { type: 'string', default: 'claude' },
    peer: { type: 'string' },
    runs: { type: 'string', default: '9' },
  },
})
if (values.home === undefined || !existsSync(values.home)) {
  process.stderr.write(usage)
  process.exit(2)
}
const runs = Math.max(7, Number(values.runs) || 0)
const program = join(import.meta.dirname, '../../dist/cli.cjs')
if (!existsSync(program)) {
  process.stderr.write("There is no dist. 'npm run build' makes it.\n")
  process.exit(2)
}

// NODE_EXTRA_CA_CERTS costs Node 50 ms a start and is set on few machines; it is left out with all the rest.
const environment = (home, data) => ({ PATH: process.env.PATH, HOME: home, TZ: 'UTC', TOKUSAGE_HOME: data })

/** Memory of a process and its peak in kB, as the kernel counts it; 0 where it does not say. */
const peakOf = pid => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0 // it has ended, or this is not Linux
  }
}

const measure = ([command, ...args], home, data, watchesMemory) =>
  new Promise((resolve, reject) => {
    const started = process.hrtime.bigint()
    const child = spawn(command, args, { env: environment(home, data), stdio: ['ignore', 'pipe', 'pipe'] })
    let peak = 0
    const timer = watchesMemory ? setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 5) : undefined
    const chunks = []
    child.stdout.on('data', chunk => chunks.push(chunk))
    child.stderr.resume()
    child.on('error', reject)
    child.on('close', status => {
      clearInterval(timer)
      const ms = Number(process.hrtime.bigint() - started) / 1e6
      if (status !== 0) reject(new Error(`${command} ${args.join(' ')} ended with ${status}`))
      else resolve({ ms, peak, stdout: Buffer.concat(chunks).toString('utf8') })
    })
  })

const median = numbers => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Runs all contestants in turn, so that a slow minute of the machine slows them all. `before` makes things ready for a run. */
const race = async (contestants, home) => {
  const results = new Map(contestants.map(({ name }) => [name, { ms: [], peak: 0, stdout: '' }]))
  for (let round = 0; round < runs + 1; round++)
    for (const { name, command, data = warmData, before = () => {} } of contestants) {
      before()
      const { ms, stdout } = await measure(command, home, data, false)
      const result = results.get(name)
      if (round > 0) result.ms.push(ms) // the first round fills the page cache and the index
      result.stdout = stdout
    }
  // Apart, because watching costs time.
  for (const { name, command, data = warmData, before = () => {} } of contestants) {
    before()
    results.get(name).peak = (await measure(command, home, data, true)).peak
  }
  return results
}

/** Data folders: one that is kept from run to run, one that is empty at every run but for the compiled code, one whose log grows. */
const data = mkdtempSync(join(tmpdir(), 'tokusage-bench-data-'))
const warmData = join(data, 'warm')
const firstData = join(data, 'first')
const grownData = join(data, 'grown')
const smallData = join(data, 'small')
const forget = () => rmSync(join(firstData, 'index-1'), { recursive: true, force: true })

const logsIn = folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.jsonl'))
    .map(name => join(folder, name))

/** A log of middling size, and a MiB of its own lines under new ids to be appended. */
const growing = folder => {
  const path =
    logsIn(folder)
      .sort((a, b) => statSync(a).size - statSync(b).size)
      .at(-20) ?? ''
  const text = readFileSync(path, 'utf8')
  const lines = text.split('\n').slice(0, -1)
  let part = ''
  while (part.length < 1 << 20) part += `${lines.join('\n')}\n`
  return { path, size: statSync(path).size, part: part.slice(0, part.lastIndexOf('\n', 1 << 20) + 1) }
}

/** A home of ten small files, for what a start costs. */
const smallHome = () => {
  const home = mkdtempSync(join(tmpdir(), 'tokusage-bench-'))
  const folder = join(home, '.claude/projects/-home-dev-app')
  mkdirSync(folder, { recursive: true })
  for (let file = 0; file < 10; file++) {
    const lines = Array.from({ length: 20 }, (_, i) =>
      JSON.stringify({
        type: 'assistant',
        timestamp: new Date(Date.UTC(2026, 10, 1 + file, 9, i)).toISOString(),
        sessionId: `s${file}`,
        requestId: `r${file}-${i}`,
        cwd: '/home/dev/app',
        message: {
          id: `m${file}-${i}`,
          model: 'claude-opus-5-5',
          role: 'assistant',
          content: [{ type: 'text', text: 'Done.' }],
          stop_reason: 'end_turn',
          usage: {
            input_tokens: 9,
            output_tokens: 120,
            cache_read_input_tokens: 20000,
            cache_creation_input_tokens: 900,
          },
        },
      }),
    )
    writeFileSync(join(folder, `s${file}.jsonl`), `${lines.join('\n')}\n`)
  }
  return home
}

const node = process.execPath
const bare = { name: '`node -e 0`', command: [node, '-e', '0'] }
const own = (...args) => ({ name: `tokusage ${args.join(' ')}`, command: [node, program, ...args] })
const peer = (...args) =>
  values.peer === undefined ? [] : [{ name: `ccusage ${args.join(' ')}`, command: [values.peer, ...args] }]

/** Rows of the table: every contestant against the last one, and what it takes beyond bare Node. */
const table = results => {
  const floor = median(results.get(bare.name).ms)
  const last = median([...results.values()].at(-1).ms)
  const rows = [...results].map(([name, { ms, peak }]) => {
    const mid = median(ms)
    const range = `${Math.min(...ms).toFixed(0)}–${Math.max(...ms).toFixed(0)}`
    const memory = peak > 0 ? `${(peak / 1024).toFixed(0)} MB` : '?'
    return `| ${name} | ${mid.toFixed(0)} ms | ${range} | ${(mid - floor).toFixed(0)} ms | ${(mid / last).toFixed(2)} | ${memory} |`
  })
  return [
    '| what | median | range | beyond bare Node | to the last row | peak memory |',
    '|---|--:|--:|--:|--:|--:|',
    ...rows,
  ].join('\n')
}

/** The generator's names for what a correct reader finds. */
const expectedTotals = file => ({
  inputTokens: file.input,
  outputTokens: file.output,
  cacheReadTokens: file.cacheRead,
  cacheCreationTokens: file.cacheWrite5m + file.cacheWrite1h,
  cacheCreation1hTokens: file.cacheWrite1h,
  webSearchRequests: file.webSearches,
  entries: file.calls,
})

const checkTotals = (name, stdout, expected) => {
  const { totals } = JSON.parse(stdout)
  const told = Object.entries(expected).filter(([key]) => key in totals)
  const wrong = told.filter(([key, count]) => totals[key] !== count)
  return wrong.length === 0
    ? `- ${name}: exact in ${told.map(([key]) => key).join(', ')}`
    : `- ${name}: WRONG, ${wrong.map(([key, count]) => `${key} is ${totals[key]} and should be ${count}`).join('; ')}`
}

const versionOf = command => spawnSync(command, ['--version'], { encoding: 'utf8' }).stdout.trim()

const log = growing(values.home)
let growths = 0
const grow = () => {
  const stamp = String(growths++).padStart(6, '0')
  appendFileSync(log.path, log.part.replace(/"(msg_|req_|resp_)\w{6}/g, `"$1${stamp}`))
}
const json = ['--json', '--offline']
const large = [
  bare,
  own('daily', ...json, '--no-index'),
  own('daily', ...json, '--no-index', '--single-thread'),
  { ...own('daily', ...json), name: 'tokusage daily, first run', data: firstData, before: forget },
  { ...own('daily', ...json), name: 'tokusage daily, nothing changed' },
  { ...own('monthly', ...json), name: 'tokusage monthly, nothing changed' },
  { ...own('session', ...json), name: 'tokusage session, nothing changed' },
  { ...own('blocks', ...json), name: 'tokusage blocks, nothing changed' },
  { ...own('daily', ...json, '--since', '7d'), name: 'tokusage daily --since 7d, nothing changed' },
  ...peer(values.agent, 'daily', ...json),
]
const grown = [
  bare,
  { ...own('daily', ...json), name: 'tokusage daily, 1 MiB appended', data: grownData, before: grow },
  { ...own('daily', ...json), name: 'tokusage daily, nothing changed since', data: grownData },
]
const ofSmall = contestant => ({ ...contestant, data: smallData })
const small = [
  bare,
  ofSmall(own('--version')),
  ofSmall(own('--help')),
  ofSmall(own('daily', '--offline')),
  ...peer(values.agent, 'daily', '--offline'),
]

const home = smallHome()
try {
  const title = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${runs} runs each`
  process.stdout.write(`${title}${values.peer === undefined ? '' : `, ${versionOf(values.peer)}`}\n\n`)
  const results = await race(large, values.home)
  process.stdout.write(`### ${values.home}\n\n${table(results)}\n\n`)
  const expectedPath = join(values.home, 'expected.json')
  if (existsSync(expectedPath)) {
    const expected = expectedTotals(JSON.parse(readFileSync(expectedPath, 'utf8')))
    for (const [name, { stdout }] of results)
      if (stdout !== '' && /daily/.test(name) && !/since|appended/.test(name))
        process.stdout.write(`${checkTotals(name, stdout, expected)}\n`)
  } else process.stdout.write('There is no expected.json: the totals were not checked.\n')
  process.stdout.write(`\n### A log of it that grows\n\n${table(await race(grown, values.home))}\n`)
  process.stdout.write(`\n### A home of ten files\n\n${table(await race(small, home))}\n`)
} finally {
  truncateSync(log.path, log.size)
  rmSync(home, { recursive: true, force: true })
  rmSync(data, { recursive: true, force: true })
}
