/**
 * Which project a session belongs to: the folder it was started in; a git worktree counts as its repository. One session has
 * one project, so that reports by session and by project add up alike.
 */
import type { SessionNote, UsageEntry } from '../core/entry.ts'
import type { Host } from '../host/host.ts'

/** Worktrees in the places where agents and people keep them: `<repository>/.claude/worktrees/<name>`, `<repository>/.worktrees/<name>`. */
const inside = /^(.+?)[\\/](?:\.claude[\\/]worktrees|\.worktrees|\.git[\\/]worktrees)[\\/][^\\/]+/

/** `gitdir: <repository>/.git/worktrees/<name>`, what git writes into a worktree's `.git` file. */
const pointer = /^gitdir: (.+?)[\\/]\.git[\\/]worktrees[\\/]/

const repositoryOf = (host: Host, folder: string): string => {
  const within = inside.exec(folder)
  if (within) return within[1]!
  const path = `${folder}/.git`
  const isFile = host.stat(path)?.kind === 'file'
  return (isFile ? pointer.exec(host.readText(path) ?? '')?.[1] : undefined) ?? folder
}

interface Home {
  readonly folder: string
  readonly isSidechain: boolean
  readonly at: number
}

/** The main thread says where a session began; sub-agents only where it says nothing. Ties go by name, not by order. */
const isEarlier = (e: UsageEntry, known: Home): boolean => {
  if (e.isSidechain !== known.isSidechain) return known.isSidechain
  return e.at < known.at || (e.at === known.at && e.cwd !== undefined && e.cwd < known.folder)
}

const keyOf = (agent: string, session: string): string => `${agent}\0${session}`

/** Sets `project` of every entry to the path of its session's repository; the log's folder name stays where no path is known. */
export const resolveProjects = (
  host: Host,
  entries: readonly UsageEntry[],
  notes: readonly SessionNote[],
): UsageEntry[] => {
  const folders = new Map<string, Home>()
  for (const e of entries) {
    if (e.session === undefined || e.cwd === undefined) continue
    const key = keyOf(e.agent, e.session)
    const known = folders.get(key)
    if (known === undefined || isEarlier(e, known))
      folders.set(key, { folder: e.cwd, isSidechain: e.isSidechain, at: e.at })
  }
  for (const note of notes) {
    if (note.kind === 'worktree' && note.text !== undefined)
      folders.set(keyOf(note.agent, note.session), { folder: note.text, isSidechain: false, at: 0 })
  }
  const repositories = new Map<string, string>()
  const projectAt = (folder: string): string => {
    const known = repositories.get(folder)
    if (known !== undefined) return known
    const found = repositoryOf(host, folder)
    repositories.set(folder, found)
    return found
  }
  return entries.map(e => {
    const folder = (e.session === undefined ? undefined : folders.get(keyOf(e.agent, e.session))?.folder) ?? e.cwd
    return folder === undefined ? e : { ...e, project: projectAt(folder) }
  })
}
