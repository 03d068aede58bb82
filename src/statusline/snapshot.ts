/** The file of the background refresh, held against its shape: another program, version or crash may have left anything there. */
import type { LimitReading } from '../core/limit.ts'
import type { Rates } from '../core/pricing.ts'
import {
  STATUS_VERSION,
  type StatusBlock,
  type StatusBurn,
  type StatusModel,
  type StatusSession,
  type StatusSnapshot,
  type StatusSum,
  type StatusView,
  type StatusZone,
} from '../core/status.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isMaybe = (value: unknown, is: (value: unknown) => boolean): boolean => value === undefined || is(value)

const areNumbers = (value: Fields, ...names: readonly string[]): boolean => names.every(name => isNumber(value[name]))

const isRecordOf = <T>(value: unknown, is: (value: unknown) => value is T): value is Readonly<Record<string, T>> =>
  isFields(value) && Object.values(value).every(is)

const isListOf = <T>(value: unknown, is: (value: unknown) => value is T): value is readonly T[] =>
  Array.isArray(value) && value.every(is)

const isSum = (value: unknown): value is StatusSum =>
  isFields(value) &&
  areNumbers(value, 'usd', 'tokens', 'unpricedTokens') &&
  isMaybe(value.isLowerBound, is => typeof is === 'boolean')

const isSession = (value: unknown): value is StatusSession =>
  isFields(value) && isSum(value) && isText(value.agent) && areNumbers(value, 'todayUsd', 'lastAt')

const isBlock = (value: unknown): value is StatusBlock =>
  isFields(value) && isSum(value) && isText(value.agent) && areNumbers(value, 'startAt', 'endAt', 'firstAt')

const isBurn = (value: unknown): value is StatusBurn =>
  isFields(value) &&
  areNumbers(value, 'usdPerHour', 'tokensPerMinute', 'tokensPerMinuteForIndicator') &&
  isListOf(value.bars, isNumber)

const isRates = (value: unknown): value is Rates =>
  isFields(value) &&
  areNumbers(value, 'input', 'output') &&
  [value.cacheRead, value.cacheCreation, value.longCache, value.reasoning].every(rate => isMaybe(rate, isNumber))

const isTier = (value: unknown): value is StatusModel['tiers'][number] =>
  isFields(value) && isNumber(value.above) && isRates(value.rates)

const isModel = (value: unknown): value is StatusModel =>
  isFields(value) &&
  isRates(value) &&
  isListOf(value.tiers, isTier) &&
  isMaybe(value.fast, isNumber) &&
  isMaybe(value.maxInput, isNumber)

const isZone = (value: unknown): value is StatusZone =>
  isFields(value) &&
  isNumber(value.offsetMs) &&
  isMaybe(value.changeAt, isNumber) &&
  isMaybe(value.laterOffsetMs, isNumber)

const isReading = (value: unknown): value is LimitReading =>
  isFields(value) &&
  isText(value.agent) &&
  areNumbers(value, 'at', 'usedPercent') &&
  isMaybe(value.minutes, isNumber) &&
  isMaybe(value.resetsAt, isNumber) &&
  [value.limit, value.session, value.plan, value.profile, value.root].every(text => isMaybe(text, isText))

const BURN_LOOKS: readonly unknown[] = ['off', 'emoji', 'text', 'emoji-text']
const COST_SOURCES: readonly unknown[] = ['auto', 'tokusage', 'ccusage', 'cc', 'both']

const isView = (value: unknown): value is StatusView =>
  isFields(value) &&
  isMaybe(value.template, isText) &&
  isText(value.theme) &&
  typeof value.emoji === 'boolean' &&
  typeof value.noCost === 'boolean' &&
  isMaybe(value.color, color => typeof color === 'boolean') &&
  BURN_LOOKS.includes(value.visualBurnRate) &&
  COST_SOURCES.includes(value.costSource) &&
  areNumbers(value, 'contextLow', 'contextMedium', 'refreshInterval') &&
  isRecordOf(value.modelLabels, isText) &&
  isMaybe(value.tokenLimit, limit => limit === 'max' || isNumber(limit))

const isSnapshot = (value: unknown): value is StatusSnapshot =>
  isFields(value) &&
  value.status === STATUS_VERSION &&
  isText(value.version) &&
  isText(value.timeZone) &&
  isZone(value.zone) &&
  areNumbers(value, 'at', 'tookMs', 'dayStartAt', 'dayEndAt', 'highestAt') &&
  isSum(value.today) &&
  isSum(value.week) &&
  isRecordOf(value.sessions, isSession) &&
  isListOf(value.blocks, isBlock) &&
  isRecordOf(value.highest, isNumber) &&
  isBurn(value.burn) &&
  isListOf(value.limits, isReading) &&
  isRecordOf(value.models, isModel) &&
  isListOf(value.unpricedModels, isText) &&
  isView(value.view)

/** Undefined for what is no snapshot of this version. */
export const readSnapshot = (text: string): StatusSnapshot | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isSnapshot(value) ? value : undefined
  } catch {
    return undefined // cut off or damaged: the next refresh writes it anew
  }
}

/** What is wrong with the settings, as the refresh found it (`{ mistake, at }`, in the place of figures). */
export interface Mistake {
  readonly text: string
  /** Epoch ms. */
  readonly at: number
}

/** Undefined for what is no mistake. */
export const readMistake = (text: string): Mistake | undefined => {
  if (!text.startsWith('{"mistake"')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) && isText(value.mistake) && isNumber(value.at)
      ? { text: value.mistake, at: value.at }
      : undefined
  } catch {
    return undefined // see `readSnapshot`
  }
}

/** The entry of that very name, and nothing that objects have by nature. */
export const entryOf = <T>(record: Readonly<Record<string, T>> | undefined, name: string | undefined): T | undefined =>
  record !== undefined && name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
