/** Tells a command line that runs this program from everybody else's, so that only what is ours is changed without a word, and taken out. */

/** The words of a plain command line of a POSIX shell; undefined where a shell would do more than start one program. */
export const wordsOf = (line: string): string[] | undefined => {
  const words: string[] = []
  let rest = line.trim()
  while (rest !== '') {
    const word = /^(?:'[^']*'|"(?:[^"\\$`]|\\.)*"|\\.|[^\s'"\\|&;<>()$`#*?[\]{}~!])+(?=\s|$)/s.exec(rest)?.[0]
    if (word === undefined) return undefined
    words.push(word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, unquote))
    rest = rest.slice(word.length).trimStart()
  }
  return words
}

const unquote = (_: string, single?: string, double?: string, escaped?: string): string =>
  single ?? double?.replace(/\\([\\"$`])/g, '$1') ?? escaped ?? ''

/** A test for command lines that are nothing but `tokusage <verb> …`, however it is installed. `script` is the file that runs now. */
export const ownCommand = (verb: string, script: string): ((line: string) => boolean) => {
  const slashed = (path: string): string => path.replaceAll('\\', '/')
  const isProgram = (word: string | undefined): boolean =>
    word !== undefined &&
    (slashed(word) === slashed(script) ||
      /(?:^|\/)tokusage(?:\.cmd|\.exe)?$/.test(slashed(word)) ||
      /\/tokusage(?:@[^/]*)?\/dist\/cli\.cjs$/.test(slashed(word)))
  const isNode = (word: string | undefined): boolean => /(?:^|\/)node(?:\.exe)?$/.test(slashed(word ?? ''))
  return line => {
    const [first, second, third] = wordsOf(line) ?? []
    return (isProgram(first) && second === verb) || (isNode(first) && isProgram(second) && third === verb)
  }
}
