/** Who may import whom, who may touch the machine, who may know an agent: ARCHITECTURE-NOTES §4, held against every source file. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agents } from '../src/agents/index.ts'

const src = join(import.meta.dirname, '../src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map(path => path.replaceAll('\\', '/'))
  .filter(path => path.endsWith('.ts'))

/** What a room (or a file at the root) may import, its own files apart. `host/host.ts` is the machine's type, `host/node.ts` the machine. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  host: ['core/'],
  config: ['core/', 'host/host.ts'],
  pricing: ['core/', 'host/host.ts'],
  store: ['core/', 'host/host.ts'],
  skim: [],
  agents: ['core/', 'skim/', 'host/host.ts'],
  ingest: ['core/', 'skim/', 'host/host.ts', 'agents/', 'pricing/', 'store/'],
  report: ['core/'],
  receipt: ['core/'],
  advisor: ['core/', 'receipt/'],
  render: ['core/'],
  statusline: ['core/'],
  limits: ['core/', 'report/windows.ts', 'report/fold.ts'],
  guard: ['core/'],
  install: ['core/'],
  tui: ['core/', 'render/'],
  'load.ts': ['core/', 'host/host.ts', 'config/', 'ingest/', 'report/', 'receipt/'],
  'load-receipt.ts': ['core/', 'host/host.ts', 'config/', 'ingest/', 'report/', 'receipt/', 'load.ts'],
  'load-status.ts': ['core/', 'host/host.ts', 'config/', 'ingest/', 'report/', 'store/', 'load.ts'],
  'load-limits.ts': ['core/', 'host/host.ts', 'config/', 'ingest/', 'report/', 'store/', 'limits/', 'load.ts'],
  'load-live.ts': ['core/', 'host/host.ts', 'config/', 'ingest/', 'report/', 'store/', 'limits/', 'load.ts'],
  commands: [
    'core/',
    'host/',
    'config/',
    'agents/',
    'pricing/',
    'store/',
    'ingest/',
    'report/',
    'receipt/',
    'advisor/',
    'render/',
    'statusline/',
    'limits/',
    'guard/',
    'install/',
    'tui/',
    'load',
  ],
  'program.ts': ['core/', 'host/host.ts', 'config/'],
  'cli.ts': ['config/version.ts', 'code-cache.ts', 'host/output.ts'],
  'thread.ts': ['code-cache.ts'],
  'code-cache.ts': ['host/host.ts', 'host/folder.ts', 'store/folder.ts'],
  'library.ts': ['core/', 'host/', 'config/', 'agents/index.ts', 'receipt/', 'load.ts', 'load-receipt.ts'],
  'index.ts': ['core/', 'host/', 'config/', 'agents/define.ts', 'receipt/', 'library.ts', 'load.ts', 'load-receipt.ts'],
}

/** Arrows beside those, with the reason. */
const alsoMay: Readonly<Record<string, readonly string[]>> = {
  'ingest/scan-worker.ts': ['host/node.ts'], // a thread of its own: a host cannot be sent to it
}

/** What `program.ts` opens only when it is needed. */
const doors = ['commands/', 'agents/index.ts', 'host/node.ts', 'ingest/scan-worker.ts']

/** Loaded on demand by everyone: they bring zod or commander. */
const heavy = ['config/schema.ts', 'render/json-schema.ts', 'config/commander.ts']

/** Node's modules that reach the machine, and who may import them. */
const reaching = /^(?:node:)?(?:fs|net|tls|dns|http|https|http2|os|process|child_process|worker_threads)(?:\/|$)/
const machine = [
  'host/',
  'commands/',
  'cli.ts',
  'code-cache.ts',
  // Scripts, not part of the program:
  'pricing/update.ts',
  'skim/build.ts',
  'skim/compile.ts',
]
const mayReach = [...machine, 'ingest/pool.ts', 'ingest/scan-worker.ts', 'thread.ts', 'program.ts'] // the two ends of a thread

const mayKnowAgents = [
  'agents/',
  'config/file.ts', // reads ccusage's own config files where ccusage keeps them
  'pricing/dated.ts', // a family of models of that name
  'pricing/names.ts', // the same
  'pricing/update.ts', // the same
  'ingest/projects.ts', // folders in which git worktrees are kept
]

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1')

const withoutTexts = (code: string): string => code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")

const startsWithOne = (path: string, starts: readonly string[]): boolean => starts.some(start => path.startsWith(start))

