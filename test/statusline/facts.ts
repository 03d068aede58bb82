/** Builders for what the line is made from. */
import { agents } from '../../src/agents/index.ts'
import type { LimitReading } from '../../src/core/limit.ts'
import { STATUS_VERSION, type StatusSnapshot } from '../../src/core/status.ts'
import type { Facts } from '../../src/statusline/facts.ts'
import { readInput } from '../../src/statusline/input.ts'
import { type LineFlags, lookOf } from '../../src/statusline/look.ts'
import { ownReadings } from '../../src/statusline/readings.ts'

/** 2026-11-20 12:00 UTC. */
export const NOW = Date.UTC(2026, 10, 20, 12)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The agent whose status line it is, and another one. */
/** Nobody named another folder. */
export const ROOT = 'EMBER_HOME='
export const AGENT = agents.find(agent => agent.name === 'Claude Code')!.id
export const OTHER = agents.find(agent => agent.id !== AGENT)!.id

export const MODEL = 'some-model-4'

export const snapshot = (parts: Partial<StatusSnapshot> = {}): StatusSnapshot => ({
  status: STATUS_VERSION,
  version: '1.0.0',
  at: NOW - 5000,
  tookMs: 100,
  timeZone: 'UTC',
  zone: { offsetMs: 0 },
  dayStartAt: NOW - 12 * HOUR,
  dayEndAt: NOW + 12 * HOUR,
  today: { usd: 4.1, tokens: 900_000, unpricedTokens: 0 },
  week: { usd: 30, tokens: 9_000_000, unpricedTokens: 0 },
  sessions: {
    s1: { agent: AGENT, usd: 0.31, tokens: 40_000, unpricedTokens: 0, todayUsd: 0.31, lastAt: NOW - MINUTE },
  },
  blocks: [
    {
      agent: AGENT,
      startAt: NOW - 4 * HOUR,
      endAt: NOW + HOUR,
      firstAt: NOW - 4 * HOUR + MINUTE,
      usd: 3.2,
      tokens: 185_000,
      unpricedTokens: 0,
    },
  ],
  highest: { [AGENT]: 370_000 },
  highestAt: NOW - HOUR,
  burn: {
    usdPerHour: 1.2,
    tokensPerMinute: 15_000,
    tokensPerMinuteForIndicator: 900,
    bars: [0, 0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2],
  },
  limits: [],
  models: {
    [MODEL]: {
      input: 3e-6,
      output: 15e-6,
      cacheRead: 3e-7,
      cacheCreation: 3.75e-6,
      longCache: 6e-6,
      tiers: [],
      maxInput: 200_000,
    },
  },
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

/** What the agent hands over. */
export const stdin = (parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  session_id: 's1',
  transcript_path: '/home/dev/.agent/s1.jsonl',
  cwd: '/home/dev/app',
  model: { id: MODEL, display_name: 'Some 4' },
  workspace: { current_dir: '/home/dev/app/src', project_dir: '/home/dev/app' },
  version: '2.1.330',
  cost: { total_cost_usd: 0.32 },
  effort: { level: 'high' },
  context_window: {
    context_window_size: 200_000,
    current_usage: { input_tokens: 1000, cache_creation_input_tokens: 4000, cache_read_input_tokens: 20_000 },
  },
  prompt_cache: { warm: true, ttl: '5m', expires_at: (NOW + 5 * MINUTE) / 1000 },
  rate_limits: {
    five_hour: { used_percentage: 42.4, resets_at: (NOW + 130 * MINUTE) / 1000 },
    seven_day: { used_percentage: 12, resets_at: (NOW + 3 * DAY) / 1000 },
  },
  ...parts,
})

export const reading = (parts: Partial<LimitReading> = {}): LimitReading => ({
  agent: AGENT,
  at: NOW - 12 * MINUTE,
  minutes: 300,
  usedPercent: 42,
  resetsAt: NOW + HOUR,
  ...parts,
})

interface FactParts {
  readonly stdin?: unknown
  readonly snapshot?: StatusSnapshot | undefined
  readonly known?: readonly LimitReading[]
  readonly branch?: string
  readonly flags?: LineFlags
  readonly now?: number
}

/** As the door makes them; without colour unless asked for. */
export const facts = (parts: FactParts = {}): Facts => {
  const now = parts.now ?? NOW
  const found = 'snapshot' in parts ? parts.snapshot : snapshot()
  const input = readInput('stdin' in parts ? parts.stdin : stdin())
  return {
    now,
    input,
    snapshot: found,
    agent: AGENT,
    own: ownReadings(input, { agent: AGENT, root: ROOT, told: [], now }),
    known: [...(parts.known ?? []), ...(found?.limits ?? [])],
    branch: parts.branch,
    look: lookOf({ color: false, ...parts.flags }, found?.view, { color: undefined, columns: undefined }),
  }
}
