/** A screen of facts: sections, and in them a label and what is to be said about it, on as many lines as it takes. */
import { clean } from './format.ts'
import type { Theme } from './theme.ts'
import { pad, wrapWhole } from './width.ts'

/** A fact without a label belongs to the one before it. */
export type Fact = readonly [label: string, text: string]

const LABEL = 16

/** A space that is not broken at. */
const BOUND = '\u00a0'

/** A mark stays with the path that it is about. */
const bound = (text: string): string => text.replace(/^([✓–]) /, `$1${BOUND}`)

/** Sections without facts are left out. Columns: undefined when nothing is to be broken. */
export const drawFacts = (
  sections: readonly (readonly [title: string, facts: readonly Fact[]])[],
  columns: number | undefined,
  paint: Theme,
): string[] =>
  sections.flatMap(([title, facts]) =>
    facts.length === 0 ? [] : [paint(title, 'strong'), ...facts.flatMap(fact => drawFact(fact, columns, paint)), ''],
  )

const drawFact = ([label, text]: Fact, columns: number | undefined, paint: Theme): string[] =>
  wrapWhole(bound(clean(text)), columns === undefined ? undefined : columns - LABEL - 2).map(
    (line, i) => `  ${paint(pad(i === 0 ? label : '', LABEL), 'dim')}${line.replace(BOUND, ' ')}`,
  )
