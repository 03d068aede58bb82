/** What each way into the program loads: the start-up time of a small program is the code that it has to read. */
import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root, run } from './support/run.ts'
import { temporaryHome } from './support/temporary.ts'
import { jsonl, response } from './support/transcript.ts'

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly bytes: number; readonly inputs: Readonly<Record<string, object>> }>
  >
}

const metafile: Metafile = JSON.parse(readFileSync(join(root, 'dist/metafile-esm.json'), 'utf8'))

interface Loaded {
  /** Names of the chunks of `dist`. */
  readonly chunks: readonly string[]
  /** What went into them: paths of sources and of packages. */
  readonly inputs: readonly string[]
  readonly bytes: number
}

/** Runs the program and tells which of its modules were loaded. */
const loadedBy = (args: readonly string[]): Loaded => {
  const home = temporaryHome({ '.claude/projects/-home-dev-app/s1.jsonl': jsonl(response()) })
  const log = join(home, 'loaded.txt')
  const { status, stderr } = run(args, {
    home,
    cwd: home,
    node: ['--import', join(root, 'test/support/log-modules.mjs')],
    env: { LOADED_MODULES: log },
  })
  expect([status, stderr]).toEqual([0, ''])
  const urls = statSync(log, { throwIfNoEntry: false }) ? readFileSync(log, 'utf8').split('\n') : []
  const chunks = [...new Set(urls.filter(url => /\/dist\/[^/]+\.js$/.test(url)).map(url => basename(url)))]
  const outputs = chunks.map(name => metafile.outputs[`dist/${name}`])
  return {
    chunks,
    inputs: outputs.flatMap(output => Object.keys(output?.inputs ?? {})),
    bytes: outputs.reduce((sum, output) => sum + (output?.bytes ?? 0), 0),
  }
}

const packageOf = (input: string): string | undefined => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]
const packagesOf = ({ inputs }: Loaded): string[] =>
  [...new Set(inputs.flatMap(input => packageOf(input) ?? []))].sort()

describe('start-up', () => {
  test('--version is answered by the door alone', () => {
    expect(loadedBy(['--version']).chunks).toEqual([])
  })

  test('daily loads its own path and nothing else', () => {
    const daily = loadedBy(['daily', '--offline'])
    expect(daily.inputs).toContain('src/commands/report.ts')
    expect(daily.inputs).toContain('src/render/report-table.ts')
    const others =
      /render\/(json|csv|markdown|doctor|session-detail|active-block)\b|json-schema|config\/schema|commands\/(?!report|terminal|jq)/
    expect(daily.inputs.filter(input => others.test(input))).toEqual([])
  })

  test.each([
    ['a table', ['daily', '--offline']],
    ['JSON', ['daily', '--offline', '--json']],
    ['doctor', ['doctor', '--offline']],
    ['--help', ['--help']],
  ])('%s needs no package beside commander and the width of text', (_, args) => {
    expect(
      packagesOf(loadedBy(args)).filter(
        name => !['commander', 'fast-string-width', 'fast-string-truncated-width', 'picocolors'].includes(name),
      ),
    ).toEqual([])
  })

  test('zod and the reader of config files are found where they are needed', () => {
    expect(packagesOf(loadedBy(['schema', 'config']))).toContain('zod')
  })

  test('the code that is read stays small', () => {
    const sizes = [['--help'], ['daily', '--offline'], ['daily', '--offline', '--json']].map(
      args => [args.join(' '), loadedBy(args).bytes] as const,
    )
    for (const [args, bytes] of sizes) process.stdout.write(`${args}: ${Math.round(bytes / 1000)} kB in chunks\n`)
    expect(sizes.filter(([, bytes]) => bytes === 0 || bytes > 400_000)).toEqual([])
    expect(statSync(join(root, 'dist/cli.cjs')).size).toBeLessThan(4_000)
  })
})
