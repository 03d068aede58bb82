/**
 * The windows: by the server's percentage where one is known, else by what its own logs make of the running one, marked as an estimate.
 * A percentage is never guessed: `--token-limit` is what the user says.
 */
import type { StatusBlock } from '../core/status.ts'
import { type Facts, STALE_MS } from './facts.ts'
import { bare, labelled, levelOf, type Part, type Piece, piece } from './piece.ts'
import { limitedAgents, type Shown, shownReading } from './readings.ts'
import { entryOf } from './snapshot.ts'
import { clean } from './text.ts'
import { ago, duration, percent, short, usd } from './words.ts'

const FIVE_HOURS = 300
const WEEK = 10_080
/** From here on a share of a limit is worth a colour. */
const WARN = 60
const ALARM = 80
/** A remembered reading younger than this is as good as new. */
const FRESH_MS = 300_000

const isOver = ({ resetsAt }: Shown, now: number): boolean => resetsAt !== undefined && resetsAt <= now

/** In a shell's prompt no agent is named: the fullest running window is the one that matters. */
const readingFor = (facts: Facts, minutes: number | undefined): Shown | undefined => {
  const own = shownReading(facts, facts.agent, minutes)
  if (facts.input) return own
  const others = limitedAgents(facts).filter(agent => agent !== facts.agent)
  const running = [own, ...others.map(agent => shownReading(facts, agent, minutes))].filter(
    reading => reading !== undefined && !isOver(reading, facts.now),
  )
  return (
    running.reduce((most, next) => ((next?.usedPercent ?? 0) > (most?.usedPercent ?? -1) ? next : most), undefined) ??
    own
  )
}

const labelFor = (agent: string, facts: Facts, label: string): string =>
  agent === facts.agent ? label : `${clean(agent) ?? '?'} ${label}`

const readingPart = (reading: Shown, facts: Facts, label: string): Part => {
  const { now } = facts
  const { usedPercent, resetsAt, at } = reading
  const name = piece(`${labelFor(reading.agent, facts, label)} `, 'dim')
  if (isOver(reading, now)) return [labelled(name, piece('reset')), bare(name, piece('reset'))]
  const used = piece(percent(usedPercent), levelOf(usedPercent, WARN, ALARM))
  const age = piece(reading.isRemembered && now - at > FRESH_MS ? ago(now - at) : '', 'dim')
  const brief = bare(name, used, age)
  if (resetsAt === undefined) return [labelled(name, used, age), brief]
  const left = duration(resetsAt - now)
  const { emoji } = facts.look
  const spoken = piece(emoji ? ` ↻ ${left}` : ` resets in ${left}`, 'dim')
  const curt = emoji ? spoken : piece(` (${left} left)`, 'dim')
  return [labelled(name, used, spoken, age), bare(name, used, curt, age), brief]
}

/** The running window as its own entries cut it. */
const blockOf = ({ snapshot, input, agent, now }: Facts): StatusBlock | undefined => {
  const running = (snapshot?.blocks ?? []).filter(({ endAt }) => endAt > now)
  const own = running.find(block => block.agent === agent)
  if (own || input) return own
  return running.reduce<StatusBlock | undefined>(
    (most, next) => (next.usd > (most?.usd ?? -1) ? next : most),
    undefined,
  )
}

const limitFor = ({ agent }: StatusBlock, { look, snapshot }: Facts): number | undefined =>
  look.tokenLimit === 'max' ? entryOf(snapshot?.highest, agent) : look.tokenLimit

/** `~37% of 500K`, else `~$3.20`. */
const estimateOf = (block: StatusBlock, facts: Facts): readonly [full: readonly Piece[], brief: Piece] => {
  const limit = limitFor(block, facts)
  if (limit !== undefined && limit > 0) {
    const share = (block.tokens / limit) * 100
    const text = piece(`~${percent(share)}`, levelOf(share, WARN, ALARM))
    return [[text, piece(` of ${short(limit)}${facts.look.tokenLimit === 'max' ? ' (own highest)' : ''}`, 'dim')], text]
  }
  const isMoney = !facts.look.noCost && (block.usd > 0 || block.unpricedTokens === 0)
  const text = piece(isMoney ? `~${usd(block.usd)}` : `~${short(block.tokens)} tokens`)
  return [[text], text]
}

const timeLeft = (block: StatusBlock, { now, snapshot }: Facts): Piece => {
  const age = now - (snapshot?.at ?? now)
  return piece(` (~${duration(block.endAt - now)} left)${age > STALE_MS ? ago(age) : ''}`, 'dim')
}

const estimatedPart = (block: StatusBlock, facts: Facts): Part => {
  const name = piece(`${labelFor(block.agent, facts, '5h')} `, 'dim')
  const [full, brief] = estimateOf(block, facts)
  const left = timeLeft(block, facts)
  return [labelled(name, ...full, left), bare(name, ...full, left), bare(name, brief, left), bare(name, brief)]
}

export const fiveHourPart = (facts: Facts): Part | undefined => {
  const reading = readingFor(facts, FIVE_HOURS)
  const block = blockOf(facts)
  // After a reset the server's word is about the window before.
  const isNewer =
    reading?.resetsAt !== undefined && isOver(reading, facts.now) && (block?.firstAt ?? 0) >= reading.resetsAt
  if (reading && !isNewer) return readingPart(reading, facts, '5h')
  return block && estimatedPart(block, facts)
}

/** The estimated window whatever the server says: what ccusage calls the block. */
export const blockPart = (facts: Facts): Part | undefined => {
  const block = blockOf(facts)
  if (!block) return undefined
  const [full, brief] = estimateOf(block, facts)
  return [labelled(...full, piece(' block', 'dim'), timeLeft(block, facts)), bare(brief, piece(' block', 'dim'))]
}

export const weekPart = (facts: Facts): Part | undefined => {
  const reading = readingFor(facts, WEEK)
  return reading && readingPart(reading, facts, 'week')
}

export const spendPart = (facts: Facts): Part | undefined => {
  const reading = readingFor(facts, undefined)
  return reading && readingPart(reading, facts, 'spend')
}
