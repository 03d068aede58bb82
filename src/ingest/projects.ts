/**
 * Which project a session belongs to: the folder it was started in; a git worktree counts as its repository. One session has
 * one project, so that reports by session and by project add up alike.
 */
import { dirname } from 'node:path'
import type { OwnedEntry, SessionNote, UsageEntry } from '../core/entry.ts'
import type { FileStat, Host } from '../host/host.ts'

/** Worktrees in the places where agents and people keep them: `<repository>/.claude/worktrees/<name>`, `<repository>/.worktrees/<name>`. */
const inside = /^(.+?)[\\/](?:\.claude[\\/]worktrees|\.worktrees|\.git[\\/]worktrees)[\\/][^\\/]+/

/** `gitdir: <repository>/.git/worktrees/<name>`, what git writes into a worktree's `.git` file. */
const pointer = /^gitdir: (.+?)[\\/]\.git[\\/]worktrees[\\/]/

/** How far up a worktree's root is looked for. */
const MOST_LEVELS = 12

/** The repository of a worktree that `folder` lies in; any other folder is a project of its own. */
const repositoryOf = (host: Host, folder: string): string => {
  const within = inside.exec(folder)
  if (within) return within[1]!
  let path = folder
  for (let level = 0; level < MOST_LEVELS; level++) {
    const git = statOf(host, `${path}/.git`)
    if (git?.kind === 'directory') return folder
    if (git?.kind === 'file') return pointer.exec(host.readText(`${path}/.git`) ?? '')?.[1] ?? folder
    const parent = dirname(path)
    if (parent === path) return folder
    path = parent
  }
  return folder
}

const statOf = (host: Host, path: string): FileStat | undefined => {
  try {
    return host.stat(path)
  } catch {
    return undefined // a folder of the user's that we may not look into says nothing about worktrees
  }
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

/** Values by agent and session. */
class BySession<T> {
  private readonly agents = new Map<string, Map<string, T>>()

  of(agent: string): Map<string, T> {
    const known = this.agents.get(agent)
    if (known) return known
    const sessions = new Map<string, T>()
    this.agents.set(agent, sessions)
    return sessions
  }
}

/** Sets `project` of every entry to the path of its session's repository; the log's folder name stays where no path is known. */
export const resolveProjects = (host: Host, entries: readonly OwnedEntry[], notes: readonly SessionNote[]): void => {
  const homes = new BySession<Home>()
  for (const e of entries) {
    if (e.session === undefined || e.cwd === undefined) continue
    const sessions = homes.of(e.agent)
    const known = sessions.get(e.session)
    if (known === undefined || isEarlier(e, known))
      sessions.set(e.session, { folder: e.cwd, isSidechain: e.isSidechain, at: e.at })
  }
  for (const { kind, text, agent, session } of notes) {
    if (kind === 'worktree' && text !== undefined)
      homes.of(agent).set(session, { folder: text, isSidechain: false, at: 0 })
  }
  const repositories = new Map<string, string>()
  for (const e of entries) {
    const folder = (e.session === undefined ? undefined : homes.of(e.agent).get(e.session)?.folder) ?? e.cwd
    if (folder === undefined) continue
    const repository = repositories.get(folder) ?? repositoryOf(host, folder)
    repositories.set(folder, repository)
    e.project = repository
  }
}
