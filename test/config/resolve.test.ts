import { describe, expect, it } from 'vitest'
import type { CommandName } from '../../src/config/commands.ts'
import { type RawFlags, resolveOptions } from '../../src/config/resolve.ts'
import { UserError } from '../../src/core/errors.ts'
import type { HostParts } from '../support/host.ts'
import { hostWith } from './host-with.ts'

// Friday, 2026-11-20, 12:00 UTC.
const now = Date.UTC(2026, 10, 20, 12)

interface Setup {
  readonly command?: CommandName
  readonly config?: unknown
  readonly env?: HostParts['env']
  readonly focus?: string
  readonly zone?: string
  readonly now?: number
}

const resolve = (flags: RawFlags = {}, setup: Setup = {}) => {
  const files = setup.config === undefined ? {} : { '/work/tokusage.json': JSON.stringify(setup.config) }
  const host = hostWith(files, { now: setup.now ?? now, env: setup.env ?? {}, zone: setup.zone ?? 'UTC' })
  return resolveOptions(host, setup.command ?? 'daily', flags, { agentIds: ['ember', 'flint'], focus: setup.focus })
}

const refused = async (flags: RawFlags, message: string, setup?: Setup) => {
  const error: unknown = await resolve(flags, setup).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  expect(error instanceof UserError && error.message).toBe(message)
}

it('with nothing said, everything is as documented, and frozen', async () => {
  const options = await resolve()
  expect(Object.isFrozen(options)).toBe(true)
  expect(options).toEqual({
    since: undefined,
    until: undefined,
    format: 'table',
    jq: undefined,
    mode: 'auto',
    order: undefined,
    sort: undefined,
    limit: undefined,
    breakdown: false,
    instances: false,
    byAgent: false,
    sections: [],
    by: [],
    compare: undefined,
    receipt: false,
    turn: undefined,
    minSaving: undefined,
    private: false,
    compact: false,
    noCost: false,
    projects: [],
    models: [],
    agents: [],
    profiles: [],
    profileRoots: {},
    focused: false,
    timeZone: 'UTC',
    startOfWeek: 1,
    offline: false,
    refreshPrices: false,
    color: undefined,
    quiet: false,
    titles: true,
    includeEstimates: false,
    includeUnlogged: false,
    strict: false,
    id: undefined,
    active: false,
    recent: false,
    tokenLimit: undefined,
    blockHours: undefined,
    demo: false,
    singleThread: false,
    index: true,
    forget: false,
    yes: false,
    history: true,
    debug: false,
    debugSamples: 5,
    modelAliases: {},
    priceOverrides: {},
    projectNames: {},
    line: {
      template: undefined,
      theme: 'default',
      emoji: true,
      visualBurnRate: 'off',
      costSource: 'auto',
      contextLow: 50,
      contextMedium: 80,
      refreshInterval: 10,
      modelLabels: {},
      shell: undefined,
      width: undefined,
      refresh: undefined,
    },
    live: {
      live: false,
      snapshot: false,
      requestsPerMinute: undefined,
      tokensPerMinute: undefined,
      interval: undefined,
    },
    guard: {
      sessionUsd: undefined,
      dayUsd: undefined,
      windowPercent: undefined,
      maxUsd: undefined,
      notify: false,
      webhook: undefined,
    },
    explains: false,
    install: undefined,
    uninstall: undefined,
    configPath: undefined,
  })
})

describe('the guard', () => {
  it('takes percentages with and without their sign', async () => {
    const guard = async (window: string) => (await resolve({ window }, { command: 'guard' })).guard.windowPercent
    expect([await guard('80%'), await guard('80'), await guard('12.5 %')]).toEqual([80, 80, 12.5])
    for (const bad of ['0', '101', 'all', '0.5%'])
      await expect(guard(bad)).rejects.toThrow(/Expected a percentage.*100\.$/)
    await expect(guard('0.8')).rejects.toThrow('Expected a percentage such as 80 or 80%, 1 to 100. Did you mean 80%?')
  })
})

describe('the status line', () => {
  it('has a format of its own', async () => {
    const { line, format } = await resolve({ template: '{today}' }, { command: 'statusline' })
    expect([line.template, format]).toEqual(['{today}', 'table'])
  })

  it('takes thresholds in their order', async () => {
    const flags = { contextLowThreshold: '80', contextMediumThreshold: '50' }
    await expect(resolve(flags, { command: 'statusline' })).rejects.toThrow('must be less than')
  })
})

