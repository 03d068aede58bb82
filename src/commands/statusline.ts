/**
 * The door of `tokusage statusline`: a program of its own (statusline.cjs), because it runs several times a second in every session. It reads
 * what the agent hands over and two small files, prints one line, and exits with 0 whatever happens; logs are read in the background only.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { AGENT_ID } from '../agents/claude/roots.ts'
import { version } from '../config/version.ts'
import type { StatusSnapshot } from '../core/status.ts'
import { isDue } from '../statusline/due.ts'
import type { Facts } from '../statusline/facts.ts'
import { readInput } from '../statusline/input.ts'
import { lineOf, mistakeLine, wantsBranch } from '../statusline/line.ts'
import { type LineEnvironment, lookOf } from '../statusline/look.ts'
import { journalReadings, newReadings, ownReadings } from '../statusline/readings.ts'
import { readSnapshot } from '../statusline/snapshot.ts'
import { clean } from '../statusline/text.ts'
import { dataFolder } from '../store/folder.ts'
import { appendToJournal, branchOf, readEnd } from './line-files.ts'
import type { LineCommand } from './line-flags.ts'
import { readInputJson } from './line-input.ts'
import { startRefresh } from './line-refresh.ts'

/** From the start of the process until the line is there, and what is kept of it for making the line. */
const DEADLINE_MS = 150
const WORK_MS = 20
/** A machine so slow that the time is over before we begin gets a moment nonetheless. */
const LEAST_MS = 20
/** As much of the journal as holds the freshest readings. */
const JOURNAL_BYTES = 8192
const SNAPSHOT_BYTES = 1 << 22

const plainCommand: LineCommand = { flags: {}, key: 'default', data: [], debug: false }

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

const folder = async (): Promise<string> => {
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
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let done = 0, tries = 0; done < bytes.length && tries < DEADLINE_MS; tries++)
    try {
      done += writeSync(1, bytes, done)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
      Atomics.wait(pause, 0, 0, 1)
    }
}

const render = async ({ flags, key, data, debug }: LineCommand): Promise<void> => {
  const waiting = readInputJson(Math.max(LEAST_MS, DEADLINE_MS - WORK_MS - process.uptime() * 1000))
  const home = await folder()
  const journal = join(home, 'limits.jsonl')
  const tail = readEnd(journal, JOURNAL_BYTES) ?? ''
  const figures = () => readSnapshot(readEnd(join(home, 'status', `${key}.json`), SNAPSHOT_BYTES) ?? '')
  const snapshot = figures()
  const look = lookOf(flags, snapshot?.view, environment())
  const input = readInput(await waiting)
  const now = Date.now()
  const branch = wantsBranch(look.template) ? branchOf(input?.folder ?? process.cwd()) : undefined
  const facts: Facts = {
    now,
    input,
    snapshot,
    agent: AGENT_ID,
    own: ownReadings(input, AGENT_ID, now),
    known: [...journalReadings(tail), ...(snapshot?.limits ?? [])],
    branch: branch === undefined ? undefined : clean(branch),
    look,
  }
  print(lineOf(facts))
  const news = newReadings(facts.own, facts.known, now)
  if (news.length > 0) appendToJournal(journal, news, tail)
  const isOld = (found: StatusSnapshot | undefined): boolean =>
    isDue({ snapshot: found, now, version, intervalSeconds: look.refreshInterval, modelId: input?.modelId })
  const parts = { folder: join(home, 'status'), key, data, program: join(__dirname, 'cli.cjs') }
  const isStarted = isOld(snapshot) && (await startRefresh({ ...parts, isDone: () => !isOld(figures()) }))
  if (!debug) return
  const age = snapshot === undefined ? 'none' : `${Math.round((now - snapshot.at) / 1000)} s old`
  process.stderr.write(
    `statusline: figures '${key}' ${age}, input ${input ? 'read' : 'none'}, refresh ${isStarted ? 'started' : 'not started'}, ${Math.round(process.uptime() * 1000)} ms\n`,
  )
}

/** Runs on what was typed behind `statusline`; never throws. */
export const run = async (argv: readonly string[]): Promise<void> => {
  try {
    await render(argv.length === 0 ? plainCommand : (await import('./line-flags.ts')).readLineCommand(argv))
  } catch (error) {
    print(mistakeLine(error instanceof Error ? error.message : String(error)))
  }
}
