/** Runs the reading stage over logs that lie in memory: bytes in, merged entries and diagnostics out. */
import { basename } from 'node:path'
import type { Agent, Detail } from '../../src/agents/define.ts'
import { agents } from '../../src/agents/index.ts'
import { type Diagnostic, Diagnostics } from '../../src/core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../../src/core/entry.ts'
import type { ThreadReading } from '../../src/core/reading.ts'
import { addTokens, noTokens, type TokenCounts } from '../../src/core/tokens.ts'
import type { ByteReader, Host } from '../../src/host/host.ts'
import { type Gathered, gather } from '../../src/ingest/gather.ts'
import { Scanner, scan } from '../../src/ingest/scan.ts'
import { makeHost } from './host.ts'

export type Logs = Readonly<Record<string, string | Buffer>>

/** A reader of bytes in memory that hands out at most `most` bytes at a time. */
export const memoryReader = (bytes: Buffer, most = Number.POSITIVE_INFINITY): ByteReader => ({
  read(buffer, offset, length, position) {
    const part = bytes.subarray(position, position + Math.min(length, most))
    buffer.set(part, offset)
    return part.length
  },
  close() {},
})

export const memoryHost = (logs: Logs, most?: number): Host => ({
  ...makeHost(),
  open: path => memoryReader(Buffer.from(logs[path] ?? ''), most),
})

export const sourceOf = (path: string, size = 0, agent = 'claude'): LogSource => {
  const file = basename(path, '.jsonl')
  const subagent = file.startsWith('agent-') ? file.slice('agent-'.length) : undefined
  const session = subagent === undefined ? file : undefined
  return { agent, path, size, mtimeMs: 0, device: 1, inode: 1, project: '-home-dev-app', session, subagent }
}

export interface Scanned {
  /** By time, then id. */
  readonly entries: readonly UsageEntry[]
  readonly merged: Gathered['merged']
  readonly inherited: ReturnType<Gathered['inherited']>
  readonly notes: readonly SessionNote[]
  readonly diagnostics: readonly Diagnostic[]
  /** `code` or `code x3`, in alphabetical order. */
  readonly codes: readonly string[]
  readonly counts: Gathered['counts']
  readonly tokens: TokenCounts
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)

export const inOrder = (entries: readonly UsageEntry[]): UsageEntry[] =>
  [...entries].sort(
    (a, b) =>
      a.at - b.at ||
      compare(a.messageId ?? '', b.messageId ?? '') ||
      compare(a.requestId ?? '', b.requestId ?? '') ||
      compare(JSON.stringify(a.tokens), JSON.stringify(b.tokens)),
  )

export const sumTokens = (entries: readonly UsageEntry[]): TokenCounts =>
  entries.reduce((sum, entry) => addTokens(sum, entry.tokens), noTokens)

/** What a thread read, as one value. */
const scannedOf = (reading: ThreadReading): Scanned => {
  const odd = new Diagnostics()
  const { rows, notes, inherited, merged, counts } = gather([reading], odd)
  const entries = inOrder(rows.map(row => row.copy()))
  const diagnostics = odd.list()
  return {
    entries,
    merged,
    inherited: inherited(),
    notes: notes(),
    diagnostics,
    codes: diagnostics.map(({ code, count }) => (count === 1 ? code : `${code} x${count}`)).sort(),
    counts,
    tokens: sumTokens(entries),
  }
}

/** Reads logs and documents through any host and merges what was found; `registered`: the agents that may read. */
export const scanSources = (
  host: Host,
  sources: readonly LogSource[],
  detail: Detail = 'calls',
  registered: readonly Agent[] = agents,
): Scanned => {
  const jobs = sources.map(source => ({ source }))
  return scannedOf(scan(host, registered, jobs, { detail, isResumable: false, keepsIds: true }))
}

/** As `scanSources`, databases included. */
export const scanAll = async (
  host: Host,
  sources: readonly LogSource[],
  detail: Detail = 'calls',
  registered: readonly Agent[] = agents,
): Promise<Scanned> => {
  const scanner = new Scanner(host, registered, { detail, isResumable: false, keepsIds: true })
  for (const source of sources) {
    if (source.kind === 'database') await scanner.readDatabase({ source })
    else scanner.read({ source })
  }
  return scannedOf(scanner.result())
}

/** Reads logs from memory, in the order given; a text alone is session `s1`. */
export const scanLogs = (logs: Logs | string | Buffer, detail: Detail = 'calls', most?: number): Scanned => {
  const files = typeof logs === 'string' || Buffer.isBuffer(logs) ? { '/logs/s1.jsonl': logs } : logs
  const sources = Object.keys(files).map(path => sourceOf(path))
  return scanSources(memoryHost(files, most), sources, detail)
}
