/** ccusage's `<agent> <report>`, for every agent that is registered, is `<report> --agent <agent>`. */
import { describe, expect, it } from 'vitest'
import { agents } from '../../src/agents/index.ts'
import { readCommandLine } from '../../src/config/argv.ts'
import { type CommandName, commandNames, reportCommands } from '../../src/config/commands.ts'
import { readPlain } from '../../src/config/invocation.ts'
import type { Options } from '../../src/config/options.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import { hostWith } from './host-with.ts'

const agentIds = agents.map(agent => agent.id)

const optionsOf = async (line: string): Promise<readonly [CommandName | 'schema', Options]> => {
  const { command, argv, agent, error } = readCommandLine(line.split(' '), agentIds)
  expect([line, error]).toEqual([line, undefined])
  if (command === 'schema') throw new Error('takes no options')
  const { flags } = readPlain(command, argv.slice(1))!
  return [command, await resolveOptions(hostWith(), command, flags, { agentIds, focus: agent })]
}

describe.each(agentIds)('%s', id => {
  it.each(reportCommands)('%s', async report => {
    const [command, plain] = await optionsOf(`${report} --agent ${id}`)
    expect([command, plain.agents]).toEqual([report, [id]])
    for (const line of [`${id} ${report}`, `${id}:${report}`, `--json=false ${id} ${report}`])
      expect(await optionsOf(line)).toEqual([report, { ...plain, focused: true }])
  })

  it('alone is its days', async () => {
    expect(await optionsOf(id)).toEqual(await optionsOf(`${id} daily`))
  })
})

it.each(commandNames.filter(name => name !== 'audit'))('%s takes several agents', async command => {
  const [, options] = await optionsOf(`${command} --agent codex,Claude`)
  expect(options.agents).toEqual(['codex', 'claude'])
})

it.each([
  ['codx daily', "Unknown command 'codx'. Did you mean 'codex'?"],
  ['codx:daily', "Unknown command 'codx:daily'. Did you mean 'codex:daily'?"],
  ['opencod', "Unknown command 'opencod'. Did you mean 'opencode'?"],
])('%s is told with the nearest name', (line, error) => {
  expect(readCommandLine(line.split(' '), agentIds).error).toBe(error)
})
