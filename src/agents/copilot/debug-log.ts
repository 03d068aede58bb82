/**
 * VS Code's `debug-logs/<session>/main.jsonl`, where the agent's debug log is switched on: one `llm_request` per call, exact, in newer
 * versions with what came from the cache.
 */
import { dirname, join } from 'node:path'
import type { LogSource } from '../../core/entry.ts'
import type { Files, Sink } from '../define.ts'
import { workspaceFolder } from '../family/vscode.ts'
import { objectOf, objectsIn, textOf, timeOf } from '../json.ts'
import { callEntry, modelOf, type Seen } from './calls.ts'

export interface DebugState {
  readonly kind: 'debug'
  readonly session: string | undefined
  readonly cwd: string | undefined
  seen: Seen
  sourceAt?: number | undefined
}

/** `<storage>/GitHub.copilot-chat/debug-logs/<session>/main.jsonl` */
export const startDebug = (source: LogSource, files: Files): DebugState => {
  const storage = dirname(dirname(dirname(dirname(source.path))))
  return {
    kind: 'debug',
    session: source.session,
    cwd: workspaceFolder(files.readText(join(storage, 'workspace.json'))),
    seen: {},
  }
}

const CALL = Buffer.from('"llm_request"')

export const foldDebug = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: DebugState,
  sink: Sink,
): void => {
  if (bytes.subarray(start, end).indexOf(CALL) < 0) return
  for (const record of objectsIn(bytes, start, end, isGlued)) {
    if (record === undefined) {
      sink.diagnostic('bad-line')
      continue
    }
    if (record.type !== 'llm_request') continue
    const attributes = objectOf(record.attrs)
    if (attributes === undefined) {
      sink.diagnostic('unknown-record')
      continue
    }
    if (attributes.inputTokens === undefined && attributes.outputTokens === undefined) continue // a call that failed
    const at = timeOf(record.ts)
    if (at === undefined) {
      sink.diagnostic('no-timestamp')
      continue
    }
    state.sourceAt ??= at
    const counts = {
      prompt: attributes.inputTokens,
      output: attributes.outputTokens,
      cacheRead: attributes.cachedTokens,
      cacheCreation: attributes.cacheWriteTokens,
      reasoning: attributes.reasoningTokens,
      nanoUnits: attributes.copilotUsageNanoAiu,
    }
    const session = state.session ?? textOf(record.sid)
    const facts = {
      at,
      doneAt: endOf(at, record.dur),
      session,
      cwd: state.cwd,
      project: state.cwd,
      sourceAt: state.sourceAt,
    }
    sink.entry(callEntry(state.seen, counts, { ...facts, model: modelOf(attributes.model) }, sink))
  }
}

const endOf = (at: number, duration: unknown): number =>
  typeof duration === 'number' && duration > 0 && duration < 1e9 ? at + Math.round(duration) : at
