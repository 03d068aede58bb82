/** The rules, and what they find, ranked by money. */
import type { Finding } from '../core/finding.ts'
import { type Money, money, usdOf } from '../core/money.ts'
import { baseOverhead } from './base-overhead.ts'
import { cacheBreaks } from './cache-breaks.ts'
import { type AdviceContext, evidenceOf, type Found, type Rule, type RuleCase } from './define.ts'
import { failingTools } from './failing-tools.ts'
import { hugeResults } from './huge-results.ts'
import { idleGaps } from './idle-gaps.ts'
import { lightTurns } from './light-turns.ts'
import { longSessions } from './long-sessions.ts'
import { repeatedReads } from './repeated-reads.ts'
import { subagentRereads } from './subagent-rereads.ts'
import { thinkingShare } from './thinking-share.ts'

export const rules: readonly Rule[] = [
  longSessions,
  repeatedReads,
  hugeResults,
  idleGaps,
  cacheBreaks,
  subagentRereads,
  baseOverhead,
  failingTools,
  lightTurns,
  thinkingShare,
]

const MOST_EVIDENCE = 3

/** Rounded down: a saving is never larger than what the items in question cost. */
const sum = (cases: readonly RuleCase[], of: 'cost' | 'low' | 'high', round: (n: number) => number): Money =>
  money(0, round(cases.reduce((total, one) => total + one[of], 0)))

/** Names in arguments are those of screens: under `--private` they say nothing. */
const shownArgs = ({ args = {} }: Found, { names }: AdviceContext['facts']): Finding['args'] =>
  typeof args.server === 'string' ? { ...args, server: names.of('mcp', args.server) } : args

const findingOf = (found: Found, context: AdviceContext): Finding => {
  const { code, target, assumption, verify } = found
  const cases = found.cases.filter(one => one.high > 0)
  const dearest = [...cases].sort((a, b) => b.high - a.high).slice(0, MOST_EVIDENCE)
  const sessions = new Set(cases.map(({ part }) => part.thread.session)).size
  return {
    id: target === undefined ? code : `${code}:${target}`,
    code,
    args: { ...shownArgs(found, context.facts), cases: cases.length, sessions },
    cost: sum(cases, 'cost', Math.ceil),
    saving: { low: sum(cases, 'low', Math.floor), high: sum(cases, 'high', Math.floor) },
    assumption,
    evidence: dearest.map(one => evidenceOf(one, context.facts)),
    verify,
    trend: undefined,
  }
}

/** All findings, the one that saves most first; ids are not hidden. */
export const advise = (context: AdviceContext): Finding[] =>
  rules
    .flatMap(rule => rule.find(context))
    .filter(({ cases }) => cases.some(one => one.high > 0))
    .map(found => findingOf(found, context))
    .sort((a, b) => usdOf(b.saving.high) - usdOf(a.saving.high) || (a.id < b.id ? -1 : 1))
