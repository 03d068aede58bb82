/**
 * How long the guard keeps an agent waiting: hook calls over sessions of several sizes, each beside a bare Node, so that a noisy machine disturbs
 * both. `node test/bench/guard.mjs <home> [runs] [cli.cjs]`; the data folder is made for the run and removed. Nothing in the home is written.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [home, runs = '30', program = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url))] =
  process.argv.slice(2)
if (home === undefined) {
  console.error('usage: node test/bench/guard.mjs <home> [runs] [cli.cjs]')
  process.exit(2)
}

const data = mkdtempSync(join(tmpdir(), 'tokusage-guard-'))
const env = { PATH: process.env.PATH, HOME: home, TOKUSAGE_HOME: data, TZ: 'UTC' }

const timed = (args, input) => {
  const before = process.hrtime.bigint()
  const { status, stdout } = spawnSync(process.execPath, args, { env, input, encoding: 'utf8' })
  return { ms: Number(process.hrtime.bigint() - before) / 1e6, status, stdout }
}

const quantile = (list, share) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) * share)]

const refresh = () => timed([program, 'statusline', '--offline', '--refresh', 'default'])

const transcripts = () => {
  const projects = join(home, '.claude/projects')
  return readdirSync(projects, { recursive: true })
    .filter(name => /^[^/\\]+[/\\][^/\\]+\.jsonl$/.test(name))
    .map(name => ({ path: join(projects, name), size: statSync(join(projects, name)).size }))
    .sort((a, b) => a.size - b.size)
}

const hook = ({ path }, event) =>
  JSON.stringify({
    session_id: basename(path, '.jsonl'),
    transcript_path: path,
    cwd: home,
    hook_event_name: event,
    prompt: 'go on',
  })

/** A limit that nothing reaches, and one that everything does. */
const cases = [
  ['silent', ['--session', '1000000', '--day', '1000000', '--window', '80%']],
  ['blocks', ['--session', '0.0001']],
]

try {
  const first = refresh()
  console.log(`snapshot: ${first.ms.toFixed(0)} ms at first, ${refresh().ms.toFixed(0)} ms then`)
  const all = transcripts()
  const wanted = [1e4, 1e5, 1e6, 4e6, 8e6, 15e6, 40e6].flatMap(size => all.find(one => one.size >= size) ?? [])
  console.log('  size MB  answer   bare Node p50   hook p50   p95   max   hook minus Node')
  for (const transcript of new Set(wanted)) {
    for (const [name, flags] of cases) {
      const input = hook(transcript, 'PreToolUse')
      const args = [program, 'guard', ...flags]
      for (let i = 0; i < 3; i++) timed(args, input) // the code is kept, the warning remembered
      const bare = []
      const hooks = []
      for (let i = 0; i < Number(runs); i++) {
        bare.push(timed(['-e', '0']).ms)
        const { ms, status } = timed(args, input)
        if (status !== 0) throw new Error(`the hook ended with ${status}`)
        hooks.push(ms)
      }
      const figures = [quantile(bare, 0.5), quantile(hooks, 0.5), quantile(hooks, 0.95), quantile(hooks, 1)]
      const [node, p50, p95, max] = figures.map(ms => ms.toFixed(0).padStart(5))
      const more = (figures[1] - figures[0]).toFixed(0)
      console.log(
        `${(transcript.size / 1e6).toFixed(2).padStart(9)}  ${name}  ${node}           ${p50}      ${p95} ${max}   ${more}`,
      )
    }
  }
} finally {
  rmSync(data, { recursive: true, force: true })
}