describe('later wins', () => {
  const config = {
    defaults: { order: 'asc', limit: 1, timezone: 'Asia/Kolkata', noCost: true, offline: true },
    commands: { daily: { limit: 2 }, 'ember daily': { limit: 3 }, 'ember:daily': { sort: 'tokens' } },
    ember: { defaults: { limit: 4 }, commands: { daily: { limit: 5 } } },
  }

  it('defaults, command, environment, flags', async () => {
    expect(await resolve({}, { config, command: 'weekly' })).toMatchObject({
      limit: 1,
      order: 'asc',
      noCost: true,
      offline: true,
    })
    expect(await resolve({}, { config })).toMatchObject({ limit: 2, sort: undefined, timeZone: 'Asia/Kolkata' })
    expect(await resolve({}, { config, env: { TOKUSAGE_LIMIT: '7' } })).toMatchObject({ limit: 7 })
    expect(await resolve({ limit: '8' }, { config, env: { TOKUSAGE_LIMIT: '7' } })).toMatchObject({ limit: 8 })
  })

  it('what is said of an agent counts for its own reports only', async () => {
    expect(await resolve({}, { config, focus: 'ember' })).toMatchObject({
      limit: 5,
      sort: 'tokens',
      agents: ['ember'],
      focused: true,
    })
    expect(await resolve({}, { config, focus: 'flint' })).toMatchObject({ limit: 2, sort: undefined })
  })

  it('a flag can take back what the config turned on', async () => {
    expect(await resolve({ cost: true, offline: false }, { config })).toMatchObject({ noCost: false, offline: false })
  })

  it('names the config file that was used', async () =>
    expect(await resolve({}, { config })).toMatchObject({ configPath: '/work/tokusage.json' }))

  it('names, aliases and prices are merged key by key', async () => {
    const options = await resolve(
      { projectAliases: 'b=Flag, c = See' },
      {
        config: {
          modelAliases: { x: 'from-config', y: 'y2' },
          projectNames: { a: 'A', b: 'B' },
          pricingOverrides: { m: { inputCostPerToken: 1, outputCostPerToken: 2 } },
          commands: { daily: { pricingOverrides: { m: { inputCostPerToken: 3 } } } },
        },
        env: { CCUSAGE_MODEL_ALIASES: 'x=from-env;z=z2' },
      },
    )
    expect(options.modelAliases).toEqual({ x: 'from-env', y: 'y2', z: 'z2' })
    expect(options.projectNames).toEqual({ a: 'A', b: 'Flag', c: 'See' })
    expect(options.priceOverrides).toEqual({ m: { inputCostPerToken: 3, outputCostPerToken: 2 } })
  })
})

describe('the environment', () => {
  it.each<[HostParts['env'], object]>([
    [{ NO_COLOR: '1' }, { color: false }],
    [{ NO_COLOR: '' }, { color: undefined }],
    [{ FORCE_COLOR: '1' }, { color: true }],
    [{ FORCE_COLOR: '0' }, { color: false }],
    [{ FORCE_COLOR: 'false' }, { color: false }],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, { color: false }],
    [{ LOG_LEVEL: '0' }, { quiet: true }],
    [{ LOG_LEVEL: '4' }, { quiet: false }],
    [{ CCUSAGE_OFFLINE: '1' }, { offline: true }],
    [{ CCUSAGE_OFFLINE: 'false' }, { offline: false }],
    [{ TOKUSAGE_OFFLINE: 'no', CCUSAGE_OFFLINE: '1' }, { offline: false }],
    [{ TOKUSAGE_START_OF_WEEK: 'sunday' }, { startOfWeek: 0 }],
    [{ TOKUSAGE_NO_COST: '1' }, { noCost: true }],
    [{ TOKUSAGE_PROJECT: 'a,b' }, { projects: ['a', 'b'] }],
    [{ TOKUSAGE_ORDER: '' }, { order: undefined }],
    [{ CCUSAGE_MODEL_ALIASES: '{"a":"b"}' }, { modelAliases: { a: 'b' } }],
  ])('%j', async (env, expected) => expect(await resolve({}, { env: env ?? {} })).toMatchObject(expected))

  it('flags win over NO_COLOR and FORCE_COLOR', async () => {
    expect(await resolve({ color: true }, { env: { NO_COLOR: '1' } })).toMatchObject({ color: true })
    expect(await resolve({ color: false }, { env: { FORCE_COLOR: '1' } })).toMatchObject({ color: false })
  })

  it('mistakes name the variable', async () => {
    await refused({}, "Invalid value for CCUSAGE_OFFLINE 'maybe'. Expected true or false.", {
      env: { CCUSAGE_OFFLINE: 'maybe' },
    })
    await refused(
      {},
      "Invalid value for CCUSAGE_MODEL_ALIASES 'a:b'. Expected 'name=model,other=model' or a JSON object of texts.",
      { env: { CCUSAGE_MODEL_ALIASES: 'a:b' } },
    )
  })
})

