/** `--install` and `--uninstall` of the status line and the guard: shows the change, asks, backs up, writes. */
import { agents } from '../agents/index.ts'
import { readCommandLine } from '../config/argv.ts'
import type { Options } from '../config/options.ts'
import { rowsOf } from '../config/table.ts'
import { UsageError } from '../config/usage-error.ts'
import { calendar } from '../core/calendar.ts'
import { UserError } from '../core/errors.ts'
import type { Host } from '../host/host.ts'
import { readBackups, readSettingsFile, type SettingsFile, writeSettingsFile } from '../host/settings-file.ts'
import type { Change, Setting } from '../install/change.ts'
import { diff } from '../install/diff.ts'
import { hooks } from '../install/hooks.ts'
import { ownCommand } from '../install/own-command.ts'
import { promptLine } from '../install/prompts.ts'
import { posix } from '../install/quote.ts'
import { statusLine } from '../install/status-line.ts'
import { clean } from '../render/format.ts'
import { theme } from '../render/theme.ts'
import { canAsk, confirm } from './confirm.ts'
import { type Place, placeOf } from './install/place.ts'
import { commandWords, type Run, refusePassing, thisRun } from './install/program.ts'
import { print, usesColor } from './terminal.ts'

type What = 'statusline' | 'guard'