/** `isLoaded`: at start, that is neither by `await import()` nor for its types alone. */
const importsOf = (code: string): { readonly to: string; readonly isLoaded: boolean }[] =>
  [...code.matchAll(/\b(import\s+type\b[^'()]*|(?:from|import)\s*\(?\s*)'([^']+)'/g)].map(([, how, to]) => ({
    to: to!,
    isLoaded: !how!.includes('(') && !/^import\s+type/.test(how!),
  }))

const importFaults = (path: string, code: string): string[] => {
  const room = path.includes('/') ? `${path.split('/')[0]}/` : path
  const allowed = [room, ...(mayImport[room.replace('/', '')] ?? []), ...(alsoMay[path] ?? [])]
  return importsOf(code).flatMap(({ to, isLoaded }) => {
    if (!to.startsWith('.')) return reaching.test(to) && !startsWithOne(path, mayReach) ? [`imports ${to}`] : []
    const target = posix.join(dirname(path), to)
    if (path === 'program.ts' && startsWithOne(target, doors)) return isLoaded ? [`imports ${target} at the top`] : []
    if (heavy.includes(target) && isLoaded) return [`imports ${target} at the top`]
    return startsWithOne(target, allowed) ? [] : [`imports ${target}`]
  })
}

// As a text of its own: many ids are words (`kilo`, `cursor`, `pi`).
const agentId = new RegExp(`(['"\`])(?:${agents.map(agent => agent.id).join('|')})\\1`)

/** Everything that a source file does against the rules. */
const faultsOf = (path: string, text: string): string[] => {
  const code = withoutComments(text)
  const bare = withoutTexts(code)
  const isMachine = startsWithOne(path, machine)
  const found = (name: string, isFound: boolean): string[] => (isFound ? [name] : [])
  return [
    ...importFaults(path, code),
    ...found('touches the machine', !isMachine && /\bconsole\b|\bprocess\.|\bDate\.now\b|\bnew Date\(\)/.test(bare)),
    ...found('names an agent', !startsWithOne(path, mayKnowAgents) && agentId.test(code)),
    ...found('names a credential', /\bauth\.json|credentials|keychain|oauth/i.test(code)),
    ...found('any', /(?:[:<|&(,]|\bas)\s*any\b(?!\s*[:=])/.test(bare)),
    ...found('enum', /\benum\s+[A-Z]/.test(bare)),
    ...found('over 400 lines', text.trimEnd().split('\n').length > 400),
  ]
}

describe('every source file', () => {
  test.each(files)('%s keeps the rules', path => {
    expect(faultsOf(path, readFileSync(join(src, path), 'utf8'))).toEqual([])
  })
})

describe('the rules find', () => {
  test.each([
    ['render/table.ts', "import { ingest } from '../ingest/ingest.ts'", 'imports ingest/ingest.ts'],
    ['report/fold.ts', "import type { Host } from '../host/host.ts'", 'imports host/host.ts'],
    ['ingest/scan.ts', "import { nodeHost } from '../host/node.ts'", 'imports host/node.ts'],
    ['render/json.ts', "import { runAudit } from '../commands/audit.ts'", 'imports commands/audit.ts'],
    ['program.ts', "import { runAudit } from './commands/audit.ts'", 'imports commands/audit.ts at the top'],
    ['config/resolve.ts', "import { x } from './schema.ts'", 'imports config/schema.ts at the top'],
    ['agents/other.ts', "import { readFileSync } from 'node:fs'", 'imports node:fs'],
    ['core/time.ts', 'const at = Date.now()', 'touches the machine'],
    ['load.ts', 'process.exit(1)', 'touches the machine'],
    ['render/json.ts', `if (agent === '${agents[0]!.id}') {}`, 'names an agent'],
    ['agents/other.ts', "host.home('.codex', 'auth.json')", 'names a credential'],
    ['core/time.ts', 'const x = (y: any) => y', 'any'],
    ['core/time.ts', 'export enum Kind { A }', 'enum'],
    ['core/time.ts', 'const a = 1\n'.repeat(401), 'over 400 lines'],
  ])('in %s: %s', (path, text, fault) => {
    expect(faultsOf(path, text)).toEqual([fault])
  })

  test.each([
    ['program.ts', "await import('./commands/audit.ts')"],
    ['config/file.ts', "import type { ConfigData } from './schema.ts'"],
    ['render/format.ts', "// console and process.env are not for us\nconst text = 'process.env, any agent'"],
    ['pricing/cost.ts', "name.startsWith('claude-')"],
  ])('nothing in %s: %s', (path, text) => {
    expect(faultsOf(path, text)).toEqual([])
  })
})
