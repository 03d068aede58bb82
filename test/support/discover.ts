/** An agent's discovery as one value. */
import type { Agent, RootLook } from '../../src/agents/define.ts'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { LogSource } from '../../src/core/entry.ts'
import type { Host } from '../../src/host/host.ts'

export const discovered = (
  agent: Agent,
  host: Host,
  diagnostics = new Diagnostics(),
): { readonly roots: RootLook[]; readonly sources: LogSource[] } => {
  const sources: LogSource[] = []
  const roots = agent.discover(host, diagnostics, source => sources.push(source))
  return { roots, sources }
}
