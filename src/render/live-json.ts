/** The JSON of the monitor (documented by `json-schema.ts`): one look at what goes on now. Rates are 0 to 1, percentages 0 to 100, times RFC 3339. */
import type { LiveCall, LiveData, LiveProjection, LiveSession, LiveSum, LiveWindow } from '../core/live.ts'
import { clean } from './format.ts'
import { amount, diagnosticsJson, isoTime, SCHEMA_VERSION, tokensJson } from './json-parts.ts'

export interface LiveView {
  readonly noCost: boolean
  readonly timeZone: string
  /** What `--rpm` and `--tpm` say is allowed. */
  readonly requestsPerMinute: number | undefined
  readonly tokensPerMinute: number | undefined
}

const text = (value: string | undefined): string | null => (value === undefined ? null : clean(value))
const timeOf = (at: number | undefined): string | null => (at === undefined ? null : isoTime(at))

const sumJson = ({ calls, tokens, usd, unpricedTokens }: LiveSum, view: LiveView) => ({
  calls,
  totalTokens: tokens,
  ...amount('totalCost', usd, view),
  unpricedTokens,
})

const rangeJson = (range: LiveProjection | undefined) =>
  range ? { p10: range.low, p50: range.middle, p90: range.high } : null

const windowJson = (window: LiveWindow, view: LiveView) => ({
  agent: window.agent,
  profile: text(window.profile),
  limit: text(window.limit),
  windowMinutes: window.minutes,
  startsAt: isoTime(window.startAt),
  resetsAt: isoTime(window.endAt),
  isEstimated: window.isEstimated,
  ...sumJson(window, view),
  usedPercent: window.usedPercent ?? null,
  basis: window.basis ?? null,
  readAt: timeOf(window.saidAt),
  tokenLimit: window.tokenLimit ?? null,
  projection: rangeJson(window.projection),
  expectedPercent: rangeJson(window.expectedPercent),
  isGuess: window.isGuess ?? false,
  fullFrom: timeOf(window.fullBetween?.[0]),
  fullUntil: timeOf(window.fullBetween?.[1]),
})

const sessionJson = (session: LiveSession, view: LiveView) => ({
  agent: session.agent,
  sessionId: text(session.session),
  title: text(session.title),
  project: text(session.project),
  branch: text(session.branch),
  model: text(session.model),
  ...sumJson(session, view),
  firstActivity: isoTime(session.firstAt),
  lastActivity: isoTime(session.lastAt),
  isActive: session.isActive,
  contextTokens: session.context,
  contextLimit: session.contextLimit ?? null,
  cacheHitRate: session.cacheHitRate ?? null,
  tokensPerMinute: session.tokensPerMinute,
  ...amount('costPerHour', session.usdPerHour, view),
  errors: session.errors,
  retries: session.retries,
})

const callJson = (call: LiveCall, view: LiveView) => ({
  at: isoTime(call.at),
  agent: call.agent,
  sessionId: text(call.session),
  model: text(call.model),
  ...tokensJson(call.tokens),
  ...(call.usd === undefined ? { missingPricing: true } : amount('cost', call.usd, view)),
  isSidechain: call.isSidechain,
  tools: call.tools.map(tool => clean(tool)),
})

/** A value for `JSON.stringify`. */
export const liveJson = (data: LiveData, view: LiveView): object => ({
  live: {
    at: isoTime(data.now),
    today: sumJson(data.today, view),
    windows: data.windows.map(window => windowJson(window, view)),
    sessions: data.sessions.map(session => sessionJson(session, view)),
    calls: data.calls.map(call => callJson(call, view)),
    models: data.models.map(sum => ({ modelName: text(sum.model), ...sumJson(sum, view) })),
    minutes: data.minutes.map(sum => sumJson(sum, view)),
    lastMinute: {
      ...sumJson(data.lastMinute, view),
      requestLimit: view.requestsPerMinute ?? null,
      tokenLimit: view.tokensPerMinute ?? null,
    },
    ignoredFilters: data.ignored,
    burnRate: {
      tokensPerMinute: data.tokensPerMinute,
      ...amount('costPerHour', data.usdPerHour, view),
      minutes: data.burnMinutes,
    },
    cacheHitRate: data.cacheHitRate ?? null,
    errors: data.errors,
    retries: data.retries,
    sources: data.sources,
  },
  diagnostics: diagnosticsJson(data.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: view.timeZone,
})
