/**
 * Brings a command line into one plain form before commander sees it: the command first, booleans as `--x` or `--no-x`,
 * values as `--x=value`, operands after `--`. More is accepted than commander or ccusage would take: `-jO`, `--json=false`,
 * flags before the command, `--project -home-me-app`, `<agent>:<report>`.
 */
import { type CommandName, commandNames, isCommandName, shorthands } from './commands.ts'
import { suggestion } from './nearest.ts'
import { type OptionRow, optionTable, shortOf } from './table.ts'
import { readBoolean } from './values.ts'

export interface CommandLine {
  readonly command: CommandName | 'schema'
  /** True when the command was typed, not assumed. */
  readonly isNamed: boolean
  /** The agent of `<agent> <report>`. */
  readonly agent: string | undefined
  /** For commander: command, options, `--`, operands. */
  readonly argv: readonly string[]
  readonly help: boolean
  readonly version: boolean
  /** Whether JSON was asked for, known even when the rest is wrong: errors are then JSON too. */
  readonly wantsJson: boolean
  /** The first mistake; to be told unless help or version was asked for. */
  readonly error: string | undefined
  /** The word that is no command, if that is the mistake: perhaps an agent that was not listed. */
  readonly unknownCommand: string | undefined
}

interface Scan {
  readonly options: string[]
  readonly words: string[]
  help: boolean
  version: boolean
  wantsJson: boolean
  error: string | undefined
}

const withShort = optionTable.filter(row => row.short !== undefined)

const rowOfShort = (letter: string, command: CommandName): OptionRow | undefined =>
  withShort.find(row => shortOf(row, command) === letter) ?? withShort.find(row => row.short === letter)

/** A few flags mean one thing on one command, and another on the others. */
const rowOfFlag = (flag: string, command: CommandName): OptionRow | undefined => {
  const rows = optionTable.filter(row => row.flag === flag)
  return rows.find(row => row.commands.includes(command)) ?? rows[0]
}

const rowOfLong = (
  name: string,
  command: CommandName,
): { readonly row: OptionRow; readonly isNegated: boolean } | undefined => {
  const row = rowOfFlag(name, command)
  if (row) return { row, isNegated: false }
  const negated = name.startsWith('no-') ? rowOfFlag(name.slice(3), command) : undefined
  return negated?.type === 'boolean' ? { row: negated, isNegated: true } : undefined
}

