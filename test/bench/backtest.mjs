// Holds the prediction of a window's end (src/limits/predict.ts) against what came of the windows of real homes, and against simpler ways. Each
// window is predicted at several points of its time: from the windows before it alone, and from all others. Not a test: it prints Markdown.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const usage = `node test/bench/backtest.mjs DIR…

  DIR  a home with agents' logs, or a folder with such homes in it, each called "home" (../shared/real)
`

const folders = process.argv.slice(2)
if (folders.length === 0 || !folders.every(folder => existsSync(folder))) {
  process.stderr.write(usage)
  process.exit(2)
}

const root = join(import.meta.dirname, '../..')
const HOUR = 3_600_000
/** Windows that an agent must have on a home to say anything. */
const LEAST_WINDOWS = 5
const FRACTIONS = [0.2, 0.4, 0.6, 0.8]

const modules = [
  'agents/index',
  'config/resolve',
  'host/node',
  'ingest/signals',
  'limits/curves',
  'limits/predict',
  'load',
]

/** The sources in one file: Node itself does not read them. */
const loadSources = async () => {
  const outfile = join(root, 'node_modules/.cache/tokusage/backtest.mjs')
  mkdirSync(join(outfile, '..'), { recursive: true })
  await build({
    stdin: {
      contents: modules.map(path => `export * from './src/${path}.ts'`).join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    define: { __VERSION__: '"backtest"' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    outfile,
  })
  return import(pathToFileURL(outfile).href)
}

const { agents, nodeHost, resolveOptions, read, readSignals, ...limits } = await loadSources()
const { tokenCurves, readWindows, pointCurve, predictEnd, recentRate, usedAfter } = limits

/** Folders called `home` in a folder, else the folder itself. */
const homesIn = folder => {
  const inside = (path, depth) =>
    depth === 0
      ? []
      : readdirSync(path, { withFileTypes: true })
          .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
          .flatMap(({ name }) => (name === 'home' ? [join(path, name)] : inside(join(path, name), depth - 1)))
  const found = inside(folder, 3)
  return found.length > 0 ? found : [folder]
}

const groupBy = (list, keyOf) => {
  const groups = new Map()
  for (const one of list) {
    const own = groups.get(keyOf(one))
    if (own) own.push(one)
    else groups.set(keyOf(one), [one])
  }
  return groups
}

/** Windows of a home: of each agent by length in tokens, and of each limit in points. */
const seriesOf = async home => {
  const host = {
    ...nodeHost(),
    home: (...parts) => join(home, ...parts),
    env: () => undefined,
    timeZone: 'UTC',
    threads: 1,
    asset: name => join(root, name.startsWith('rates') ? 'src/pricing' : 'fixtures', name),
  }
  const agentIds = agents.map(agent => agent.id)
  const options = await resolveOptions(host, 'blocks', { offline: true, index: false }, { agentIds })
  const { ingested } = await read(host, { ...options, index: false }, { kinds: ['blocks'] })
  const byAgent = [...groupBy(ingested.entries, ({ entry }) => entry.agent)]
  const tokens = byAgent.flatMap(([agent, entries]) =>
    [5, 168].map(hours => ({ home, agent, unit: `${hours} h, tokens`, curves: tokenCurves(entries, hours * HOUR) })),
  )
  const { readings } = readSignals(host, ingested.sources, agents, { since: 0 })
  const points = [...groupBy(readWindows(readings), ({ key }) => key)].map(([key, windows]) => ({
    home,
    agent: key.split('\n')[0],
    unit: `${windows[0].readings[0].minutes / 60} h, points`,
    curves: windows.flatMap(window => pointCurve(window) ?? []),
  }))
  return [...tokens, ...points]
}

const at = (sorted, share) => {
  const place = share * (sorted.length - 1)
  const low = sorted[Math.floor(place)]
  return low + (sorted[Math.ceil(place)] - low) * (place - Math.floor(place))
}

const rangeOf = values => {
  const sorted = [...values].sort((a, b) => a - b)
  return { low: at(sorted, 0.1), middle: at(sorted, 0.5), high: at(sorted, 0.9) }
}

/** Use at the end by every way. */
const ways = {
  'tokusage (`predictEnd`)': (past, now) => predictEnd(past, now),
  'past windows: what they added': (past, now) =>
    rangeOf(past.map(curve => now.used + usedAfter(curve, now.lengthMs) - usedAfter(curve, now.elapsedMs))),
  'past windows: by what factor they grew': (past, now) => {
    const factors = past.flatMap(curve => {
      const then = usedAfter(curve, now.elapsedMs)
      return then > 0 ? [usedAfter(curve, now.lengthMs) / then] : []
    })
    return factors.length < 2 ? undefined : rangeOf(factors.map(factor => now.used * factor))
  },
  'past windows: scaled by the recent rate': (past, now) => {
    const alike = past.flatMap(curve => {
      const rate = recentRate(curve, now.elapsedMs, now.lengthMs)
      const added = usedAfter(curve, now.lengthMs) - usedAfter(curve, now.elapsedMs)
      if (rate > 0 !== now.recentPerMs > 0) return []
      return [now.used + (rate > 0 ? (added / rate) * now.recentPerMs : added)]
    })
    return alike.length < 2 ? undefined : rangeOf(alike)
  },
  'recent rate stays': (_past, now) => {
    const end = now.used + now.recentPerMs * (now.lengthMs - now.elapsedMs)
    return { low: now.used, middle: end, high: end }
  },
  'naive: average rate stays (linear)': (_past, now) => {
    const end = (now.used / now.elapsedMs) * now.lengthMs
    return { low: end, middle: end, high: end }
  },
}

/** Every prediction of one way over some series. `pastOf(curves, i)` are the windows that are known at the i-th. */
const casesOf = (series, way, pastOf) =>
  series.flatMap(({ curves }) =>
    curves.flatMap((curve, i) => {
      const past = pastOf(curves, i)
      const lengthMs = curve.endAt - curve.startAt
      const truth = usedAfter(curve, lengthMs)
      return FRACTIONS.flatMap(fraction => {
        const elapsedMs = fraction * lengthMs
        const used = usedAfter(curve, elapsedMs)
        const now = { elapsedMs, lengthMs, used, recentPerMs: recentRate(curve, elapsedMs, lengthMs) }
        const end = used === 0 ? undefined : way(past, now)
        return end ? [{ fraction, truth, ...end }] : []
      })
    }),
  )

const percent = share => (Number.isFinite(share) ? `${Math.round(share * 100)} %` : '–')
const shareOf = (list, isTrue) => list.filter(isTrue).length / list.length
/** Sums of doubles in another order. */
const isUpTo = (a, b) => a <= b + 1e-6 * Math.abs(b)

const figures = cases => {
  const errors = cases.map(({ truth, middle }) => Math.abs(middle - truth) / truth).sort((a, b) => a - b)
  const off = cases.reduce((sum, { truth, middle }) => sum + Math.abs(middle - truth), 0)
  return [
    cases.length,
    percent(shareOf(cases, ({ truth, low, high }) => isUpTo(low, truth) && isUpTo(truth, high))),
    percent(shareOf(cases, ({ truth, high }) => isUpTo(truth, high))),
    cases.length === 0 ? '–' : percent(at(errors, 0.5)),
    cases.length === 0 ? '–' : percent(at(errors, 0.75)),
    percent(off / cases.reduce((sum, { truth }) => sum + truth, 0)),
  ]
}

const HEAD = [
  'predictions',
  'within P10–P90 (80 % wanted)',
  '≤ P90 (90 %)',
  'median error',
  'P75 error',
  'error of the sum',
]
const table = (first, rows) =>
  [
    `| ${[first, ...HEAD].join(' | ')} |`,
    `|${'---|'.repeat(HEAD.length + 1)}`,
    ...rows.map(([name, list]) => `| ${[name, ...figures(list)].join(' | ')} |`),
  ].join('\n')

const known = {
  'from the windows before it (3 or more)': (curves, i) => (i < 3 ? undefined : curves.slice(0, i)),
  'from all other windows of the home': (curves, i) => curves.filter((_, j) => j !== i),
  'without past windows (the first of a home)': () => [],
}

const all = (await Promise.all(folders.flatMap(homesIn).map(seriesOf))).flat()
for (const [unit, series] of groupBy(all, one => one.unit)) {
  const usable = series.filter(({ curves }) => curves.length >= LEAST_WINDOWS)
  const sizes = usable.map(({ curves }) => curves.length).sort((a, b) => a - b)
  const most = Math.max(...series.map(({ curves }) => curves.length))
  process.stdout.write(`\n## ${unit}\n\n`)
  if (usable.length === 0) {
    process.stdout.write(`No home has ${LEAST_WINDOWS} windows; the most is ${most}, over ${series.length} series.\n`)
    continue
  }
  process.stdout.write(`${usable.length} series of ${sizes.join(', ')} windows.\n`)
  for (const [name, pastOf] of Object.entries(known)) {
    const before = (curves, i) => pastOf(curves, i)
    const results = Object.entries(ways).flatMap(([way, predict]) => {
      const list = casesOf(usable, (past, now) => (past === undefined ? undefined : predict(past, now)), before)
      return list.length === 0 || (name.startsWith('without') && way.startsWith('past')) ? [] : [[way, list]]
    })
    process.stdout.write(`\n${name}:\n\n${table('way', results)}\n`)
    const own = results[0]?.[1] ?? []
    const byFraction = FRACTIONS.map(f => [`after ${f * 100} %`, own.filter(({ fraction }) => fraction === f)])
    process.stdout.write(`\n${table('tokusage', byFraction)}\n`)
  }
}
