/** Recordings of real agents with a known bill: what the log makes of each call against what was billed for it (recorded/README.md). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import claude from '../../src/agents/claude/index.ts'
import type { UsageEntry } from '../../src/core/entry.ts'
import { discovered } from './discover.ts'
import { makeHost } from './host.ts'
import { type Scanned, scanSources } from './scan.ts'

export const root = join(import.meta.dirname, '../..')

/** Reference material that lies beside the repository, on the machines that have it. */
export const shared = join(root, '../shared')

export interface Bill {
  readonly seq: number
  readonly id: string
  readonly lane: string
  readonly model: string
  readonly billed: boolean
  readonly usage: Readonly<
    Record<'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'reasoning' | 'webSearch', number> &
      Partial<Record<'tier' | 'speed' | 'inferenceGeo', string>>
  >
}

/** Scenarios under a folder, as `claude@<version>/<scenario>`. */
export const scenariosIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(version => version.startsWith('claude@'))
        .flatMap(version => readdirSync(join(folder, version)).map(scenario => `${version}/${scenario}`))
        .filter(name => existsSync(join(folder, name, 'billed.jsonl')))
        .sort()
    : []

export const billsIn = (folder: string): Bill[] =>
  readFileSync(join(folder, 'billed.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

/** Everything in a home, read by way of the agent's own discovery. */
export const scanHome = (home: string, detail: 'counts' | 'calls' = 'calls'): Scanned => {
  const host = makeHost({ home })
  return scanSources(host, discovered(claude, host).sources, detail)
}

const factsOf = ({ tokens: t, ...entry }: UsageEntry) => ({
  model: entry.model,
  input: t.input,
  output: t.output,
  cacheRead: t.cacheRead,
  cacheWrite5m: t.cacheCreation - t.longCache,
  cacheWrite1h: t.longCache,
  webSearch: entry.webSearches,
  tier: entry.tier,
  speed: entry.speed,
  geo: entry.geo,
})

const factsBilled = ({ usage: u, model }: Bill): ReturnType<typeof factsOf> => ({
  model,
  input: u.input,
  output: u.output,
  cacheRead: u.cacheRead,
  cacheWrite5m: u.cacheWrite5m,
  cacheWrite1h: u.cacheWrite1h,
  webSearch: u.webSearch,
  tier: u.tier,
  speed: u.speed,
  geo: u.inferenceGeo,
})

const difference = (bill: Bill, entry: UsageEntry | undefined): string[] => {
  if (!bill.billed) return entry === undefined ? [] : ['logged, not billed']
  if (entry === undefined) return ['not logged']
  const [got, wanted] = [factsOf(entry), factsBilled(bill)]
  const names = [
    'model',
    'input',
    'output',
    'cacheRead',
    'cacheWrite5m',
    'cacheWrite1h',
    'webSearch',
    'tier',
    'speed',
    'geo',
  ] as const
  const found = names.filter(name => got[name] !== wanted[name]).map(name => `${name} ${got[name]} of ${wanted[name]}`)
  return found.length === 0 ? [] : [`${found.join(', ')}${entry.isPartial ? ', said to be partial' : ''}`]
}

/** What differs between log and bill, as `<call's number> <lane>: <what>`; empty where they agree in every call. */
export const differences = (folder: string): string[] => {
  const bills = billsIn(folder)
  const { entries } = scanHome(join(folder, 'home'))
  const known = new Set(bills.map(bill => bill.id))
  const unknown = entries
    .filter(entry => !known.has(entry.messageId ?? ''))
    .map(entry => `${entry.messageId}: never called`)
  const twice = entries.length - new Set(entries.map(entry => entry.messageId)).size
  return [
    ...bills.flatMap(bill => {
      const entry = entries.find(candidate => candidate.messageId === bill.id)
      return difference(bill, entry).map(what => `${bill.seq} ${bill.lane}: ${what}`)
    }),
    ...unknown,
    ...(twice === 0 ? [] : [`${twice} counted twice`]),
  ]
}
