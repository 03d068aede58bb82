/** What is known of sessions beside their responses: what they are called, and which project they belong to. Little of it is kept. */
import type { SessionNote, UsageEntry } from '../core/entry.ts'
import type { EntryRow } from '../core/entry-row.ts'
import type { Host } from '../host/host.ts'
import { projectsOf } from './projects.ts'

type Kind = SessionNote['kind']

const keyOf = ({ agent, session }: { readonly agent: string; readonly session?: string | undefined }): string =>
  `${agent}\0${session ?? ''}`

export class FollowedSessions {
  /** By session, the note of each kind that counts. */
  private readonly known = new Map<string, Map<Kind, SessionNote>>()
  private readonly projects = new Map<string, string | undefined>()
  /** Spoken of since others were forgotten: their first response may still come. */
  private fresh = new Set<string>()

  constructor(
    private readonly host: Host,
    /** Whether titles are wanted. */
    private readonly hasTitles: boolean,
  ) {}

  /** Of prompts the first counts, of everything else the last (see `titleOf`). Agents' own totals are nobody's business here. */
  take(notes: readonly SessionNote[]): void {
    for (const note of notes) {
      if (note.kind === 'total' || (note.kind !== 'worktree' && !this.hasTitles)) continue
      const key = keyOf(note)
      this.fresh.add(key)
      const own = this.known.get(key) ?? new Map<Kind, SessionNote>()
      this.known.set(key, own)
      if (note.kind === 'prompt' && own.has(note.kind)) continue
      if (note.kind === 'worktree' && own.get(note.kind)?.text !== note.text) this.projects.delete(key)
      own.set(note.kind, note)
    }
  }

  notes(): readonly SessionNote[] {
    return [...this.known.values()].flatMap(own => [...own.values()])
  }

  /** Puts its session's project into each row; the first rows of a session that come say which that is. */
  place(rows: readonly EntryRow[]): void {
    const fresh = rows.filter(row => row.session === undefined || !this.projects.has(keyOf(row)))
    if (fresh.length > 0) {
      const projectOf = projectsOf(this.host, fresh, this.notes())
      for (const row of fresh) row.project = projectOf(row)
      for (const row of fresh) if (row.session !== undefined) this.projects.set(keyOf(row), row.project)
    }
    for (const row of rows) if (row.session !== undefined) row.project = this.projects.get(keyOf(row))
  }

  /** Forgets sessions that have no entries left. */
  keep(entries: Iterable<{ readonly entry: UsageEntry }>): void {
    const keys = this.fresh
    this.fresh = new Set()
    for (const { entry } of entries) keys.add(keyOf(entry))
    for (const of of [this.known, this.projects]) for (const key of of.keys()) if (!keys.has(key)) of.delete(key)
  }
}
