/**
 * The door of `tokusage statusline`: a program of its own (statusline.cjs), because it runs several times a second in every session. It reads
 * what the agent hands over and two small files, prints one line, and exits with 0 whatever happens; logs are read in the background only.
 */
import { existsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { AGENT_ID, ROOT_VARIABLE } from '../agents/claude/roots.ts'
import { version } from '../config/version.ts'
import { rootMark } from '../core/limit.ts'
import { nameFor } from '../core/name-for.ts'
import type { StatusSnapshot } from '../core/status.ts'
import { isDue } from '../statusline/due.ts'
import type { Facts } from '../statusline/facts.ts'
import { readInput } from '../statusline/input.ts'
import { configFolder, statusKey } from '../statusline/key.ts'
import { lineOf, mistakeLine, wantsBranch } from '../statusline/line.ts'
import { type LineEnvironment, lookOf } from '../statusline/look.ts'
import { journalReadings, newReadings, ownReadings, readTold, toldNow } from '../statusline/readings.ts'
import { type Mistake, readMistake, readSnapshot } from '../statusline/snapshot.ts'
import { clean } from '../statusline/text.ts'
import { dataFolder } from '../store/folder.ts'
import { appendToJournal, branchOf, keepLine, keptLine, readEnd } from './statusline/files.ts'
import type { LineCommand } from './statusline/flags.ts'
import { readInputJson } from './statusline/input.ts'
import { startRefresh } from './statusline/refresh.ts'

/** From the start of the process until the line is there, and what is kept of it for making the line. */
const DEADLINE_MS = 150
const WORK_MS = 20
/** A machine so slow that the time is over before we begin gets a moment nonetheless. */
const LEAST_MS = 20
/** As much of the journal as holds the freshest readings. */
const JOURNAL_BYTES = 8192
const SNAPSHOT_BYTES = 1 << 22
/** After a mistake in the settings, they are looked at again. */
const MISTAKE_MS = 30_000

/** The working folder, where it has a config of its own. */
const place = (): string | undefined => configFolder(workingFolder(), existsSync)

const plainCommand = (): LineCommand => {
  const key = statusKey([], process.env, place())
  return { flags: {}, key, data: [], debug: false }
}

const colorOf = (): boolean | undefined => {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR) return false
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return TERM === 'dumb' ? false : undefined
}

const environment = (): LineEnvironment => {
  const columns = Number(process.env.COLUMNS)
  return { color: colorOf(), columns: Number.isInteger(columns) && columns > 0 ? columns : undefined }
}

const ownFolder = async (): Promise<string> => {
  const { HOME, USERPROFILE } = process.env
  const home = HOME || USERPROFILE || (await import('node:os')).homedir()
  return dataFolder({
    platform: process.platform,
    env: name => process.env[name],
    home: (...parts) => join(home, ...parts),
  })
}