/** Who reads the answer. */
export interface Reader {
  print(text: string): void
  /** Undefined where there is nobody to ask. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined
}

const agentIds = agents.map(({ id }) => id)

const things: Readonly<Record<What, string>> = { statusline: 'The status line', guard: 'The guard' }

/** 0, also when the answer was no; what cannot be done is thrown. */
export const runInstall = async (
  host: Host,
  what: What,
  options: Options,
  reader: Reader = { print, ask: canAsk() ? confirm : undefined },
  run: Run = thisRun(host),
): Promise<number> => {
  const { install, uninstall } = options
  if (install !== undefined && uninstall !== undefined)
    throw new UsageError('--install and --uninstall are opposites. Give one of them.')
  if (options.demo) throw new UserError('The sample belongs to nobody, so there are no settings. Leave out --demo.')
  const isInstall = install !== undefined
  if (isInstall) refusePassing(run)
  if (isInstall && what === 'guard') {
    refuseIdle(run)
    refuseUnlimited(options)
  }
  const place = placeOf(host, install ?? uninstall ?? 'agent', what)
  const file = readSettingsFile(place.path)
  const setting = settingOf(host, what, place, run)
  const { text } = file
  const change = isInstall
    ? setting.install(text)
    : text === undefined
      ? { after: text }
      : setting.uninstall(text, readBackups(place.path))
  if (change.after === text) reader.print(`${standing(what, place, isInstall)} Nothing was changed.`)
  else await carryOut(host, { what, place, file, change, isInstall }, options, reader)
  return 0
}

/** Flags about days, projects, models or agents would stand in the hook's line and do nothing: it is asked about one session, and about now. */
const refuseIdle = ({ words }: Run): void => {
  const { argv, agent } = readCommandLine(words, agentIds)
  const idle = rowsOf('guard').filter(
    ({ key, group, type }) => key === 'max' || group === 'Range' || (group === 'Filters' && type === 'list'),
  )
  const row = idle.find(({ flag }) => argv.some(word => word === `--${flag}` || word.startsWith(`--${flag}=`)))
  const typed = agent ?? (row && `--${row.flag}`)
  if (typed !== undefined)
    throw new UsageError(
      `A hook goes by the session that runs, by today and by the server's windows: leave out ${typed}. It is for a plain run, such as: tokusage guard --since today --max 20`,
    )
}

/** A guard without limits would stand there and do nothing. */
const refuseUnlimited = ({ guard }: Options): void => {
  if (guard.sessionUsd !== undefined || guard.dayUsd !== undefined || guard.windowPercent !== undefined) return
  const other = guard.passedOver === undefined ? '' : ` Those in ${clean(guard.passedOver)} are the project's.`
  throw new UsageError(
    `The guard needs a limit of your own: tokusage guard --install --session 10 --day 50 --window 80%.${other}`,
  )
}

const settingOf = (host: Host, what: What, { prompt, path }: Place, run: Run): Setting => {
  const words = commandWords(host, run, what, agentIds)
  if (prompt !== undefined) return promptLine(prompt, path, words)
  const command = { line: words.map(posix).join(' '), isOurs: ownCommand(what, run.script) }
  return what === 'guard' ? hooks(path, command) : statusLine(path, command)
}

const standing = (what: What, { name, path }: Place, isInstall: boolean): string =>
  isInstall ? `${things[what]} is in ${name} already (${path}).` : `${things[what]} is not in ${name} (${path}).`

interface Task {
  readonly what: What
  readonly place: Place
  readonly file: SettingsFile
  readonly change: Change
  readonly isInstall: boolean
}

const carryOut = async (host: Host, task: Task, options: Options, reader: Reader): Promise<void> => {
  const { place, file, change } = task
  if (!options.yes && !reader.ask)
    throw new UserError(`This would change ${place.path}, and there is nobody to ask. Add --yes to do it.`)
  reader.print(`${describe(task, usesColor(options))}\n\n`)
  if (!options.yes && !(await reader.ask?.(question(task)))) {
    reader.print('Nothing was changed.')
    return
  }
  const backup = writeSettingsFile(file, change.after, calendar(options.timeZone).dayOf(host.now()))
  reader.print(ending(task, backup))
}

/** What will change: the file, the lines, and what else there is to know. */
const describe = ({ place, file, change, isInstall }: Task, color: boolean): string => {
  const paint = theme(color)
  const tones = { '+': 'good', '-': 'bad', '@': 'accent', ' ': 'plain' } as const
  const lines = diff(file.text ?? '', change.after ?? '').map(({ mark, text }) =>
    paint(mark === '@' ? text : `${mark}${shown(text)}`.trimEnd(), tones[mark]),
  )
  const where = file.target === place.path ? place.path : `${place.path} (a link to ${file.target})`
  const state = file.text === undefined ? ' (a new file)' : change.after === undefined ? ' (the file goes)' : ''
  const other = change.other === undefined ? [] : ['', otherText(change.other, isInstall)]
  return [`${where}${state}`, ...lines, ...other, ...(change.notes ?? []).flatMap(note => ['', note])].join('\n')
}

const otherText = (other: string, isInstall: boolean): string =>
  isInstall
    ? `This replaces a status line that is not tokusage's: ${clean(other)}`
    : `This puts back the status line that was there before: ${clean(other)}`

/** A line of somebody else's file, harmless on a terminal, with its indentation. */
const shown = (line: string): string => {
  const indent = /^[ \t]*/.exec(line)?.[0] ?? ''
  return indent.replaceAll('\t', '    ') + clean(line)
}

const question = ({ place, change, isInstall }: Task): string => {
  if (isInstall && change.other !== undefined) return 'Replace that status line? [y/N] '
  return change.after === undefined ? `Remove ${place.path}? [y/N] ` : `Write ${place.path}? [y/N] `
}

const ending = ({ what, place, change, isInstall }: Task, backup: string | undefined): string => {
  const where = place.prompt === undefined ? '' : ` ${place.prompt}`
  const kept = backup === undefined ? [] : [`The file as it was: ${backup}`]
  if (!isInstall) {
    const gone = change.after === undefined ? `, and ${place.path} with it` : ''
    return [`${things[what]} is out of ${place.name}${gone}.`, ...kept].join('\n')
  }
  return [
    `${things[what]} is in ${place.name}. ${pickUp(what, place)}`,
    ...kept,
    `To undo it: tokusage ${what} --uninstall${where}`,
  ].join('\n')
}

/** When what was written takes effect. */
const pickUp = (what: What, { prompt, name, path }: Place): string => {
  if (prompt === undefined)
    return what === 'guard'
      ? `${name} takes it up by itself; a session that runs already perhaps not before it is started anew.`
      : `${name} picks it up by itself.`
  if (prompt === 'tmux') return `It shows when tmux is started anew, or now with: tmux source-file ${posix(path)}`
  return prompt === 'starship'
    ? 'It shows at the next prompt.'
    : `It shows in every ${prompt} that is started from now on.`
}
