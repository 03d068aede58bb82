/** live: what goes on now, on a screen of its own; one frame where nobody watches, or one object for scripts. */
import { agents } from '../agents/index.ts'
import type { Options } from '../config/options.ts'
import { calendar } from '../core/calendar.ts'
import type { LiveData } from '../core/live.ts'
import type { Host } from '../host/host.ts'
import { isTerminal } from '../host/output.ts'
import { LiveReader } from '../load-live.ts'
import type { Look } from '../tui/look.ts'
import { filterJson } from './jq.ts'
import { outputWidth, print, progressBar, refuseLists, usesColor } from './terminal.ts'

const SECOND = 1000
/** Of a frame that goes nowhere in particular. */
const STILL_COLUMNS = 100
const STILL_ROWS = 60

/** 0, also when the watcher leaves. */
export const runLive = async (host: Host, options: Options): Promise<number> => {
  refuseLists(options, 'The monitor')
  const { format, live } = options
  if (format === 'json') print(await jsonText(await look(host, options), options))
  else if (live.snapshot || !isTerminal(1) || process.stdin.isTTY !== true)
    print(await frameText(await look(host, options), options))
  else await watch(host, options)
  return 0
}

/** Everything that is known now. */
const look = async (host: Host, options: Options): Promise<LiveData> => {
  const bar = progressBar(host.now(), host.now)
  const reader = new LiveReader(host, options, bar.update)
  const first = await reader.poll()
  bar.clear()
  const data = (await reader.poll()) ?? first
  if (!data) throw new Error('a reader that answers nothing')
  return data
}

const jsonText = async (data: LiveData, options: Options): Promise<string> => {
  const { liveJson } = await import('../render/live-json.ts')
  const json = liveJson(data, { ...options, ...options.live })
  const text = JSON.stringify(json, null, 2)
  return options.jq === undefined ? text : filterJson(text, options.jq)
}

const lookOf = (options: Options): Look => {
  const zone = calendar(options.timeZone)
  return {
    color: usesColor(options),
    noCost: options.noCost,
    clock: at => zone.clock(at),
    agentName: id => agents.find(agent => agent.id === id)?.name ?? id,
    requestsPerMinute: options.live.requestsPerMinute,
    tokensPerMinute: options.live.tokensPerMinute,
  }
}

const frameText = async (data: LiveData, options: Options): Promise<string> => {
  const { snapshotFrame } = await import('../tui/view.ts')
  return snapshotFrame(data, { columns: outputWidth() ?? STILL_COLUMNS, rows: STILL_ROWS }, lookOf(options))
}

const watch = async (host: Host, options: Options): Promise<void> => {
  const { runScreen } = await import('../tui/screen.ts')
  const { NodeTerminal } = await import('../host/terminal.ts')
  const reader = new LiveReader(host, options)
  const intervalMs = (options.live.interval ?? 1) * SECOND
  await runScreen(new NodeTerminal(), { poll: () => reader.poll(), intervalMs, look: lookOf(options) })
}