/** One line, in one write: a reader that is slow or gone must not keep us. */
const print = (line: string): void => {
  const bytes = Buffer.from(`${line}\n`)
  for (let done = 0, tries = 0; done < bytes.length && tries < DEADLINE_MS; tries++)
    try {
      done += writeSync(1, bytes, done)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
}

/** The files of the data folder that matter here. */
interface Places {
  readonly folder: string
  readonly journal: string
  readonly figures: string
  /** The line that was last shown to the same caller, in this folder, with these flags: whose session it is only the input would say. */
  readonly line: string
}

/** Empty where the folder is gone: a worktree that was removed must not take the line with it. */
const workingFolder = (): string => {
  try {
    return process.cwd()
  } catch {
    return ''
  }
}

const placesOf = (home: string, key: string): Places => {
  const folder = join(home, 'status')
  const place = nameFor([process.ppid, workingFolder(), process.env.COLUMNS, ...process.argv].join('\n'))
  return {
    folder,
    journal: join(home, 'limits.jsonl'),
    figures: join(folder, `${key}.json`),
    line: join(folder, 'lines', place),
  }
}

interface Figures {
  readonly snapshot: StatusSnapshot | undefined
  readonly mistake: Mistake | undefined
}

const readFigures = (path: string): Figures => {
  const text = readEnd(path, SNAPSHOT_BYTES) ?? ''
  return { snapshot: readSnapshot(text), mistake: readMistake(text) }
}

/** Whether a refresh was started; only where the figures are old, and nobody else is at it. */
const refresh = async (
  { key, data }: LineCommand,
  places: Places,
  facts: Facts,
  figures: Figures,
): Promise<boolean> => {
  const { now, look, input } = facts
  const isOld = ({ snapshot, mistake }: Figures): boolean =>
    mistake
      ? Math.abs(now - mistake.at) > MISTAKE_MS
      : isDue({ snapshot, now, version, intervalSeconds: look.refreshInterval, modelId: input?.modelId })
  if (!isOld(figures)) return false
  const program = join(__dirname, 'cli.cjs')
  const isDone = () => !isOld(readFigures(places.figures))
  return startRefresh({ folder: places.folder, key, place: place(), data, program, isDone })
}

/** For `--debug`. */
const tell = ({ key }: LineCommand, { snapshot, now, input }: Facts, isStarted: boolean): void => {
  const age = snapshot === undefined ? 'none' : `${Math.round((now - snapshot.at) / 1000)} s old`
  const ms = Math.round(process.uptime() * 1000)
  process.stderr.write(
    `statusline: figures '${key}' ${age}, input ${input ? 'read' : 'none'}, refresh ${isStarted ? 'started' : 'not started'}, ${ms} ms\n`,
  )
}

const render = async (command: LineCommand): Promise<void> => {
  const waiting = readInputJson(Math.max(LEAST_MS, DEADLINE_MS - WORK_MS - process.uptime() * 1000))
  const places = placesOf(await ownFolder(), command.key)
  const tail = readEnd(places.journal, JOURNAL_BYTES) ?? ''
  const figures = readFigures(places.figures)
  const { snapshot } = figures
  const look = lookOf(command.flags, snapshot?.view, environment())
  const { value, isLate } = await waiting
  const input = readInput(value)
  const now = Date.now()
  const root = rootMark(ROOT_VARIABLE, process.env[ROOT_VARIABLE])
  const tellings = input?.session === undefined ? undefined : join(places.folder, 'told', nameFor(input.session))
  const told = tellings !== undefined && input?.limits.length ? readTold(readEnd(tellings, JOURNAL_BYTES) ?? '') : []
  const branch = wantsBranch(look.template) ? branchOf(input?.folder ?? workingFolder()) : undefined
  const facts: Facts = {
    now,
    input,
    snapshot,
    agent: AGENT_ID,
    own: ownReadings(input, { agent: AGENT_ID, root, told, now }),
    known: [...journalReadings(tail, name => process.env[name]), ...(snapshot?.limits ?? [])],
    branch: branch === undefined ? undefined : clean(branch),
    look,
  }
  const line = figures.mistake ? mistakeLine(figures.mistake.text, look.shell) : lineOf(facts)
  print((isLate ? keptLine(places.line) : undefined) ?? line)
  if (input) keepLine(places.line, line)
  const news = newReadings(facts.own, facts.known, told, now)
  if (news.length > 0) appendToJournal(places.journal, news, tail)
  const isTold = toldNow(facts.own, told)
  if (isTold && tellings !== undefined) keepLine(tellings, JSON.stringify(isTold))
  const isStarted = await refresh(command, places, facts, figures)
  if (command.debug) tell(command, facts, isStarted)
}

/** Runs on what was typed behind `statusline`; never throws. */
export const run = async (argv: readonly string[]): Promise<void> => {
  try {
    await render(
      argv.length === 0 ? plainCommand() : (await import('./statusline/flags.ts')).readLineCommand(argv, place()),
    )
  } catch (error) {
    print(mistakeLine(error instanceof Error ? error.message : String(error)))
  }
}
