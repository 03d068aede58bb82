/** Bills of recordings against entries where the log keeps no id of the API's: every call there has figures unlike any other's. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { UsageEntry } from '../../src/core/entry.ts'
import { type Bill, billsIn } from './recorded.ts'

/** Scenarios of `agent` under a folder, as `<agent>@<version>/<scenario>`. */
export const scenariosOf = (agent: string, folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(version => version.startsWith(`${agent}@`))
        .flatMap(version => readdirSync(join(folder, version)).map(scenario => `${version}/${scenario}`))
        .filter(name => existsSync(join(folder, name, 'billed.jsonl')))
        .sort()
    : []

/** APIs without a field for cache writes bill them as plain input. */
const billed = ({ model, usage: u }: Bill): string =>
  figures(model, u.input + u.cacheWrite5m + u.cacheWrite1h, u.cacheRead, u.output, u.reasoning)

const logged = ({ model, tokens: t }: UsageEntry): string =>
  figures(model ?? '?', t.input + t.cacheCreation, t.cacheRead, t.output, t.reasoning)

const figures = (model: string, input: number, read: number, output: number, thinking: number): string =>
  `${model} ${input} + ${read} read, ${output} out, ${thinking} of it thinking`

/** What differs between log and bill: calls that are not logged as they were billed, and entries that nobody billed. */
export const billDifferences = (folder: string, entries: readonly UsageEntry[]): string[] => {
  const rest = entries.map(logged)
  const missing = billsIn(folder).flatMap(bill => {
    const place = bill.billed ? rest.indexOf(billed(bill)) : -1
    if (place >= 0) rest.splice(place, 1)
    return place >= 0 || !bill.billed ? [] : [`${bill.seq} ${bill.lane}: not logged (${billed(bill)})`]
  })
  return [...missing, ...rest.map(entry => `never billed: ${entry}`)]
}
