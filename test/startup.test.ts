/** What each way into the program loads: the start-up time of a small program is the code that has to be made ready. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root, run } from './support/run.ts'
import { temporaryHome } from './support/temporary.ts'
import { jsonl, response } from './support/transcript.ts'

interface Metafile {
  readonly inputs: Readonly<
    Record<string, { readonly bytes: number; readonly imports: readonly { path: string; kind: string }[] }>
  >
}

const metafile: Metafile = JSON.parse(readFileSync(join(root, 'dist/metafile-cjs.json'), 'utf8'))

/** The sources that run when these do: what is imported on demand is not among them. */
const loadedBy = (...doors: readonly string[]): string[] => {
  const found = new Set<string>()
  const add = (path: string): void => {
    const input = metafile.inputs[path]
    if (!input || found.has(path)) return
    found.add(path)
    for (const { path: next, kind } of input.imports) if (kind !== 'dynamic-import') add(next)
  }
  for (const door of doors) add(door)
  return [...found].sort()
}

const program = ['src/program.ts', 'src/agents/index.ts', 'src/host/node.ts']
const daily = [...program, 'src/commands/report.ts', 'src/render/report-table.ts']

const bytesOf = (inputs: readonly string[]): number =>
  inputs.reduce((sum, input) => sum + (metafile.inputs[input]?.bytes ?? 0), 0)

const packagesOf = (inputs: readonly string[]): string[] => [
  ...new Set(inputs.flatMap(input => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [])),
]

const home = () => temporaryHome({ '.claude/projects/-home-dev-app/s1.jsonl': jsonl(response()) })

/** Node's own modules that a run loads beyond those that Node begins with. */
const builtinsOf = (args: readonly string[]): string[] => {
  const own = home()
  const log = join(own, 'loaded.txt')
  const node = ['--require', join(root, 'test/support/list-modules.cjs')]
  const { status, stderr } = run(args, { home: own, cwd: own, node, env: { LOADED_MODULES: log } })
  expect([status, stderr]).toEqual([0, ''])
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap(line => /^NativeModule ([a-z_/]+)$/.exec(line)?.[1] ?? [])
}

describe('start-up', () => {
  test('daily runs its own path and nothing else', () => {
    const inputs = loadedBy(...daily)
    expect(inputs).toContain('src/report/periods.ts')
    const others =
      /render\/(json|csv|markdown|doctor|session-detail|active-block)\b|json-schema|config\/schema|host\/sqlite|commands\/(?!report|terminal|jq)/
    expect(inputs.filter(input => others.test(input))).toEqual([])
  })

  test('no report needs a package beside the width of text', () => {
    const known = ['fast-string-width', 'fast-string-truncated-width']
    expect(packagesOf(loadedBy(...daily)).filter(name => !known.includes(name))).toEqual([])
  })

  test('zod is found where it is needed', () => {
    expect(packagesOf(loadedBy('src/config/schema.ts'))).toContain('zod')
  })

  test('the code that is made ready stays small', () => {
    const bytes = bytesOf(loadedBy(...daily))
    process.stdout.write(`daily: ${Math.round(bytes / 1000)} kB of sources\n`)
    expect(bytes).toBeGreaterThan(100_000)
    expect(bytes).toBeLessThan(1_200_000)
    expect(statSync(join(root, 'dist/cli.cjs')).size).toBeLessThan(6_000)
  })

  test.each([
    ['a table', ['daily', '--offline']],
    ['JSON', ['daily', '--offline', '--json']],
  ])('%s of a small home loads no threads, processes or network', (_, args) => {
    const loaded = builtinsOf(args)
    expect(loaded).toContain('vm')
    const heavy = ['worker_threads', 'child_process', 'net', 'http', 'https', 'tls', 'dgram', 'crypto', 'readline']
    expect(loaded.filter(name => heavy.includes(name))).toEqual([])
  })

  test('--version is answered by the door alone', () => {
    expect(run(['--version'], { home: home() }).stdout).toMatch(/^tokusage \d/)
  })
})

describe('the compiled code', () => {
  const codeIn = (own: string) => {
    const folder = join(own, '.local/share/tokusage/code')
    return readdirSync(folder).map(name => join(folder, name))
  }

  test('is kept for the next run, grows with what is used, and is the user’s alone', () => {
    const own = home()
    const first = run(['daily', '--offline', '--json'], { home: own })
    const [path] = codeIn(own)
    const size = statSync(path!).size
    expect(statSync(path!).mode & 0o777).toBe(0o600)
    expect(run(['daily', '--offline', '--json'], { home: own }).stdout).toBe(first.stdout)
    expect(statSync(path!).size).toBe(size)
    run(['session', '--offline'], { home: own })
    expect(codeIn(own)).toEqual([path])
    expect(statSync(path!).size).toBeGreaterThan(size)
  })

  test.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ['emptied', () => Buffer.alloc(0)],
    ['changed', (bytes: Buffer) => bytes.fill(7, bytes.length >> 1, (bytes.length >> 1) + 64)],
  ])('is made anew when it was %s', (_, damage) => {
    const own = home()
    const first = run(['daily', '--offline'], { home: own })
    const [path] = codeIn(own)
    const whole = readFileSync(path!)
    writeFileSync(path!, damage(Buffer.from(whole)))
    expect(run(['daily', '--offline'], { home: own })).toEqual(first)
    expect(statSync(path!).size).toBeGreaterThan(whole.length / 2)
  })
})
