/** Finds the logs of all agents: where the machine says, and under the roots of the accounts that the config names. */
import type { Agent, RootLook } from '../agents/define.ts'
import { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource } from '../core/entry.ts'
import { hashOf } from '../core/entry-table.ts'
import type { Host } from '../host/host.ts'
import type { StoredSource } from '../store/sources.ts'
import type { ReaderFacts } from '../store/standing.ts'

/** Absolute paths, by name of the account and id of the agent. */
export type ProfileRoots = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Where an agent was looked for. */
export interface AgentLook {
  readonly agent: Agent
  readonly roots: readonly RootLook[]
  readonly files: number
  /** Epoch ms when the log was written to that was left alone longest; undefined without logs. */
  readonly oldestAt: number | undefined
  /** The circumstances under which that was, see `StoredSource.scope`. */
  readonly scopes: readonly string[]
}

type Found = (source: LogSource, facts: ReaderFacts) => void

/** Hands each log out once: one that lies under the root of an account belongs to that. */
export const discover = (
  host: Host,
  agents: readonly Agent[],
  profiles: ProfileRoots,
  diagnostics: Diagnostics,
  found: Found,
): AgentLook[] => agents.map(agent => new AgentSearch(host, agent, profiles, diagnostics, found).look())

/** Under which circumstances an agent's logs are looked for. */
const scopeOf = (host: Host, agent: Agent): string => `${host.home()} ${host.env(agent.rootVariable) ?? ''}`

/** Whether a stored log would have been found now: it was found under these circumstances, or lies where was looked. */
export const scopeTest = (looks: readonly AgentLook[]): ((source: StoredSource) => boolean) => {
  const scopes = new Set(looks.flatMap(look => look.scopes.map(scope => `${look.agent.id} ${scope}`)))
  const roots = looks.flatMap(({ agent, roots: own }) => own.map(({ path }) => ({ agent: agent.id, path })))
  return ({ agent, path, scope }) =>
    scopes.has(`${agent} ${scope}`) || roots.some(root => root.agent === agent && isUnder(path, root.path))
}

const isUnder = (path: string, root: string): boolean =>
  path.startsWith(root) && /^[\\/]/.test(path.slice(root.replace(/[\\/]$/, '').length))

class AgentSearch {
  private files = 0
  private oldestAt: number | undefined
  private readonly ofProfiles = new Set<string>()

  constructor(
    private readonly host: Host,
    private readonly agent: Agent,
    private readonly profiles: ProfileRoots,
    private readonly diagnostics: Diagnostics,
    private readonly found: Found,
  ) {}

  look(): AgentLook {
    const { agent, host } = this
    const named = Object.entries(this.profiles).flatMap(([profile, { [agent.id]: root }]) =>
      root === undefined ? [] : [this.lookInto(profile, root)],
    )
    const facts = { version: agent.version, scope: scopeOf(host, agent) }
    const roots = agent.discover(host, this.diagnostics, source => {
      if (!this.ofProfiles.has(identityOf(source))) this.handOut(source, facts)
    })
    const scopes = [facts.scope, ...named.map(one => one.scope)]
    const { files, oldestAt } = this
    return { agent, roots: [...roots, ...named.flatMap(one => one.roots)], files, oldestAt, scopes }
  }

  private handOut(source: LogSource, facts: ReaderFacts): void {
    this.files++
    if (this.oldestAt === undefined || source.mtimeMs < this.oldestAt) this.oldestAt = source.mtimeMs
    this.found(source, facts)
  }

  /** What the agent would find if its variable named the account's root; what it finds elsewhere is not the account's. */
  private lookInto(profile: string, root: string): { readonly scope: string; readonly roots: readonly RootLook[] } {
    const { agent } = this
    const host: Host = {
      ...this.host,
      env: name => (name === agent.rootVariable ? root : this.host.env(name)),
    }
    // The account is part of what an entry says: under another one a log is read anew.
    const facts = { version: hashOf(`${agent.version} ${profile}`), scope: scopeOf(host, agent) }
    const odd = new Diagnostics()
    const looks = agent.discover(host, odd, source => {
      const identity = identityOf(source)
      if (!isUnder(source.path, root) || this.ofProfiles.has(identity)) return
      this.ofProfiles.add(identity)
      this.handOut({ ...source, profile }, facts)
    })
    this.diagnostics.addAll(
      odd.list().filter(({ code, args }) => code !== 'missing-root' && isUnder(`${args.path}`, root)),
    )
    if (!isThere(this.host, root))
      this.diagnostics.add('missing-root', { path: root, variable: `profiles.${profile}.${agent.id}` })
    const own = looks.filter(({ path }) => path === root || isUnder(path, root))
    const roots = own.length > 0 ? own : [{ path: root, isFound: false }]
    return { scope: facts.scope, roots: roots.map(({ path, isFound }) => ({ path, isFound, profile })) }
  }
}

/** Tells a log from others, whatever path leads to it. */
const identityOf = ({ path, part = '', device, inode }: LogSource): string =>
  inode === 0 ? `${path} ${part}` : `${device} ${inode} ${part}`

const isThere = (host: Host, path: string): boolean => {
  try {
    return host.stat(path) !== undefined
  } catch {
    return true // closed to us, which discovering has said
  }
}