const splitAt = (text: string, mark: string): readonly [string, string | undefined] => {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** Whether a token is an option we know, and so not the value of the option before it. */
const isOption = (token: string, command: CommandName): boolean => {
  if (token === '--' || token === '-h' || /^-[vV]$/.test(token)) return true
  if (token.startsWith('--')) return true
  if (!/^-[A-Za-z]+(=|$)/.test(token)) return false
  const letters = splitAt(token.slice(1), '=')[0]
  return [...letters].every((letter, i) => {
    const row = rowOfShort(letter, command)
    return row !== undefined && (row.type === 'boolean' || i === letters.length - 1)
  })
}

const unknownOption = (token: string): string => {
  const name = splitAt(token, '=')[0]
  const report = name.slice(2)
  if (name.startsWith('--') && isCommandName(report))
    return `Report flags like ${name} are not supported. Use "tokusage ${report}" instead.`
  const known = optionTable.filter(row => !row.isHidden || row.group === 'Range').map(row => row.flag)
  return `Unknown option '${name}'.${name.startsWith('--') ? suggestion(report, [...known, 'no-color', 'no-cost', 'no-titles', 'help', 'version'], '--') : ''}`
}

/** Reads all tokens as options of one command; never throws, keeps the first mistake. */
class Scanner implements Scan {
  readonly options: string[] = []
  readonly words: string[] = []
  help = false
  version = false
  wantsJson = false
  error: string | undefined
  private at = 0

  constructor(
    private readonly tokens: readonly string[],
    private readonly command: CommandName,
  ) {
    while (this.at < tokens.length) {
      const token = tokens[this.at++]!
      if (token === '--') this.words.push(...tokens.slice(this.at))
      if (token === '--') break
      if (token.startsWith('--')) this.long(token)
      else if (token.startsWith('-') && token.length > 1) this.shorts(token)
      else this.words.push(token)
    }
  }

  private fail(message: string): void {
    this.error ??= message
  }

  private long(token: string): void {
    const [name, value] = splitAt(token.slice(2), '=')
    if (name === 'help') this.help = true
    else if (name === 'version') this.version = true
    else {
      const found = rowOfLong(name, this.command)
      if (found) this.option(found.row, `--${name}`, found.isNegated, value)
      else this.fail(unknownOption(token))
    }
  }

  private shorts(token: string): void {
    for (let i = 1; i < token.length; i++) {
      const letter = token[i]!
      const rest = token.slice(i + 1)
      if (letter === 'h') this.help = true
      else if (letter === 'v' || letter === 'V') this.version = true
      else {
        const row = rowOfShort(letter, this.command)
        if (!row) {
          this.fail(unknownOption(i === 1 ? token : `-${letter}`))
          return
        }
        const hasValue = rest.startsWith('=') || (row.type !== 'boolean' && rest !== '')
        this.option(row, `-${letter}`, false, hasValue ? rest.replace(/^=/, '') : undefined)
        if (hasValue) return
      }
    }
  }

  private option(row: OptionRow, typed: string, isNegated: boolean, value: string | undefined): void {
    if (!row.commands.includes(this.command))
      this.fail(`Unknown ${this.command} option '${typed}'. It belongs to: ${row.commands.join(', ')}.`)
    if (row.type === 'boolean') this.boolean(row, typed, isNegated, value)
    else this.valued(row, typed, value ?? this.nextValue(typed, row.implied))
  }

  private boolean(row: OptionRow, typed: string, isNegated: boolean, value: string | undefined): void {
    const isOn = value === undefined ? true : readBoolean(value)
    if (isOn === undefined) this.fail(`Invalid value for ${typed} '${value}'. Expected true or false.`)
    this.options.push(isOn !== isNegated ? `--${row.flag}` : `--no-${row.flag}`)
    if (row.key === 'json') this.wantsJson = isOn !== isNegated
  }

  private nextValue(typed: string, implied: string | undefined): string | undefined {
    const next = this.tokens[this.at]
    if (next !== undefined && !isOption(next, this.command)) {
      this.at++
      return next
    }
    if (implied !== undefined) return implied
    const isStrange =
      next?.startsWith('--') && next !== '--' && !rowOfLong(splitAt(next.slice(2), '=')[0], this.command)
    this.fail(`Missing value for ${typed}${isStrange ? `. If it begins with dashes, write ${typed}=${next}` : ''}`)
    return undefined
  }

  private valued(row: OptionRow, typed: string, value: string | undefined): void {
    if (value === undefined) return
    if (value === '') this.fail(`Missing value for ${typed}`)
    this.options.push(`--${row.flag}=${value}`)
    if (row.key === 'jq' || (row.key === 'format' && value === 'json')) this.wantsJson = true
  }
}

interface Verb {
  readonly command: CommandName | 'schema' | undefined
  readonly isNamed: boolean
  /** Daily, because no report was named. */
  readonly isAssumed: boolean
  readonly agent: string | undefined
  readonly options: readonly string[]
  readonly operands: readonly string[]
  readonly isHelp: boolean
}

const verbOf = (words: readonly string[], agentIds: readonly string[], agent?: string): Verb => {
  const [word, ...operands] = words
  const base = { agent, options: [], operands, isNamed: true, isAssumed: false, isHelp: false }
  if (word === undefined) return { ...base, command: 'daily', isNamed: agent !== undefined, isAssumed: true }
  if (isCommandName(word) || word === 'schema') return { ...base, command: word }
  const shorthand = Object.hasOwn(shorthands, word) ? shorthands[word] : undefined
  if (shorthand) return { ...base, command: shorthand[0], options: shorthand.slice(1) }
  if (agent === undefined) {
    if (word === 'help') return { ...verbOf(operands, agentIds), isHelp: true }
    if (agentIds.includes(word)) return verbOf(operands, agentIds, word)
    const [id, report] = splitAt(word, ':')
    if (report !== undefined && agentIds.includes(id)) return verbOf([report, ...operands], agentIds, id)
  }
  return { ...base, command: undefined }
}

const mostOperands = { session: 1, agents: 1, audit: 1, schema: 1 } as const

/** `today --since 7d` says two things at once. */
const shorthandError = (verb: Verb, options: readonly string[]): string | undefined => {
  const typed = options.find(option => /^--(since|until)=/.test(option))
  return typed !== undefined && verb.options.some(option => option.startsWith('--since='))
    ? `The command already says which day it is about. Leave out ${typed.slice(0, typed.indexOf('='))}, or use daily.`
    : undefined
}

const operandError = (verb: Verb): string | undefined => {
  const most = Object.entries(mostOperands).find(([name]) => name === verb.command)?.[1] ?? 0
  if (verb.operands.length > most) return `Expected option, got '${verb.operands[most]}'`
  if (verb.command === 'audit' && verb.operands.length === 0)
    return "Missing what to audit: a day or a session, for example 'tokusage audit today'."
  return undefined
}

const commandError = (verb: Verb, words: readonly string[], agentIds: readonly string[]): string | undefined => {
  if (verb.command !== undefined) return operandError(verb)
  const word = words.find(w => w !== verb.agent) ?? ''
  const report = splitAt(word, ':')[1]
  const ids = report === undefined ? agentIds : agentIds.map(id => `${id}:${report}`)
  const known = [...commandNames, ...Object.keys(shorthands), ...(verb.agent === undefined ? ids : [])]
  const path = verb.agent === undefined ? word : `${verb.agent} ${word}`
  return `Unknown command '${path}'.${suggestion(word, known)}`
}

/**
 * What a letter means depends on the command (`-i`), and where the command stands on which options take a value. So each
 * command is tried: right is the one that finds itself, by name if one does (`-a blocks`).
 */
const scanFor = (tokens: readonly string[], agentIds: readonly string[]): readonly [Scan, Verb] => {
  const readings = commandNames.map(command => {
    const scan: Scan = new Scanner(tokens, command)
    return { command, scan, verb: verbOf(scan.words, agentIds) }
  })
  const named = readings.find(({ command, verb }) => verb.command === command && !verb.isAssumed)
  const { scan, verb } = named ?? readings[0]!
  return [scan, verb]
}

/** Reads what was typed after the program's name. */
export const readCommandLine = (tokens: readonly string[], agentIds: readonly string[] = []): CommandLine => {
  const [scan, verb] = scanFor(tokens, agentIds)
  const command = verb.command ?? 'daily'
  const error = commandError(verb, scan.words, agentIds) ?? shorthandError(verb, scan.options)
  const isUnknown = verb.command === undefined
  return {
    command,
    isNamed: verb.isNamed && !isUnknown,
    agent: verb.agent,
    argv: [command, ...verb.options, ...scan.options, ...(verb.operands.length > 0 ? ['--', ...verb.operands] : [])],
    help: scan.help || verb.isHelp,
    version: scan.version,
    wantsJson: scan.wantsJson,
    error: isUnknown ? (scan.error?.startsWith('Unknown option') ? scan.error : error) : (scan.error ?? error),
    unknownCommand: isUnknown ? scan.words[0] : undefined,
  }
}
