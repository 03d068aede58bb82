/** All parts of the line of which something is known. */

import { cachePart, contextPart, nextPart } from './context-parts.ts'
import { burnPart, sessionPart, todayPart } from './cost-parts.ts'
import type { Facts } from './facts.ts'
import { blockPart, fiveHourPart, spendPart, weekPart } from './limit-parts.ts'
import { bare, labelled, type Part, type PartName, type Parts, partNames, piece } from './piece.ts'
import { entryOf } from './snapshot.ts'
import { clean } from './text.ts'

const modelPart = ({ input, look }: Facts): Part | undefined => {
  if (input?.modelName === undefined) return undefined
  const own = entryOf(look.modelLabels, input.modelName)
  const name = piece((own === undefined ? undefined : clean(own)) ?? input.modelName, 'accent')
  return [labelled(name, piece(input.effort === undefined ? '' : ` (${input.effort})`, 'dim')), bare(name)]
}

const namePart = (name: string | undefined): Part | undefined => (name === undefined ? undefined : [bare(piece(name))])

const makers: Readonly<Record<PartName, (facts: Facts) => Part | undefined>> = {
  model: modelPart,
  session: sessionPart,
  today: todayPart,
  '5h': fiveHourPart,
  week: weekPart,
  spend: spendPart,
  burn: burnPart,
  context: contextPart,
  cache: cachePart,
  next: nextPart,
  block: blockPart,
  project: ({ input }) => namePart(input?.project),
  branch: ({ input, branch }) => namePart(input?.branch ?? branch),
}

/** Of `wanted`, those of which something is known, the most wanted first. */
export const partsOf = (facts: Facts, wanted: ReadonlySet<PartName>): Parts => {
  const parts = new Map<PartName, Part>()
  for (const name of partNames) {
    const part = wanted.has(name) ? makers[name](facts) : undefined
    if (part) parts.set(name, part)
  }
  return parts
}
