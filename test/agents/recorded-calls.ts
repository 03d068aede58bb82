/** Recordings of a real agent against its bill, for agents that log no id of the API: a call is known by its figures, which no other call has. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UsageEntry } from '../../src/core/entry.ts'
import { type Bill, billsIn } from '../support/recorded.ts'

/** Scenarios of an agent under a folder, as `<agent>@<version>/<scenario>`. */
export const scenariosOf = (folder: string, agent: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(version => version.startsWith(`${agent}@`))
        .flatMap(version => readdirSync(join(folder, version)).map(scenario => `${version}/${scenario}`))
        .filter(name => existsSync(join(folder, name, 'billed.jsonl')))
        .sort()
    : []

const figuresOf = ({ model, tokens, isSidechain }: UsageEntry): string =>
  [
    model,
    isSidechain ? 'sub' : 'main',
    tokens.input,
    tokens.output,
    tokens.cacheRead,
    tokens.cacheCreation - tokens.longCache,
    tokens.longCache,
  ].join(' ')

const figuresBilled = ({ model, lane, usage: u }: Bill): string =>
  [model, lane === 'sub' ? 'sub' : 'main', u.input, u.output, u.cacheRead, u.cacheWrite5m, u.cacheWrite1h].join(' ')

/** What differs between a log and its bill: `<call's number> <lane>: not logged`, or figures that were never billed. */
export const differencesOf = (folder: string, entries: readonly UsageEntry[]): string[] => {
  const logged = entries.map(figuresOf)
  const missing = billsIn(folder)
    .filter(bill => bill.billed)
    .flatMap(bill => {
      const i = logged.indexOf(figuresBilled(bill))
      if (i >= 0) logged.splice(i, 1)
      return i >= 0 ? [] : [`${bill.seq} ${bill.lane}: not logged`]
    })
  return [...missing, ...logged.map(figures => `never billed: ${figures}`)]
}

/** The recorded store of a database, as its rows: `<file>.json` beside the home. */
export const rowsBeside = (path: string): Record<string, []> =>
  existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
