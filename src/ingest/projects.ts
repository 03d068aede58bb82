/**
 * Which project a session belongs to: the folder it was started in; a git worktree counts as its repository. One session has
 * one project, so that reports by session and by project add up alike.
 */
import { dirname } from 'node:path'
import type { SessionNote, UsageEntry } from '../core/entry.ts'
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

/** Where the sessions of an agent were started. */
type Homes = Map<string, Home>

/** The main thread says where a session began; sub-agents only where it says nothing. Ties go by name, not by order. */
const isEarlier = (folder: string, isSidechain: boolean, at: number, known: Home): boolean => {
  if (isSidechain !== known.isSidechain) return known.isSidechain
  return at < known.at || (at === known.at && folder < known.folder)
}

const homesOf = (rows: readonly UsageEntry[], notes: readonly SessionNote[]): ReadonlyMap<string, Homes> => {
  const agents = new Map<string, Homes>()
  const of = (agent: string): Homes => {
    const known = agents.get(agent) ?? new Map<string, Home>()
    if (known.size === 0) agents.set(agent, known)
    return known
  }
  for (const { agent, session, cwd, isSidechain, at } of rows) {
    if (session === undefined || cwd === undefined) continue
    const homes = of(agent)
    const known = homes.get(session)
    if (known === undefined || isEarlier(cwd, isSidechain, at, known))
      homes.set(session, { folder: cwd, isSidechain, at })
  }
  for (const { kind, text, agent, session } of notes)
    if (kind === 'worktree' && text !== undefined) of(agent).set(session, { folder: text, isSidechain: false, at: 0 })
  return agents
}

/** The project of an entry: the path of its session's repository; the log's folder name where no path is known. */
export const projectsOf = (
  host: Host,
  rows: readonly UsageEntry[],
  notes: readonly SessionNote[],
): ((entry: UsageEntry) => string | undefined) => {
  const agents = homesOf(rows, notes)
  const repositories = new Map<string, string>()
  return ({ agent, session, cwd, project }) => {
    const folder = (session === undefined ? undefined : agents.get(agent)?.get(session)?.folder) ?? cwd
    if (folder === undefined) return project
    const known = repositories.get(folder)
    if (known !== undefined) return known
    const repository = repositoryOf(host, folder)
    repositories.set(folder, repository)
    return repository
  }
}
