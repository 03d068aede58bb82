/** The use case behind the status line: what it shows without reading a log, worked out from the last days and a base that is made once a day. */
import type { Options } from './config/options.ts'
import { version } from './config/version.ts'
import { calendar } from './core/calendar.ts'
import { type LimitReading, latestReadings } from './core/limit.ts'
import { STATUS_VERSION, type StatusSnapshot, type StatusView } from './core/status.ts'
import type { PricedEntry } from './core/summary.ts'
import type { Host } from './host/host.ts'
import { type Ingested, ingest } from './ingest/ingest.ts'
import { keptReadings } from './ingest/kept-signals.ts'
import { priceStamp } from './ingest/sums.ts'
import { filterEntries } from './report/filter.ts'
import { highestWindows, isAnchored, type StatusRequest, Sum, sessionsBefore, statusFigures } from './report/status.ts'
import { readStatusBase, type StatusBase, writeStatusBase } from './store/status.ts'

const DAY_MS = 86_400_000
/** How far back a refresh looks: a week, and a pause long enough to know where a window began. */
const DAYS = 8

/** Everything the status line shows, as of now; `tookMs` is for the caller to say. Without a `key` nothing is taken from before, or kept. */
export const statusOf = async (host: Host, options: Options, key: string | undefined): Promise<StatusSnapshot> => {
  const now = host.now()
  const stamp = stampOf(host, options)
  const { ingested, base } = await load(
    host,
    options,
    now,
    key === undefined ? undefined : readStatusBase(host, key, stamp),
  )
  const zone = calendar(options.timeZone)
  const request = { now, calendar: zone, blockMs: blockLengths(ingested, options), before: beforeOf(base) }
  const entries = filterEntries(ingested.entries, withoutDays(options), zone)
  const { highest, at } =
    base ??
    makeBase(stamp, ingested, entries, request, made => {
      if (key !== undefined) writeStatusBase(host, key, made)
    })
  return {
    status: STATUS_VERSION,
    version,
    at: now,
    tookMs: 0,
    timeZone: options.timeZone,
    ...statusFigures(entries, request),
    highest,
    highestAt: at,
    limits: readLimits(host, ingested, options),
    ...modelsOf(ingested, now),
    view: viewOf(options),
  }
}

interface Loaded {
  readonly ingested: Ingested
  /** Undefined where all entries were loaded. */
  readonly base: StatusBase | undefined
}

/** The entries since the base, or all where it does not hold. */
const load = async (host: Host, options: Options, now: number, base: StatusBase | undefined): Promise<Loaded> => {
  if (base && now >= base.at && now - base.at < DAY_MS) {
    const ingested = await ingestFrom(host, options, base.from)
    const { entries } = ingested
    const request = { now, from: base.from, blockMs: blockLengths(ingested, options) }
    const passing = filterEntries(entries, withoutDays(options), calendar(options.timeZone))
    if (olderThan(ingested, base.from) === base.older && isAnchored(passing, request)) return { ingested, base }
  }
  return { ingested: await ingestFrom(host, options, undefined), base: undefined }
}

const ingestFrom = (host: Host, options: Options, from: number | undefined): Promise<Ingested> =>
  ingest(host, {
    ...options,
    detail: 'counts',
    from,
    isWanted: from === undefined ? undefined : entry => entry.at >= from,
    comparesTotals: false,
    needsProjects: options.projects.length > 0,
  })

const olderThan = ({ coverage, entries }: Ingested, from: number): number =>
  coverage.responses - entries.reduce((count, { entry }) => count + (entry.at >= from ? 1 : 0), 0)

/** A day of the calendar is nothing that the line can be asked for. */
const withoutDays = ({ projects, models, agents, profiles, projectNames }: Options) => ({
  projects,
  models,
  agents,
  profiles,
  projectNames,
})

/** Prices, zone and everything else that the figures of past days depend on. */
const stampOf = (host: Host, options: Options): string => {
  const { timeZone, mode, modelAliases, priceOverrides, blockHours } = options
  const asked = [withoutDays(options), timeZone, mode, modelAliases, priceOverrides, blockHours]
  return JSON.stringify([version, ...asked, ...priceStamp(host)])
}

const blockLengths = ({ coverage }: Ingested, { blockHours }: Options): Map<string, number> =>
  new Map(
    coverage.looks.flatMap(({ agent }) =>
      agent.blockHours === undefined ? [] : [[agent.id, (blockHours ?? agent.blockHours) * 3_600_000] as const],
    ),
  )

const beforeOf = (base: StatusBase | undefined): Map<string, Sum> | undefined =>
  base &&
  new Map(
    Object.entries(base.sessions).map(([id, [kilo, pico, tokens, unpriced, isLowerBound]]) => {
      const sum = new Sum()
      sum.cost = { kilo, pico }
      sum.tokens = tokens
      sum.unpricedTokens = unpriced
      sum.isLowerBound = isLowerBound
      return [id, sum] as const
    }),
  )

const makeBase = (
  stamp: string,
  ingested: Ingested,
  entries: readonly PricedEntry[],
  { now, calendar: zone, blockMs }: StatusRequest,
  keep: (base: StatusBase) => void,
): StatusBase => {
  const from = zone.startOfDay(zone.addDays(zone.dayOf(now), -DAYS))
  const base: StatusBase = {
    stamp,
    from,
    older: olderThan(ingested, from),
    sessions: Object.fromEntries(
      [...sessionsBefore(entries, from)].map(([id, { cost, tokens, unpricedTokens, isLowerBound }]) => [
        id,
        [cost.kilo, cost.pico, tokens, unpricedTokens, isLowerBound] as const,
      ]),
    ),
    highest: highestWindows(entries, { now, blockMs }),
    at: now,
  }
  keep(base)
  return base
}

const readLimits = (host: Host, { coverage, sources }: Ingested, { index, profileRoots }: Options): LimitReading[] => {
  const agents = coverage.looks.map(({ agent }) => agent)
  return latestReadings(keptReadings(host, sources, agents, { keeps: index, profileRoots }).readings)
}

/** Prices of the models that were used in the last days. */
const modelsOf = ({ entries, prices }: Ingested, now: number): Pick<StatusSnapshot, 'models' | 'unpricedModels'> => {
  const recent = new Set(entries.flatMap(({ entry }) => (now - entry.at < DAYS * DAY_MS ? (entry.model ?? []) : [])))
  const found = [...recent].map(model => ({ model, pricing: prices.lookup(model, now) }))
  return {
    models: Object.fromEntries(
      found.flatMap(({ model, pricing }) =>
        pricing
          ? [
              [
                model,
                { ...pricing.base, tiers: pricing.tiers, fast: pricing.fast, maxInput: pricing.maxInput },
              ] as const,
            ]
          : [],
      ),
    ),
    unpricedModels: found.flatMap(({ model, pricing }) => (pricing ? [] : [model])),
  }
}

const viewOf = ({ line, color, noCost, tokenLimit }: Options): StatusView => ({
  template: line.template,
  theme: line.theme,
  emoji: line.emoji,
  color,
  visualBurnRate: line.visualBurnRate,
  costSource: line.costSource,
  contextLow: line.contextLow,
  contextMedium: line.contextMedium,
  refreshInterval: line.refreshInterval,
  noCost,
  modelLabels: line.modelLabels,
  tokenLimit,
})
