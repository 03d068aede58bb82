/** What is told beside the answer, where the user asked for it: the desktop, and a webhook that any chat understands (`text`). */
import type { Options } from '../../config/options.ts'
import type { Gauge, Verdict } from '../../guard/limits.ts'

export interface Telling {
  readonly text: string
  /** The JSON for the webhook. */
  readonly body: string
}

const used = (gauge: Gauge, unit: Gauge['unit']): number | null =>
  gauge.unit === unit && gauge.used !== undefined ? gauge.used : null

/** One for each verdict. `at` is epoch ms. */
export const tellingOf = (verdict: Verdict, text: string, at: number): Telling => {
  const { gauge, percent } = verdict
  const body = {
    text,
    kind: gauge.kind,
    sessionId: gauge.kind === 'session' && gauge.scope !== '' ? gauge.scope : null,
    since: gauge.since ?? null,
    until: gauge.until ?? null,
    usedUsd: used(gauge, 'usd'),
    limitUsd: gauge.unit === 'usd' ? gauge.limit : null,
    usedPercent: used(gauge, 'percent'),
    limitPercent: gauge.unit === 'percent' ? gauge.limit : null,
    percent: percent ?? null,
    threshold: verdict.threshold ?? null,
    at: new Date(at).toISOString(),
  }
  return { text, body: JSON.stringify(body) }
}

/** The webhook's address; `undefined` where none was given, `'bad'` for what is none. Only the web is spoken to. */
export const webhookOf = ({ guard }: Options): string | 'bad' | undefined => {
  if (guard.webhook === undefined) return undefined
  try {
    const url = new URL(guard.webhook)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : 'bad'
  } catch {
    return 'bad'
  }
}
