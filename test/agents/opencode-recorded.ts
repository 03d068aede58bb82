/**
 * Recordings of OpenCode and Kilo against their bills. Neither logs the API's ids, so a call is known by its figures, of which each has its own.
 * In the repository lie all rows of the recorded databases with filler for texts (fixtures/agents/opencode/shrink.py).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent } from '../../src/agents/define.ts'
import type { UsageEntry } from '../../src/core/entry.ts'
import { readHome } from './opencode-home.ts'

export const root = join(import.meta.dirname, '../..')
const shared = join(root, '../shared')
export const folders = {
  own: join(root, 'fixtures/recorded'),
  recorded: join(shared, 'recorded'),
  honest: join(shared, 'honest'),
  real: join(shared, 'real'),
}

/** Scenarios of an agent under a folder, as `<agent>@<version>/<scenario>`. */
export const scenariosOf = (agent: string, folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(version => version.startsWith(`${agent}@`))
        .flatMap(version => readdirSync(join(folder, version)).map(scenario => `${version}/${scenario}`))
        .filter(name => existsSync(join(folder, name, 'billed.jsonl')))
        .sort()
    : []

export const absent = (agent: string, folder: string): string =>
  scenariosOf(agent, folder).length > 0 ? '' : ' (skipped: not on this machine)'

interface Bill {
  readonly seq: number
  readonly lane: string
  readonly model: string
  readonly billed: boolean
  readonly usage: Readonly<
    Record<'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'reasoning', number>
  >
}

const isCall = ({ model, usage: u }: Bill, { model: name, tokens: t }: UsageEntry): boolean =>
  model === name &&
  t.input === u.input &&
  t.output === u.output &&
  t.cacheRead === u.cacheRead &&
  t.cacheCreation === u.cacheWrite5m + u.cacheWrite1h

/** What differs between log and bill, as `<call's number> <lane>: <what>`; empty where they agree in every class of every call. */
export const differences = async (agent: Agent, folder: string): Promise<string[]> => {
  const bills: Bill[] = readFileSync(join(folder, 'billed.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  const { entries } = await readHome(agent, { home: join(folder, 'home') })
  const unmatched = new Set(entries)
  const found = bills.flatMap(bill => {
    const entry = [...unmatched].find(candidate => isCall(bill, candidate))
    if (entry) unmatched.delete(entry)
    if (!bill.billed) return entry ? [`${bill.seq} ${bill.lane}: logged, not billed`] : []
    if (!entry) return [`${bill.seq} ${bill.lane}: not logged`]
    const { reasoning } = entry.tokens
    return reasoning === bill.usage.reasoning
      ? []
      : [`${bill.seq} ${bill.lane}: reasoning ${reasoning} of ${bill.usage.reasoning}`]
  })
  return [...found, ...[...unmatched].map(entry => `${entry.messageId}: never billed`)]
}