describe('values', () => {
  it.each<[CommandName, RawFlags, object]>([
    ['blocks', { tokenLimit: '500k' }, { tokenLimit: 500_000 }],
    ['blocks', { tokenLimit: '1e6' }, { tokenLimit: 1_000_000 }],
    ['blocks', { tokenLimit: '1.5M' }, { tokenLimit: 1_500_000 }],
    ['blocks', { tokenLimit: '500,000' }, { tokenLimit: 500_000 }],
    ['blocks', { tokenLimit: '1_234_567' }, { tokenLimit: 1_234_567 }],
    ['blocks', { tokenLimit: 'MAX' }, { tokenLimit: 'max' }],
    ['blocks', { sessionLength: '2.5' }, { blockHours: 2.5 }],
    ['daily', { project: ['a,b', 'c\\,d'] }, { projects: ['a', 'b', 'c,d'] }],
    ['daily', { agent: ['Ember,flint', 'ember'] }, { agents: ['ember', 'flint'] }],
    ['daily', { startOfWeek: 'SAT' }, { startOfWeek: 6 }],
    ['daily', { timezone: 'local' }, { timeZone: 'UTC' }],
    ['daily', { timezone: 'utc' }, { timeZone: 'UTC' }],
    ['daily', { timezone: 'america/new_york' }, { timeZone: 'america/new_york' }],
    ['daily', { json: true }, { format: 'json' }],
    ['daily', { jq: '.totals' }, { format: 'json', jq: '.totals' }],
    ['daily', { json: true, format: 'json' }, { format: 'json' }],
    ['daily', { json: false, format: 'csv' }, { format: 'csv' }],
    ['weekly', { sections: ['weekly,monthly,daily,daily'] }, { sections: ['daily', 'monthly'] }],
    ['session', { id: 'abc' }, { id: 'abc' }],
  ])('%s %j', async (command, flags, expected) => expect(await resolve(flags, { command })).toMatchObject(expected))

  it('the format of a stronger layer replaces that of a weaker one', async () => {
    const config = { defaults: { jq: '.totals' } }
    expect(await resolve({ format: 'csv' }, { config })).toMatchObject({ format: 'csv', jq: undefined })
    expect(await resolve({ json: false }, { config })).toMatchObject({ format: 'table', jq: undefined })
    expect(await resolve({}, { config })).toMatchObject({ format: 'json', jq: '.totals' })
  })
})

describe('ranges', () => {
  it.each<[CommandName, RawFlags, string | undefined, string | undefined]>([
    ['daily', { since: '7d', until: 'yesterday' }, '2026-11-13', '2026-11-19'],
    ['daily', { since: '20261101' }, '2026-11-01', undefined],
    ['daily', { last: '1' }, '2026-11-20', undefined],
    ['weekly', { last: '2' }, '2026-11-09', undefined],
    ['weekly', { last: '2', startOfWeek: 'sunday' }, '2026-11-08', undefined],
    ['monthly', { last: '2' }, '2026-10-01', undefined],
    ['session', { last: '3' }, '2026-11-18', undefined],
    ['daily', { week: true }, '2026-11-16', '2026-11-22'],
    ['blocks', { month: true }, '2026-11-01', '2026-11-30'],
    ['daily', { december: true }, '2025-12-01', '2025-12-31'],
  ])('%s %j', async (command, flags, since, until) =>
    expect(await resolve(flags, { command })).toMatchObject({ since, until }),
  )

  it('today is the day of the chosen zone', async () => {
    const late = { now: Date.UTC(2026, 10, 20, 23, 30) }
    expect(await resolve({ since: 'today', timezone: 'Asia/Kolkata' }, late)).toMatchObject({ since: '2026-11-21' })
    expect(await resolve({ since: 'today' }, { ...late, zone: 'America/New_York' })).toMatchObject({
      since: '2026-11-20',
    })
  })

  it('a stronger layer replaces a whole range, and one end by one end', async () => {
    const config = { defaults: { since: '2026-01-01', until: '2026-06-30' } }
    expect(await resolve({ last: '1' }, { config })).toMatchObject({ since: '2026-11-20', until: undefined })
    expect(await resolve({ since: '2026-05-01' }, { config })).toMatchObject({
      since: '2026-05-01',
      until: '2026-06-30',
    })
    const week = { config: { defaults: { week: true } } }
    expect(await resolve({ since: '2026-05-01' }, week)).toMatchObject({ since: '2026-05-01', until: undefined })
    expect(await resolve({ week: false }, week)).toMatchObject({ since: undefined, until: undefined })
  })
})

