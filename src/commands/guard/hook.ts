/**
 * The guard as a hook: what the snapshot and the session's own logs say is held against the limits, and one answer is written, or none. It fails
 * open: whatever goes wrong, the agent goes on, and only `--debug` says why.
 */
import type { Options } from '../../config/options.ts'
import { version } from '../../config/version.ts'
import { calendar } from '../../core/calendar.ts'
import type { StatusSession, StatusSnapshot } from '../../core/status.ts'
import { blockJson, canBlock, type HookInput, isFree, messageJson, readHookInput, switchIn } from '../../guard/hook.ts'
import { type Gauge, type Verdict, verdictOf } from '../../guard/limits.ts'
import { nextStep, type Step } from '../../guard/step.ts'
import { blockText, noReadingsText, switchText, unpricedText, warningText } from '../../guard/texts.ts'
import { windowGauges } from '../../guard/windows.ts'
import type { Host } from '../../host/host.ts'
import { isDue } from '../../statusline/due.ts'
import { statusKey } from '../../statusline/key.ts'
import { readJournal } from '../../store/limits.ts'
import { readStatus, statusFolder } from '../../store/status.ts'
import { findLogs, type SessionLogs } from './logs.ts'
import type { GuardMachine } from './machine.ts'
import { claim, claimOnce, isOff, switchGuard } from './memory.ts'
import { type Day, readSession, type SessionUse } from './session.ts'
import { tellingOf, webhookOf } from './tell.ts'

/** A process that is older than this, ms, reads no logs any more where the snapshot knows the session. */
const LATE_MS = 100
/** And none at all from here on: the agent goes on, unwarned. */
const DEADLINE_MS = 500
/** The longest window, and a day. */
const JOURNAL_MS = 8 * 86_400_000

