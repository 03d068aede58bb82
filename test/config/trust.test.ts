/** Whose config drives the guard: never that of whoever wrote the repository it runs in. */
import { describe, expect, it } from 'vitest'
import type { RawFlags } from '../../src/config/layers.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import { hostWith } from './host-with.ts'

const project = ['/work/tokusage.json', '/work/.tokusage/tokusage.json', '/work/.ccusage/ccusage.json'] as const
const own = ['/home/u/.config/tokusage/tokusage.json', '/home/u/.claude/ccusage.json'] as const

const theirs = {
  defaults: { timezone: 'Asia/Tokyo' },
  pricingOverrides: { '*': { inputCostPerToken: 1 } },
  commands: { guard: { session: 0.01, day: 0.01, window: '1%', notify: true, webhook: 'https://x.example/' } },
}
const mine = { commands: { guard: { day: 50 } } }

const resolve = (
  files: Readonly<Record<string, unknown>>,
  isHook: boolean,
  flags: RawFlags = {},
  env: Readonly<Record<string, string>> = {},
) => {
  const texts = Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)] as const)
  return resolveOptions(hostWith(Object.fromEntries(texts), { env }), 'guard', flags, { isHook })
}

const none = { sessionUsd: undefined, dayUsd: undefined, windowPercent: undefined, notify: false, webhook: undefined }

describe.each([
  ['a hook', true],
  ['a plain run', false],
])('limits of %s', (_what, isHook) => {
  it.each(project)('never come from %s, which is said', async path => {
    const { guard } = await resolve({ [path]: theirs }, isHook)
    expect(guard).toMatchObject({ ...none, passedOver: path })
  })

  it.each(own)('come from %s, also where the project has a file', async path => {
    for (const other of [{}, { [project[0]]: theirs }])
      expect((await resolve({ [path]: mine, ...other }, isHook)).guard).toMatchObject({ ...none, dayUsd: 50 })
  })

  it('come from flags, from variables, and from a file that the user names', async () => {
    const files = { [project[0]]: theirs }
    expect((await resolve(files, isHook, { session: '7' }, { TOKUSAGE_DAY: '8' })).guard).toMatchObject({
      sessionUsd: 7,
      dayUsd: 8,
      webhook: undefined,
    })
    for (const [flags, env] of [
      [{ config: 'tokusage.json' }, {}],
      [{}, { TOKUSAGE_CONFIG: project[0] }],
    ] as const) {
      const { guard } = await resolve(files, isHook, flags, env)
      expect(guard).toMatchObject({ sessionUsd: 0.01, webhook: 'https://x.example/', passedOver: undefined })
    }
  })
})

it('a plain run counts as the project’s reports do; a hook does not even read the file', async () => {
  const files = { [project[0]]: theirs, [own[0]]: { defaults: { timezone: 'Europe/Rome' } } }
  const plain = await resolve(files, false)
  expect([plain.timeZone, Object.keys(plain.priceOverrides)]).toEqual(['Asia/Tokyo', ['*']])
  const hook = await resolve(files, true)
  expect([hook.timeZone, Object.keys(hook.priceOverrides), hook.configPath]).toEqual(['Europe/Rome', [], own[0]])
  await expect(resolve({ [project[0]]: { bogus: 1 } }, false)).rejects.toThrow('bogus')
  await expect(resolve({ [project[0]]: { bogus: 1 } }, true)).resolves.toMatchObject({ configPath: undefined })
})

it('a project’s file without limits is nothing to speak of', async () => {
  expect((await resolve({ [project[0]]: { defaults: { quiet: true } } }, false)).guard.passedOver).toBeUndefined()
})

it('in the folder of the user’s own file, that file is the user’s', async () => {
  const host = { ...hostWith({ [own[0]]: JSON.stringify(mine) }), cwd: '/home/u/.config/tokusage' }
  for (const isHook of [true, false])
    expect((await resolveOptions(host, 'guard', {}, { isHook })).guard).toMatchObject({
      dayUsd: 50,
      passedOver: undefined,
    })
})

it('other commands go by the project’s file as ever', async () => {
  const host = hostWith({ [project[0]]: JSON.stringify({ commands: { live: { rpm: 9 } } }) })
  expect((await resolveOptions(host, 'live', {}, {})).live.requestsPerMinute).toBe(9)
})
