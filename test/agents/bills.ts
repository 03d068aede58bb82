/** Calls as they were billed against entries as they were read, in every token class, for agents whose log may lack the API's ids. */
import type { UsageEntry } from '../../src/core/entry.ts'
import { type Bill, billsIn } from '../support/recorded.ts'

const classes = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'reasoning'] as const

type Facts = Readonly<Record<(typeof classes)[number], number>>

export const factsOf = ({ tokens: t }: UsageEntry): Facts => ({
  input: t.input,
  output: t.output,
  cacheRead: t.cacheRead,
  cacheWrite5m: t.cacheCreation - t.longCache,
  cacheWrite1h: t.longCache,
  reasoning: t.reasoning,
})

/** Where two agree, nothing; else each class in which they do not. */
export const differing = (got: Facts, wanted: Facts): string =>
  classes
    .filter(name => got[name] !== wanted[name])
    .map(name => `${name} ${got[name]} of ${wanted[name]}`)
    .join(', ')

const NOTHING: Facts = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 }

export const sumOf = (list: readonly Facts[]): Facts =>
  list.reduce(
    (a, b) => ({
      input: a.input + b.input,
      output: a.output + b.output,
      cacheRead: a.cacheRead + b.cacheRead,
      cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
      cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
      reasoning: a.reasoning + b.reasoning,
    }),
    NOTHING,
  )

export const billedIn = (folder: string): Bill[] => billsIn(folder).filter(bill => bill.billed)

/** Every call's figures are unlike any other's, so that a call is known by its id or else by its prompt. */
export const differences = (folder: string, entries: readonly UsageEntry[]): string[] => {
  const bills = billedIn(folder)
  const rest = new Set(entries)
  const found = bills.flatMap(bill => {
    const entry = entries.find(e => e.messageId === bill.id) ?? entries.find(e => hasPrompt(e, bill))
    if (entry === undefined) return [`${bill.seq} ${bill.lane}: not logged`]
    rest.delete(entry)
    const what = [
      entry.model === bill.model ? '' : `model ${entry.model} of ${bill.model}`,
      differing(factsOf(entry), bill.usage),
    ]
    const said = what.filter(text => text !== '').join(', ')
    return said === '' ? [] : [`${bill.seq} ${bill.lane}: ${said}`]
  })
  return [...found, ...[...rest].map(entry => `${entry.messageId}: never billed`)]
}

const hasPrompt = ({ tokens: t }: UsageEntry, { usage: u }: Bill): boolean =>
  t.input === u.input && t.cacheRead === u.cacheRead && t.cacheCreation === u.cacheWrite5m + u.cacheWrite1h