/** Answers a hook; always 0, for another code would mean something to the agent. */
export const runHook = async (host: Host, options: Options, text: string, machine: GuardMachine): Promise<number> => {
  const debug = (line: string): void => {
    if (options.debug) machine.printError(`tokusage guard: ${line}\n`)
  }
  try {
    if (host.env('TOKUSAGE_GUARD') === 'off') return 0
    for (const line of passedOver(options)) debug(line)
    const input = readHookInput(text)
    if (input) await answer(host, options, input, machine, debug)
    else debug('what was piped in is no hook')
  } catch (error) {
    debug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  debug(`${Math.round(machine.elapsedMs())} ms`)
  return 0
}

/** What was asked for, and does not count here. */
const passedOver = ({ guard, projects, models, agents: ids, profiles }: Options): string[] => [
  ...(guard.passedOver === undefined ? [] : [`${guard.passedOver} is the project's, and not read`]),
  ...([projects, models, ids, profiles].some(list => list.length > 0) ? ['filters are for reports: none counts'] : []),
]

type Debug = (line: string) => void

const answer = async (host: Host, options: Options, input: HookInput, machine: GuardMachine, debug: Debug) => {
  const { session } = input
  const isOn = switchIn(input)
  if (isOn !== undefined && session !== undefined) {
    machine.print(blockJson(input, switchText(isOn, switchGuard(host, session, isOn))))
    return
  }
  if (session !== undefined && isOff(host, session)) return debug('switched off for this session')
  const key = statusKey([], machine.environment)
  const snapshot = readStatus(host, key)
  try {
    const scene = await sceneOf(host, options, input, snapshot, machine, debug)
    await judge(host, options, input, scene, machine)
  } finally {
    const isOld = (figures: StatusSnapshot | undefined): boolean =>
      isDue({ snapshot: figures, now: host.now(), version, intervalSeconds, modelId: undefined })
    const { refreshInterval: intervalSeconds } = options.line
    if (isOld(snapshot)) await machine.refresh(statusFolder(host), key, () => !isOld(readStatus(host, key)))
  }
}

/** What is known when the hook asks. */
interface Scene {
  readonly gauges: readonly Gauge[]
  readonly step: Step | undefined
  /** Whether a window has a limit and the server has never said anything. */
  readonly lacksReadings: boolean
  /** Tokens of the session, where its cost has a limit and none of them has a price. */
  readonly unpricedTokens: number
}

const sceneOf = async (
  host: Host,
  options: Options,
  { session, transcript }: HookInput,
  snapshot: StatusSnapshot | undefined,
  machine: GuardMachine,
  debug: Debug,
): Promise<Scene> => {
  const { guard } = options
  const now = host.now()
  const day = dayOf(options, snapshot, now)
  const logs = transcript === undefined ? undefined : findLogs(host, options, transcript)
  const known = knownSession(snapshot, session)
  let use: SessionUse | undefined
  if (session !== undefined && logs && machine.elapsedMs() < (known ? LATE_MS : DEADLINE_MS))
    use = await readSession(host, options, logs, session, day)
  debug(`session ${use ? `read from ${logs?.sources.length ?? 0} logs` : known ? 'from the snapshot' : 'not known'}`)
  const windows = guard.windowPercent === undefined ? undefined : windowsOf(host, options, snapshot, logs, known)
  return {
    gauges: [
      ...(guard.sessionUsd === undefined ? [] : [sessionGauge(guard.sessionUsd, session, use, known)]),
      ...(guard.dayUsd === undefined ? [] : [dayGauge(guard.dayUsd, day, snapshot, use, known)]),
      ...(windows?.gauges ?? []),
    ],
    step: nextStep(use?.step && { ...use.step, models: snapshot?.models ?? {} }),
    lacksReadings: windows?.isEmpty === true,
    unpricedTokens: guard.sessionUsd === undefined && guard.dayUsd === undefined ? 0 : unpricedOf(use ?? known),
  }
}

const unpricedOf = (use: Pick<SessionUse, 'usd' | 'unpricedTokens'> | undefined): number =>
  use?.usd === 0 ? use.unpricedTokens : 0

/** Ids come from outside: only what the snapshot itself holds is looked at. */
const knownSession = (snapshot: StatusSnapshot | undefined, session: string | undefined): StatusSession | undefined =>
  snapshot && session !== undefined && Object.hasOwn(snapshot.sessions, session)
    ? snapshot.sessions[session]
    : undefined

interface Today extends Day {
  /** Whether the snapshot's figures are of this day. */
  readonly isKnown: boolean
}

const dayOf = ({ timeZone }: Options, snapshot: StatusSnapshot | undefined, now: number): Today => {
  if (snapshot?.timeZone === timeZone && now >= snapshot.dayStartAt && now < snapshot.dayEndAt)
    return { startAt: snapshot.dayStartAt, endAt: snapshot.dayEndAt, isKnown: true }
  const zone = calendar(timeZone)
  const today = zone.dayOf(now)
  return { startAt: zone.startOfDay(today), endAt: zone.startOfDay(zone.addDays(today, 1)), isKnown: false }
}

const sessionGauge = (
  limit: number,
  session: string | undefined,
  use: SessionUse | undefined,
  known: StatusSession | undefined,
): Gauge => {
  const { usd: used, unpricedTokens = 0 } = use ?? known ?? {}
  return { kind: 'session', unit: 'usd', scope: session ?? '', used, limit, unpricedTokens }
}

/** The snapshot's day, and what the session did since; of another day's snapshot nothing counts, and the session is a lower bound. */
const dayGauge = (
  limit: number,
  day: Today,
  snapshot: StatusSnapshot | undefined,
  use: SessionUse | undefined,
  known: StatusSession | undefined,
): Gauge => {
  const since = use ? Math.max(0, use.todayUsd - (day.isKnown ? (known?.todayUsd ?? 0) : 0)) : undefined
  const before = day.isKnown ? snapshot?.today.usd : undefined
  const used = since === undefined && before === undefined ? undefined : (before ?? 0) + (since ?? 0)
  const unpricedTokens = (day.isKnown ? snapshot?.today.unpricedTokens : use?.todayUnpricedTokens) ?? 0
  return { kind: 'day', unit: 'usd', scope: `${day.startAt}`, used, limit, unpricedTokens }
}

const windowsOf = (
  host: Host,
  { guard }: Options,
  snapshot: StatusSnapshot | undefined,
  logs: SessionLogs | undefined,
  known: StatusSession | undefined,
): { readonly gauges: readonly Gauge[]; readonly isEmpty: boolean } => {
  const agent = logs?.agent ?? known?.agent
  const now = host.now()
  const readings = [...(snapshot?.limits ?? []), ...readJournal(host, now - JOURNAL_MS).readings]
  const own = readings.filter(
    reading => reading.agent === agent && (reading.profile === undefined || !logs || reading.profile === logs.profile),
  )
  const gauges = windowGauges(own, { now, limit: guard.windowPercent ?? 100, isAsked: () => true })
  return { gauges, isEmpty: agent !== undefined && own.length === 0 }
}

const judge = async (host: Host, options: Options, input: HookInput, scene: Scene, machine: GuardMachine) => {
  const now = host.now()
  const verdicts = scene.gauges.map(verdictOf)
  const reached = canBlock(input) && !isFree(input) ? verdicts.filter(({ isReached }) => isReached) : []
  const news = verdicts.filter(verdict => claim(host, 'hook', 'message', verdict))
  const beside = news.filter(verdict => !reached.includes(verdict))
  // A block names the step itself.
  const lines = beside.length > 0 ? [warningText(beside, reached.length > 0 ? undefined : scene.step, now)] : []
  if (scene.lacksReadings && claimOnce(host, 'no readings')) lines.push(noReadingsText)
  if (scene.unpricedTokens > 0 && claimOnce(host, `no price\n${input.session}`))
    lines.push(unpricedText(scene.unpricedTokens))
  const message = lines.length > 0 ? lines.join('\n') : undefined
  if (reached.length > 0) machine.print(blockJson(input, blockText(reached, scene.step, now), message))
  else if (message !== undefined) machine.print(messageJson(message))
  await tell(host, options, verdicts, scene.step, machine)
}

/** Whether a webhook in the background fails nobody learns: what is sent counts as told. */
const tell = async (
  host: Host,
  options: Options,
  verdicts: readonly Verdict[],
  step: Step | undefined,
  machine: GuardMachine,
) => {
  const now = host.now()
  const webhook = webhookOf(options)
  for (const verdict of verdicts) {
    const { text, body } = tellingOf(verdict, warningText([verdict], step, now), now)
    if (options.guard.notify && claim(host, 'hook', 'desktop', verdict)) await machine.notify('tokusage', text)
    if (webhook === undefined || webhook === 'bad') continue
    if (claim(host, 'hook', `webhook ${webhook}`, verdict)) await machine.postInBackground(webhook, body)
  }
}
