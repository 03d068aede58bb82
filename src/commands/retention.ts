/** How long agents keep their logs, and whether the history has what they are about to delete. */
import type { RetentionFact } from '../core/retention.ts'
import type { Host } from '../host/host.ts'
import type { Loaded } from '../load.ts'

const DAY_MS = 86_400_000

/** What goes within this is going soon. */
const SOON_MS = 10 * DAY_MS

/** Of agents with logs that delete them. Nobody deletes the sample. */
export const retentionOf = (host: Host, { ingested, options, now, diagnostics }: Loaded): RetentionFact[] => {
  if (options.demo) return []
  const unsaved = diagnostics.find(({ code }) => code === 'index-not-saved')
  const missing = options.index ? unsaved && String(unsaved.args.reason ?? 'not saved') : 'off'
  return ingested.coverage.looks.flatMap(({ agent, files, oldestAt, roots }) => {
    const kept = files > 0 ? agent.retention?.(host) : undefined
    if (!kept) return []
    const unread = diagnostics.filter(
      ({ code, args }) => code === 'unreadable' && roots.some(({ path }) => String(args.path).startsWith(path)),
    )
    return [{ ...kept, ...purge(kept.days, oldestAt, now), agent: agent.name, missing, unread: unread.length }]
  })
}

/** When the log that was left alone longest will be deleted; one that is overdue goes now. */
const purge = (days: number, oldestAt: number | undefined, now: number) => {
  const deletesAt = oldestAt === undefined ? undefined : Math.max(now, oldestAt + days * DAY_MS)
  return { deletesAt, isSoon: deletesAt !== undefined && deletesAt - now < SOON_MS }
}
