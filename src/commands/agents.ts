/** agents: which were found and where was looked, how good their data are, and what these lack. */
import { suggestion } from '../config/nearest.ts'
import type { Options } from '../config/options.ts'
import { UsageError } from '../config/usage-error.ts'
import type { AgentFacts, AgentsReport } from '../core/agents.ts'
import { calendar } from '../core/calendar.ts'
import { isFault } from '../core/diagnostic.ts'
import type { Host } from '../host/host.ts'
import { type Loaded, type Progress, read } from '../load.ts'
import { agentUsage, noUsage } from '../report/agents.ts'
import { filterEntries } from '../report/filter.ts'
import { filterJson } from './jq.ts'
import { outputWidth, print, progressBar, refuseLists, usesColor } from './terminal.ts'

/** Prints all agents, or what is known of the one called `id`; 0, or 1 under `--strict` when anything in the data was odd. */
export const runAgents = async (host: Host, id: string | undefined, options: Options): Promise<number> => {
  refuseLists(options, 'agents')
  const bar = progressBar(host.now(), host.now)
  const loaded = await readAgents(host, options, bar.update)
  bar.clear()
  const report = agentsOf(loaded, id)
  const { agentsJson, renderAgent, renderAgents } = await import('../render/agents.ts')
  if (options.format === 'json') {
    const text = JSON.stringify(agentsJson(report, options), null, 2)
    print(options.jq === undefined ? text : await filterJson(text, options.jq))
  } else {
    const { clock } = calendar(options.timeZone)
    const view = {
      width: outputWidth(),
      color: usesColor(options),
      noCost: options.noCost,
      quiet: options.quiet,
      clock,
    }
    const [only] = report.agents
    const isOne = only !== undefined && (id !== undefined || options.focused)
    print(isOne ? renderAgent(only, report, view) : renderAgents(report, view))
  }
  return options.strict && loaded.diagnostics.some(isFault) ? 1 : 0
}

/** Every single entry, as blocks need it: sums by day know nothing of sessions and of the quality of a class. */
export const readAgents = (host: Host, options: Options, onProgress?: Progress): Promise<Loaded> =>
  read(host, options, { kinds: ['blocks'], onProgress })

/** Of the agents asked for, or of all. Throws a UserError where there is none called `id`. */
export const agentsOf = ({ ingested, options, diagnostics }: Loaded, id?: string): AgentsReport => {
  const { looks } = ingested.coverage
  const ids = looks.map(({ agent }) => agent.id)
  const asked = id?.toLowerCase()
  if (asked !== undefined && !ids.includes(asked))
    throw new UsageError(`Unknown agent '${id}'.${suggestion(asked, ids) || ` Known: ${ids.join(', ')}.`}`)
  const wanted = asked === undefined ? options.agents : [asked]
  const usage = agentUsage(filterEntries(ingested.entries, options, calendar(options.timeZone)))
  return {
    agents: looks
      .filter(({ agent }) => wanted.length === 0 || wanted.includes(agent.id))
      .map(
        ({ agent, roots, files }): AgentFacts => ({
          ...(usage.get(agent.id) ?? noUsage),
          id: agent.id,
          name: agent.name,
          looked: roots,
          variable: agent.rootVariable,
          files,
          blockHours: agent.blockHours,
          gaps: agent.gaps ?? [],
        }),
      ),
    diagnostics,
    timeZone: options.timeZone,
  }
}
