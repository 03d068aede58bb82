/** Which models of the same maker are lighter: by their names, and only where the price table knows the name. */

const families: readonly (readonly [RegExp, readonly string[]])[] = [
  [/opus/, ['sonnet']],
  [/sonnet/, ['haiku']],
  [/-pro(?=-|$)/, ['-flash']],
  [/-max(?=-|$)/, ['-plus']],
  [/^(gpt-\d+(?:\.\d+)?)(?:-codex)?(?:-max)?$/, ['$1-codex-mini', '$1-mini']],
]

/** The newest versions before, for a family that skipped some. */
const versions = (name: string): string[] => {
  const match = /^(.*-)(\d)-(\d)$/.exec(name)
  if (!match) return [name]
  const [, lead, major, minor] = match
  return Array.from({ length: Number(minor) + 1 }, (_, n) => `${lead}${major}-${Number(minor) - n}`)
}

/** Names to try, in order. */
export const lighterNames = (model: string): readonly string[] => {
  const plain = model.replace(/[-@]\d{8}$/, '').replace(/\[1m\]$/, '')
  return families
    .filter(([family]) => family.test(plain))
    .flatMap(([family, others]) => others.flatMap(other => versions(plain.replace(family, other))))
    .filter(name => name !== plain)
}
