/** A machine on which the guard can be tried: what it prints and starts is noted, and nothing leaves the test. */
import { join } from 'node:path'
import type { GuardMachine } from '../../src/commands/guard/machine.ts'
import { runGuard } from '../../src/commands/guard.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import { version } from '../../src/config/version.ts'
import { STATUS_VERSION, type StatusSnapshot } from '../../src/core/status.ts'
import type { Host } from '../../src/host/host.ts'
import { dataFolder } from '../../src/store/folder.ts'
import { makeHost } from './host.ts'

export const NOW = Date.UTC(2026, 10, 20, 12)
const DAY_START = Date.UTC(2026, 10, 20)

export const guardHost = (home: string, parts: Parameters<typeof makeHost>[0] = {}): Host =>
  makeHost({ home, now: NOW, ...parts })

/** A snapshot of now in which nothing was used. */
export const snapshotOf = (parts: Partial<StatusSnapshot> = {}): StatusSnapshot => ({
  status: STATUS_VERSION,
  version,
  at: NOW,
  tookMs: 100,
  timeZone: 'UTC',
  zone: { offsetMs: 0 },
  dayStartAt: DAY_START,
  dayEndAt: DAY_START + 86_400_000,
  today: { usd: 0, tokens: 0, unpricedTokens: 0 },
  week: { usd: 0, tokens: 0, unpricedTokens: 0 },
  sessions: {},
  blocks: [],
  highest: {},
  highestAt: NOW,
  burn: { usdPerHour: 0, tokensPerMinute: 0, tokensPerMinuteForIndicator: 0, bars: [] },
  limits: [],
  models: {},
  unpricedModels: [],
  view: {
    template: undefined,
    theme: 'default',
    emoji: true,
    color: undefined,
    visualBurnRate: 'off',
    costSource: 'auto',
    contextLow: 50,
    contextMedium: 80,
    refreshInterval: 10,
    noCost: false,
    modelLabels: {},
  },
  ...parts,
})

export const writeSnapshot = (host: Host, parts: Partial<StatusSnapshot> = {}): void =>
  host.writeText(join(dataFolder(host), 'status', 'default.json'), JSON.stringify(snapshotOf(parts)))

export interface Answered {
  readonly status: number
  readonly out: string
  /** The answer as a value; undefined where nothing was printed. */
  readonly json: unknown
  readonly errors: string
  readonly started: readonly string[]
  readonly notices: readonly string[]
  readonly posts: readonly { readonly url: string; readonly body: unknown }[]
}

export interface Asked {
  /** A text, or the hook's JSON; undefined for a terminal. */
  readonly input?: string | object | undefined
  readonly flags?: Readonly<Record<string, string | boolean>>
  readonly elapsedMs?: number
  /** Whether it was known to be a hook before the config was read. */
  readonly isHook?: boolean
  /** Why the webhook fails. */
  readonly failure?: string
}

const jsonOf = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined // a table
  }
}

/** `ask(host, { input: { hook_event_name: 'Stop' }, flags: { session: '10' } })`. */
export const ask = async (
  host: Host,
  { input, flags = {}, elapsedMs = 0, isHook, failure }: Asked,
): Promise<Answered> => {
  const noted = { out: '', errors: '' }
  const started: string[] = []
  const notices: string[] = []
  const posts: { url: string; body: unknown }[] = []
  const post = async (url: string, body: string): Promise<void> => {
    posts.push({ url, body: JSON.parse(body) })
  }
  const machine: GuardMachine = {
    isInputOpen: () => false,
    readInput: async () => (typeof input === 'object' ? JSON.stringify(input) : input),
    print: text => {
      noted.out += text
    },
    printError: text => {
      noted.errors += text
    },
    elapsedMs: () => elapsedMs,
    environment: {},
    refresh: async (_folder, key, isDone) => {
      if (!isDone()) started.push(key)
    },
    notify: async (_title, text) => void notices.push(text),
    postInBackground: post,
    post: async (url, body) => {
      await post(url, body)
      return failure
    },
  }
  const options = await resolveOptions(host, 'guard', { offline: true, ...flags }, { isHook })
  const status = await runGuard(host, options, machine)
  return { status, ...noted, json: jsonOf(noted.out), started, notices, posts }
}
