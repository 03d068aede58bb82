/**
 * What the JSON answers promise, as zod schemas; the published JSON Schema is made from them and the tests hold every answer
 * against them. Never import this on the way to a report: zod alone costs as much as the rest of the start-up.
 */
import * as z from 'zod'
import { agentsAnswer } from './schema/agents.ts'
import { auditAnswer } from './schema/audit.ts'
import { doctor } from './schema/doctor.ts'
import { guard } from './schema/guard.ts'
import { history, historyForget, paths } from './schema/history.ts'
import { limits } from './schema/limits.ts'
import { live } from './schema/live.ts'
import { blocks, daily, monthly, session, sessions, weekly } from './schema/reports.ts'
import { sessionDetail } from './schema/session-detail.ts'
import { advise, bill, compare, why } from './schema/why.ts'

/** One schema per answer; `sessions` is `session` as `tokusage <agent> session` prints it. */
export const reportSchemas = {
  daily,
  weekly,
  monthly,
  session,
  sessions,
  blocks,
  agents: agentsAnswer,
  doctor,
  audit: auditAnswer,
  'session-detail': sessionDetail,
  why,
  'why-compare': compare,
  'session-receipt': bill,
  advise,
  history,
  'history-forget': historyForget,
  paths,
  limits,
  live,
  guard,
}

export type JsonKind = keyof typeof reportSchemas

/** The published JSON Schema. Readers must tolerate keys that a later version adds, so it does not forbid any. */
export const reportJsonSchema = (kind: JsonKind): object =>
  z.toJSONSchema(reportSchemas[kind], {
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
