import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pathsOf } from '../../src/commands/paths.ts'
import type { RawFlags } from '../../src/config/layers.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import { reportSchemas } from '../../src/render/json-schema.ts'
import { pathsJson, renderPaths } from '../../src/render/paths.ts'
import { type HostParts, makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const hostOf = (files: Readonly<Record<string, string>> = {}, env: HostParts['env'] = {}) => {
  const home = temporaryHome(files)
  return { home, host: makeHost({ home, cwd: home, env }) }
}

const pathsIn = async ({ host }: ReturnType<typeof hostOf>, flags: RawFlags = {}) => {
  const options = await resolveOptions(host, 'paths', { offline: false, ...flags }, { agentIds: ['claude', 'codex'] })
  return pathsOf(host, options)
}

const json = (report: Awaited<ReturnType<typeof pathsIn>>) =>
  reportSchemas.paths.parse(JSON.parse(JSON.stringify(pathsJson(report))))

describe('what is read', () => {
  test('the roots of every agent, found or not, and what named them', async () => {
    const { home, ...rest } = hostOf({ '.claude/projects/-p/s1.jsonl': jsonl(response()) })
    const { paths } = json(await pathsIn({ home, ...rest }))
    const logs = paths.filter(({ kind }) => kind === 'logs')
    expect(new Set(logs.map(({ agent }) => agent)).size).toBeGreaterThan(5)
    const found = logs.filter(({ found: isFound }) => isFound)
    expect(found.map(({ agent, path }) => [agent, path.startsWith(join(home, '.claude'))])).toEqual([['claude', true]])
    expect(logs.every(({ written }) => !written)).toBe(true)
  })

  test('a variable that points elsewhere is named, and only there is looked', async () => {
    const elsewhere = temporaryHome({ 'projects/-p/s1.jsonl': jsonl(response()) })
    const { paths } = json(await pathsIn(hostOf({}, { CLAUDE_CONFIG_DIR: elsewhere }), { agent: ['claude'] }))
    const named = paths.filter(({ variable }) => variable === 'CLAUDE_CONFIG_DIR')
    expect(named.map(({ path, found }) => [path.startsWith(elsewhere), found])).toEqual([[true, true]])
  })

  test('of one agent alone, where that is asked for', async () => {
    const { paths, variables } = json(await pathsIn(hostOf(), { agent: ['codex'] }))
    expect(new Set(paths.flatMap(({ agent }) => agent ?? []))).toEqual(new Set(['codex']))
    expect(variables.map(({ name }) => name)).toEqual([
      'CODEX_HOME',
      'TOKUSAGE_CONFIG',
      'TOKUSAGE_HOME',
      'TOKUSAGE_GUARD',
    ])
  })

  test('the config files, and which of them counts', async () => {
    const { paths } = json(await pathsIn(hostOf({ '.config/tokusage/tokusage.json': '{}', 'tokusage.json': '{}' })))
    const config = paths.filter(({ kind, found }) => kind === 'config' && found)
    expect(config.map(({ path, inUse }) => [path.endsWith('.config/tokusage/tokusage.json'), inUse])).toEqual([
      [false, true],
      [true, false],
    ])
  })

  test('a config file that was named is the only one', async () => {
    const named = hostOf({ 'my.json': '{}', 'tokusage.json': '{}' })
    const { paths } = json(await pathsIn(named, { config: 'my.json' }))
    expect(paths.filter(({ kind }) => kind === 'config')).toMatchObject([
      { path: join(named.home, 'my.json'), found: true, inUse: true },
    ])
  })

  test('the settings that say how long an agent keeps its logs', async () => {
    const { home, ...rest } = hostOf({ '.claude/settings.json': '{}' })
    const { paths } = json(await pathsIn({ home, ...rest }, { agent: ['claude'] }))
    expect(paths.filter(({ kind }) => kind === 'settings')).toEqual([
      { kind: 'settings', path: join(home, '.claude/settings.json'), found: true, written: false, agent: 'claude' },
    ])
  })
})

describe('what is written', () => {
  const written = async (parts: ReturnType<typeof hostOf>, flags: RawFlags = {}) =>
    json(await pathsIn(parts, flags)).paths.filter(({ written: is }) => is)

  test('lies in the data folder and the cache folder', async () => {
    const { home, ...rest } = hostOf()
    expect((await written({ home, ...rest })).map(({ kind, path }) => [kind, path.slice(home.length + 1)])).toEqual([
      ['price-cache', '.cache/tokusage/prices.json'],
      ['index', '.local/share/tokusage/index-1'],
      ['code', '.local/share/tokusage/code'],
      ['data', '.local/share/tokusage/announced.json'],
      ['data', '.local/share/tokusage/findings.json'],
      ['data', '.local/share/tokusage/status'],
      ['data', '.local/share/tokusage/limits.jsonl'],
      ['data', '.local/share/tokusage/guard'],
    ])
  })

  test('or all where TOKUSAGE_HOME says', async () => {
    const folder = temporaryHome()
    for (const { path, variable } of await written(hostOf({}, { TOKUSAGE_HOME: folder })))
      expect([path.startsWith(folder), variable]).toEqual([true, 'TOKUSAGE_HOME'])
  })

  test('is less where the index is off, and offline', async () => {
    const kinds = (await written(hostOf(), { index: false, offline: true })).map(({ kind }) => kind)
    expect(kinds).toEqual(['code', 'data', 'data', 'data', 'data'])
  })
})

test('the screen has every path, whole', async () => {
  const report = await pathsIn(hostOf({ '.claude/projects/-p/s1.jsonl': jsonl(response()) }))
  for (const width of [undefined, 80, 120]) {
    const screen = renderPaths(report, { width, color: false })
    expect(report.paths.filter(({ path }) => !screen.includes(path))).toEqual([])
    expect(screen).toMatch(/ {2}Claude Code {5}✓ /)
    expect(screen).not.toMatch(/[✓–]$/m)
  }
})
