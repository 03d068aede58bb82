/** Builds commander from the option table: what each command takes, and its help in 80 columns. */
import { Command, CommanderError, Option } from 'commander'
import { type CommandName, commandNames, commandTexts } from './commands.ts'
import { about, commandNotes, rootNotes } from './help.ts'
import type { Invocation } from './invocation.ts'
import type { RawFlags } from './layers.ts'
import { type OptionRow, optionGroups, optionTable, rowsOf, shortOf } from './table.ts'
import { UsageError } from './usage-error.ts'

type AnyCommand = CommandName | 'schema'

const operands: Readonly<Partial<Record<AnyCommand, string>>> = {
  session: '[id]',
  agents: '[id]',
  audit: '<what>',
  schema: '[which]',
}

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value]

const optionsOf = (row: OptionRow, short: string | undefined): readonly Option[] => {
  const dash = short === undefined ? '' : `-${short}, `
  const group = `${row.group}:`
  if (row.type !== 'boolean') {
    const option = new Option(`${dash}--${row.flag} <${row.value ?? 'value'}>`, row.text)
    if (row.type === 'list') option.argParser(collect)
    return [option.helpGroup(group).hideHelp(row.isHidden === true)]
  }
  const on = new Option(`${dash}--${row.flag}`, row.text)
  const off = new Option(`--no-${row.flag}`, row.text)
  const hidden = row.isHidden === true
  return [
    on.helpGroup(group).hideHelp(hidden || row.isNegative === true),
    off.helpGroup(group).hideHelp(hidden || row.isNegative !== true),
  ]
}

/** In the order of the groups, because commander shows a group where its first option stands. */
const inGroups = (rows: readonly OptionRow[]): readonly OptionRow[] =>
  optionGroups.flatMap(group => rows.filter(row => row.group === group))

const quiet = (command: Command): Command =>
  command
    .exitOverride()
    .configureOutput({ writeErr() {}, writeOut() {} })
    .configureHelp({ helpWidth: 80, showGlobalOptions: false })

const addHelpOption = (command: Command, group = 'General:'): Command =>
  command.helpOption(false).addOption(new Option('-h, --help', 'show this help').helpGroup(group))

const subcommand = (name: AnyCommand): Command => {
  const command = quiet(new Command(name)).description(commandTexts[name]).usage('[options]')
  const operand = operands[name]
  if (operand !== undefined) command.argument(operand).usage(`${operand} [options]`)
  if (name !== 'schema')
    for (const row of inGroups(rowsOf(name)))
      for (const option of optionsOf(row, shortOf(row, name))) command.addOption(option)
  return addHelpOption(command)
}

/** Reads a line that `argv.ts` has brought into its plain form. */
export const readInvocation = (command: AnyCommand, argv: readonly string[]): Invocation => {
  const parser = subcommand(command)
  try {
    parser.parse([...argv], { from: 'user' })
  } catch (error) {
    // `argv.ts` has found all mistakes it knows of; what commander adds to them is told in its words.
    if (error instanceof CommanderError) throw new UsageError(error.message.replace(/^error: /, ''))
    throw error
  }
  return { operand: parser.args[0], flags: byKey(command, parser.opts<RawFlags>()) }
}

/** Commander names an option by its flag, which is not always its key. */
const byKey = (command: AnyCommand, flags: RawFlags): RawFlags => {
  const row = command === 'schema' ? undefined : rowsOf(command).find(({ key }) => key === 'template')
  if (!row || flags.format === undefined) return flags
  const { format, ...others } = flags
  return { ...others, [row.key]: format }
}

/** The help of one command, or of the program. */
export const helpOf = (command: AnyCommand | undefined): string => {
  const program = quiet(new Command('tokusage'))
    .description(about)
    .usage('[agent] [command] [options]')
    .helpCommand(false)
  if (command !== undefined) {
    const found = subcommand(command)
    program.addCommand(found)
    return `${found.helpInformation()}${commandNotes(command)}\n`
  }
  for (const name of [...commandNames, 'schema'] as const)
    program
      .command(operands[name] === undefined ? name : `${name} ${operands[name]}`)
      .description(commandTexts[name])
      .usage(' ')
  for (const row of inGroups(optionTable.filter(row => row.isCommon)))
    for (const option of optionsOf(row, shortOf(row, 'daily'))) program.addOption(option.helpGroup('Options:'))
  program.addOption(new Option('-v, --version', 'show the version').helpGroup('Options:'))
  return `${addHelpOption(program, 'Options:').helpInformation()}${rootNotes}\n`
}
