/** The JSON of limits (documented by `json-schema.ts`). Points and percentages are numbers of 0 to 100, times RFC 3339. */
import {
  type LimitProjection,
  type LimitsReport,
  type LimitWindow,
  type LocalSum,
  MICRO,
  type PointUse,
  type SlidingView,
} from '../core/limits.ts'
import { clean } from './format.ts'
import { amount, diagnosticsJson, isoTime, SCHEMA_VERSION } from './json-parts.ts'
import type { View } from './view.ts'

const text = (value: string | undefined): string | null => (value === undefined ? null : clean(value))
const timeOf = (at: number | undefined): string | null => (at === undefined ? null : isoTime(at))

const localJson = ({ entries, tokens, cost, unpricedTokens }: LocalSum, view: View) => ({
  entries,
  totalTokens: tokens,
  ...amount('totalCost', cost, view),
  unpricedTokens,
})

/** Of a window that began nobody knows when, nothing is known: null, never 0. */
const windowLocalJson = (local: LocalSum | undefined, view: View) =>
  local
    ? localJson(local, view)
    : { entries: null, totalTokens: null, ...(view.noCost ? {} : { totalCost: null }), unpricedTokens: null }

const projectionJson = (projection: LimitProjection | undefined) => {
  if (projection === undefined) return null
  const { unit, low, middle, high, windows, isByRate, isConverted, fullBetween } = projection
  return {
    unit,
    p10: low,
    p50: middle,
    p90: high,
    windows,
    basis: isByRate ? 'recent-rate' : isConverted ? 'past-windows-of-logs' : 'past-windows',
    fullFrom: timeOf(fullBetween?.[0]),
    fullUntil: timeOf(fullBetween?.[1]),
  }
}

const certainty = ({ isByPrice }: { readonly isByPrice: boolean }) => (isByPrice ? 'by-usual-price' : 'at-least')

const windowJson = (window: LimitWindow, view: View): object => {
  const isServer = window.basis === 'server'
  return {
    agent: window.agent,
    profile: text(window.profile),
    basis: window.basis,
    limit: isServer ? text(window.limit) : null,
    plan: isServer ? text(window.plan) : null,
    windowMinutes: window.minutes ?? null,
    startsAt: timeOf(window.startAt),
    resetsAt: timeOf(window.endAt),
    isReset: isServer && window.isReset,
    usedPercent: window.usedPercent ?? null,
    elapsedPercent: window.elapsedPercent ?? null,
    pacePoints: window.pace ?? null,
    readAt: isServer ? isoTime(window.readAt) : null,
    readPercent: isServer ? window.readPercent : null,
    unexplainedPoints: isServer ? (window.unexplained ?? null) : null,
    unexplainedIs: isServer && window.unexplained !== undefined ? certainty(window) : null,
    tokenLimit: isServer ? null : (window.tokenLimit ?? null),
    tokenLimitBasis: isServer ? null : (window.limitBasis ?? null),
    ...windowLocalJson(window.local, view),
    projection: projectionJson(window.projection),
  }
}

const slidingJson = ({ agent, profile, minutes, tokens, nextAt, nextTokens }: SlidingView) => ({
  agent,
  profile: text(profile),
  minutes,
  totalTokens: tokens,
  nextAt: isoTime(nextAt),
  nextTokens,
})

const useJson = (use: PointUse, view: View): object => ({
  agent: use.agent,
  profile: text(use.profile),
  limit: text(use.limit),
  windowMinutes: use.minutes,
  startsAt: isoTime(use.startAt),
  resetsAt: isoTime(use.endAt),
  readAt: isoTime(use.readAt),
  readings: use.readings,
  sharedBy: use.weight,
  points: use.points / MICRO,
  unexplainedPoints: use.unexplained / MICRO,
  unexplainedIs: certainty(use),
  local: localJson(use.local, view),
  sinceLastRise: localJson(use.sinceRise, view),
  sessions: use.sessions.map(({ session, title, project, firstAt, lastAt, points, local }) => ({
    sessionId: text(session),
    ...(title === undefined || !view.titles ? {} : { title: clean(title) }),
    project: text(project),
    firstActivity: isoTime(firstAt),
    lastActivity: isoTime(lastAt),
    points: points / MICRO,
    ...localJson(local, view),
  })),
  turns: use.turns.map(({ session, at, title, points, local }) => ({
    sessionId: text(session),
    startedAt: isoTime(at),
    ...(title === undefined || !view.titles ? {} : { title: clean(title) }),
    points: points / MICRO,
    ...localJson(local, view),
  })),
})

/** A report as a value for `JSON.stringify`. */
export const limitsJson = (report: LimitsReport, view: View): object => ({
  limits: report.windows.map(window => windowJson(window, view)),
  sliding: report.sliding.map(slidingJson),
  ...(report.uses === undefined ? {} : { why: report.uses.map(use => useJson(use, view)) }),
  now: isoTime(report.now),
  ignoredFilters: report.ignored,
  diagnostics: diagnosticsJson(report.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: report.timeZone,
})