describe('profiles', () => {
  const config = { profiles: { work: { ember: '~/job/.ember', flint: 'flint' }, old: { ember: '/old/' } } }

  it('have absolute roots, relative ones by the folder of the file', async () => {
    expect((await resolve({}, { config })).profileRoots).toEqual({
      work: { ember: '/home/u/job/.ember', flint: '/work/flint' },
      old: { ember: '/old' },
    })
  })

  it('are all asked for, or those that are named', async () => {
    expect((await resolve({}, { config })).profiles).toEqual([])
    expect((await resolve({ profile: ['work,default'] }, { config })).profiles).toEqual(['work', 'default'])
  })
})

describe('refusals', () => {
  it.each<[RawFlags, string, Setup?]>([
    [
      { since: '20260131', until: '20260101' },
      "The --since date '20260131' is later than the --until date '20260101'.",
    ],
    [{ last: '0' }, "Invalid value for --last '0'. Expected a whole number of periods, 1 or greater."],
    [{ last: '2', until: 'today' }, 'The --last option cannot be combined with --since or --until.'],
    [{ week: true, since: 'today' }, 'The --week option cannot be combined with --since or --until.'],
    [{ week: true, january: true }, 'The --week and --january options cannot be combined. Give one of them.'],
    [{ last: '2', sections: ['weekly'] }, 'The --last option cannot be used with --sections.'],
    [
      { sections: ['hourly'] },
      "Invalid --sections value 'hourly'. Expected one or more of: daily, weekly, monthly, session.",
    ],
    [
      { id: 'x', byAgent: true },
      'The --sections and --by-agent options cannot be used with session --id.',
      { command: 'session' },
    ],
    [{ mode: 'x' }, "Invalid cost mode 'x'. Expected auto, calculate or display for --mode."],
    [{ order: 'x' }, "Invalid sort order 'x'. Expected asc or desc for --order."],
    [{ sort: 'costs' }, "Invalid value for --sort 'costs'. Expected cost, tokens or date. Did you mean 'cost'?"],
    [
      { timezone: 'Mars/Base' },
      "Invalid value for --timezone 'Mars/Base'. Expected an IANA timezone name such as UTC or America/New_York, or 'local' for the system timezone.",
    ],
    [
      { tokenLimit: '5q' },
      "Invalid value for --token-limit '5q'. Expected a number of tokens such as 500000 or 500k, or 'max'.",
      { command: 'blocks' },
    ],
    [
      { tokenLimit: '0' },
      "Invalid value for --token-limit '0'. Expected a number of tokens such as 500000 or 500k, or 'max'.",
      { command: 'blocks' },
    ],
    [
      { sessionLength: '0' },
      "Invalid value for --session-length '0'. Expected a number of hours greater than 0.",
      { command: 'blocks' },
    ],
    [{ limit: '2.5' }, "Invalid value for --limit '2.5'. Expected a whole number, 1 or greater."],
    [{ agent: ['embr'] }, "Unknown agent 'embr' for --agent. Did you mean 'ember'?"],
    [
      { profile: ['wrk'] },
      "Unknown profile 'wrk' for --profile. Did you mean 'work'?",
      { config: { profiles: { work: {} } } },
    ],
    [
      { profile: ['work'] },
      "Unknown profile 'work' for --profile. Known: default. Profiles are named in the config file.",
    ],
    [{ agent: ['zzzzzz'] }, "Unknown agent 'zzzzzz' for --agent. Known: ember, flint."],
    [
      { agent: ['flint'] },
      'The command is about ember alone, but --agent names flint. Leave one of them out.',
      { focus: 'ember' },
    ],
    [{ json: true, format: 'csv' }, 'The --json and --format csv options contradict each other. Give one of them.'],
    [
      { offline: true, refreshPrices: true },
      '--refresh-prices needs the network, which --offline forbids. Leave it out, or add --no-offline.',
    ],
    [
      { projectAliases: 'a' },
      "Invalid value for --project-aliases 'a'. Expected pairs such as 'folder=Name,other=Other name'.",
    ],
    [
      {},
      "Invalid value for defaults.since in /work/tokusage.json 'soon'. Expected YYYY-MM-DD or YYYYMMDD, or a word such as today, yesterday, 7d, 2w, 3mo, 1y, monday, march or 2026-03.",
      { config: { defaults: { since: 'soon' } } },
    ],
  ])('%j: %s', (flags, message, setup) => refused(flags, message, setup))
})
