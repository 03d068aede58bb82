/** What agents delete, in words: in full for doctor, in a line under a report. */
import type { RetentionFact } from '../core/retention.ts'
import type { Fact } from './facts.ts'
import { count, counted } from './format.ts'
import type { Clock } from './view.ts'

/** A setting that deletes within this many days is worth a word even where the history has everything. */
const SHORT_DAYS = 30

const days = (fact: RetentionFact): string => counted(fact.days, 'day', 'days')

export const retentionFacts = (fact: RetentionFact, clock: (at: number) => Clock): Fact[] => {
  const why = fact.isDefault ? 'its default' : `${fact.setting} in ${fact.path}`
  const due = fact.isSoon && fact.deletesAt !== undefined ? `The oldest are due by ${clock(fact.deletesAt).day}. ` : ''
  return [
    [fact.agent, `deletes its logs after ${days(fact)} (${why})`],
    ['', due + keeping(fact)],
    ...(fact.unread > 0
      ? [
          [
            '',
            `${counted(fact.unread, 'log', 'logs')} could not be read, and so the history lacks what is in there`,
          ] as const,
        ]
      : []),
  ]
}

const keeping = ({ missing, setting, path }: RetentionFact): string => {
  const longer = `raise ${setting} in ${path}`
  if (missing === undefined) return `The history has what they say, and reports keep it. To keep the logs, ${longer}`
  if (missing === 'off')
    return `The history does not have them: the index is off. To keep what they say, run tokusage without --no-index; to keep the logs, ${longer}`
  return `The history does not have them all: the index could not be written (${missing}). To keep the logs, ${longer}`
}

/** The line under a report; undefined where nothing is lost and no agent is in a hurry. */
export const announcementText = (facts: readonly RetentionFact[]): string | undefined => {
  const told = facts.filter(({ days, isSoon, missing }) => days <= SHORT_DAYS || (isSoon && missing !== undefined))
  const [one] = told
  if (!one) return undefined
  const names = told.map(({ agent, days }) => `${agent} (${count(days)}d)`)
  const who =
    told.length === 1
      ? `${one.agent} deletes logs after ${days(one)}`
      : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} delete their logs`
  // As short as this, it is one line in 80 columns.
  return one.missing === undefined
    ? `${who}; tokusage's history keeps what it read`
    : `${who}; the history lacks them · tokusage doctor`
}
