// Builds dist, unless it is there and newer than all it is made of. Run by `npm ci`, by npx in this folder, and before the tests
// of the built program, so that none of them builds twice.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const sources = ['src', 'fixtures/demo', 'package.json', 'tsup.config.ts', 'tsconfig.json']
// What a build writes last: when one of them is missing, a build was broken off.
const results = [
  'dist/cli.cjs',
  'dist/main.cjs',
  'dist/statusline.cjs',
  'dist/sqlite3.wasm',
  'dist/schema/config.json',
  'dist/index.d.ts',
]

const newest = path => {
  const stat = statSync(path)
  const inside = stat.isDirectory() ? readdirSync(path).map(name => newest(join(path, name))) : []
  return Math.max(stat.mtimeMs, ...inside)
}

const isFresh = () => {
  const built = results.map(path => join(root, path))
  if (!built.every(path => existsSync(path))) return false
  const made = Math.min(...built.map(path => statSync(path).mtimeMs))
  return sources.every(path => newest(join(root, path)) <= made)
}

const build = () => {
  const tsup = join(root, 'node_modules/tsup/dist/cli-default.js')
  if (!existsSync(tsup)) {
    // Not a failure: npm would leave npx with half an installation that it never mends.
    process.stderr.write("tokusage is not built: 'npm ci' installs what the build needs.\n")
    return 0
  }
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  return spawnSync(process.execPath, [tsup], { cwd: root, stdio: 'inherit' }).status ?? 1
}

process.exitCode = isFresh() ? 0 : build()
