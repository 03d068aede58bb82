/** From facts to the line. */
import { defaultArrangement, templateArrangement } from './arrange.ts'
import type { Facts } from './facts.ts'
import { fitParts } from './fit.ts'
import type { Shell } from './look.ts'
import { paint } from './paint.ts'
import { partsOf } from './parts.ts'
import { piece } from './piece.ts'
import { readTemplate } from './template.ts'
import { clean, cleanLiteral } from './text.ts'

/** What is wrong, in the place of the line: whoever set it up sees it there. */
export const mistakeLine = (message: string, shell?: Shell): string => {
  const [first = ''] = message.split('\n')
  return paint([piece(`tokusage: ${cleanLiteral(first)}`)], { color: false, theme: '', shell })
}

const SHELL_SIGNS = /[`$\\]/g

/**
 * A prompt made with double quotes is read twice by bash and zsh: `$(…)` in the name of a branch would be carried out. In other places these
 * signs are harmless.
 */
const tamed = (facts: Facts): Facts => {
  const { input, branch, look } = facts
  if (look.shell !== 'bash' && look.shell !== 'zsh') return facts
  const tame = (text: string | undefined) => (text === undefined ? undefined : clean(text.replace(SHELL_SIGNS, '')))
  const labels = Object.entries(look.modelLabels).map(([from, to]) => [from, to.replace(SHELL_SIGNS, '')] as const)
  return {
    ...facts,
    look: { ...look, modelLabels: Object.fromEntries(labels) },
    branch: tame(branch),
    input: input && {
      ...input,
      modelName: tame(input.modelName),
      effort: tame(input.effort),
      project: tame(input.project),
      branch: tame(input.branch),
    },
  }
}

/** One line without its end. */
export const lineOf = (facts: Facts): string => {
  const { look } = facts
  const slots = look.template === undefined ? undefined : readTemplate(look.template)
  if (typeof slots === 'string') return mistakeLine(slots, look.shell)
  const arrangement = slots === undefined ? defaultArrangement(look) : templateArrangement(slots)
  const parts = partsOf(tamed(facts), arrangement.names)
  // A first look in a shell: the figures are on their way.
  const isFirst = parts.size === 0 && facts.snapshot === undefined && look.width === undefined
  return paint(isFirst ? [piece('tokusage: reading logs …', 'dim')] : fitParts(parts, arrangement, look.width), look)
}

/** Whether `{branch}` is asked for: finding it reads a file. */
export const wantsBranch = (template: string | undefined): boolean => template?.includes('branch') ?? false
