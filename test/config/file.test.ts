import { describe, expect, it } from 'vitest'
import { configPlaces, loadConfig } from '../../src/config/file.ts'
import { UserError } from '../../src/core/errors.ts'
import type { HostParts } from '../support/host.ts'
import { hostWith } from './host-with.ts'

const ours = '/work/tokusage.json'
const load = (files: Record<string, string>, explicit?: string, parts?: HostParts) =>
  loadConfig(hostWith(files, parts), explicit, ['ember'])
const mistake = async (text: string, path = ours): Promise<string> => {
  const error: unknown = await load({ [path]: text }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  return error instanceof UserError ? error.message : ''
}

describe('where it is looked for', () => {
  it('the first place that has a file wins, and files are not merged', async () => {
    const places = configPlaces(hostWith())
    expect(places).toEqual([
      '/work/tokusage.json',
      '/work/.tokusage/tokusage.json',
      '/home/u/.config/tokusage/tokusage.json',
      '/work/.ccusage/ccusage.json',
      '/home/u/.config/claude/ccusage.json',
      '/home/u/.claude/ccusage.json',
    ])
    for (let i = 0; i < places.length; i++) {
      const files = Object.fromEntries(places.slice(i).map(path => [path, '{}']))
      expect((await load(files))?.path).toBe(places[i])
    }
  })

  it('nowhere is no mistake', async () => expect(await load({})).toBeUndefined())

  it('XDG_CONFIG_HOME moves the user folder, CLAUDE_CONFIG_DIR those of ccusage', () => {
    const env = { XDG_CONFIG_HOME: '/xdg', CLAUDE_CONFIG_DIR: '/a, /b' }
    expect(configPlaces(hostWith({}, { env })).slice(2)).toEqual([
      '/xdg/tokusage/tokusage.json',
      '/work/.ccusage/ccusage.json',
      '/a/ccusage.json',
      '/b/ccusage.json',
    ])
  })

  it('each system has its own user folder too', () => {
    expect(configPlaces(hostWith({}, { platform: 'darwin' }))).toContain(
      '/home/u/Library/Application Support/tokusage/tokusage.json',
    )
    const windows = hostWith({}, { platform: 'win32', env: { APPDATA: 'C:\\Users\\u\\AppData\\Roaming' } })
    expect(configPlaces(windows)).toContain('C:\\Users\\u\\AppData\\Roaming\\tokusage\\tokusage.json')
  })

  it('--config names the only one, from the working folder or from home', async () => {
    const files = { [ours]: '{}', '/work/x.json': '{}', '/home/u/y.json': '{}' }
    expect((await load(files, 'x.json'))?.path).toBe('/work/x.json')
    expect((await load(files, '~/y.json'))?.path).toBe('/home/u/y.json')
    await expect(load(files, 'tokusag.json')).rejects.toThrow(
      "There is no config file 'tokusag.json', which --config names. Did you mean '/work/tokusage.json'?",
    )
  })
})

describe('what it may hold', () => {
  it('comments, trailing commas and a byte order mark', async () => {
    const text = '\uFEFF// mine\n{ "defaults": { "json": true, }, /* x */ "modelAliases": { "a": "b" }, }'
    const config = await load({ [ours]: text })
    expect(config?.sections.get('defaults')?.values).toEqual({ json: true })
    expect(config?.modelAliases).toEqual({ a: 'b' })
  })

  it('sections for commands and agents, names and prices', async () => {
    const config = await load({
      [ours]: JSON.stringify({
        $schema: './node_modules/tokusage/schema/config.json',
        commands: { blocks: { tokenLimit: 500000, sessionLength: 2.5 }, 'ember daily': { order: 'desc' } },
        ember: { defaults: { offline: true }, commands: { daily: { limit: 3 } } },
        pricingOverrides: { m: { inputCostPerToken: 1e-6, fastMultiplier: 2 } },
        projectNames: { '/p': 'P' },
      }),
    })
    expect([...(config?.sections.keys() ?? [])]).toEqual([
      '',
      'commands.blocks',
      'commands.ember daily',
      'ember.defaults',
      'ember.commands.daily',
    ])
    expect(config?.sections.get('')?.pricingOverrides).toEqual({ m: { inputCostPerToken: 1e-6, fastMultiplier: 2 } })
    expect(config?.projectNames).toEqual({ '/p': 'P' })
  })
})

describe('a mistake is one line with the file, the key and what is expected', () => {
  it.each([
    ['{ "defaults": { "json": "yes" } }', 'defaults.json: expected true or false'],
    ['{ "defaults": { "jsn": true } }', "defaults: unknown key 'jsn'. Did you mean 'json'?"],
    ['{ "default": {} }', "unknown key 'default'. Did you mean 'defaults'?"],
    ['{ "commands": { "dialy": {} } }', "commands: unknown key 'dialy'. Did you mean 'daily'?"],
    ['{ "commands": { "weekly": { "active": true } } }', "commands.weekly: unknown key 'active'."],
    ['{ "defaults": { "order": "down" } }', 'defaults.order: expected asc or desc'],
    ['{ "defaults": { "limit": 0 } }', 'defaults.limit: expected a whole number, 1 or greater'],
    ['{ "defaults": { "limit": 1.5 } }', 'defaults.limit: expected a whole number, 1 or greater'],
    ['{ "defaults": { "sessionLength": 0 } }', 'defaults.sessionLength: expected a number of hours greater than 0'],
    ['{ "defaults": { "project": 3 } }', 'defaults.project: expected a name, or several'],
    ['{ "pricingOverrides": { "m": { "inputCost": 1 } } }', "pricingOverrides.m: unknown key 'inputCost'."],
    ['{ "profiles": { "work": { "embr": "/w" } } }', "profiles.work.embr: unknown agent 'embr'. Did you mean 'ember'?"],
    ['{ "profiles": { "work": { "ember": 7 } } }', 'profiles.work.ember: expected a path'],
    ['{ "profiles": { "work": "/w" } }', 'profiles.work: expected an object of agents and their folders'],
    ['{ "profiles": { "default": {} } }', "profiles.default: a profile cannot be called 'default', nor hold a comma"],
    [
      '{ "pricingOverrides": { "m": { "maxInputTokens": -1 } } }',
      'pricingOverrides.m.maxInputTokens: expected a number, 0 or greater',
    ],
    ['{ "modelAliases": { "a": 1 } }', 'modelAliases.a: expected text'],
    ['{ "defaults": { "demo": true } }', "defaults: unknown key 'demo'."],
    ['[]', 'expected an object'],
  ])('%s', async (text, message) => expect((await mistake(text)).startsWith(`${ours}: ${message}`)).toBe(true))

  it('broken JSON is told with line and column', async () => {
    expect(await mistake('{\n  "defaults": { "json" true }\n}')).toBe(
      `${ours}:2:24: not valid JSON, colon is expected.`,
    )
    expect(await mistake('')).toMatch(/^\/work\/tokusage\.json:1:1: not valid JSON, /)
  })
})

describe("a file of ccusage's", () => {
  const path = '/work/.ccusage/ccusage.json'

  it('may hold keys that are unknown here', async () => {
    const text =
      '{ "defaults": { "json": true, "speed": "fast" }, "pi": { "stores": [] }, "commands": { "statusline": { "modelLabelAliases": { "Opus 4.6": "O" } } } }'
    const config = await load({ [path]: text })
    expect(config?.sections.get('defaults')?.values).toEqual({ json: true })
    expect(config?.modelLabels).toEqual({ 'Opus 4.6': 'O' })
  })

  it('is told by its schema too, whatever its name', async () => {
    const text = '{ "$schema": "config-schema-of-ccusage.json", "anything": 1 }'
    expect((await load({ '/work/c.json': text }, 'c.json'))?.path).toBe('/work/c.json')
  })

  it('but no wrong types', async () =>
    expect(await mistake('{ "defaults": { "breakdown": 1 } }', path)).toBe(
      `${path}: defaults.breakdown: expected true or false`,
    ))
})
