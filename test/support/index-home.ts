/** A home and a data folder of its own, read by way of the index, and what an answer comes down to. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { UsageEntry } from '../../src/core/entry.ts'
import type { Host } from '../../src/host/host.ts'
import { type Ingested, type IngestRequest, ingest } from '../../src/ingest/ingest.ts'
import { type HostParts, makeHost } from './host.ts'

const plainRequest: IngestRequest = {
  detail: 'counts',
  index: true,
  history: true,
  titles: true,
  comparesTotals: true,
  needsProjects: true,
  offline: true,
  refreshPrices: false,
  modelAliases: {},
  priceOverrides: {},
  mode: 'calculate',
}

/** A folder that holds homes and a data folder; gone when the test ends. */
export class IndexHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'tokusage-index-'))
  readonly home = join(this.folder, 'home')
  readonly data = join(this.folder, 'data')
  /** Paths that were opened as logs since this was last emptied. */
  readonly opened: string[] = []
  /** Seconds that each write lies after the one before. */
  private clock = 1_790_000_000

  constructor(isTest = true) {
    mkdirSync(this.home)
    if (isTest) onTestFinished(() => this.remove())
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** The folder of the index. */
  get index(): string {
    return join(this.data, 'index-1')
  }

  path(log: string): string {
    return join(this.home, '.claude/projects', log)
  }

  /** Writes a log whole; its time is later than that of any before. */
  write(log: string, content: string | Buffer): void {
    mkdirSync(dirname(this.path(log)), { recursive: true })
    writeFileSync(this.path(log), content)
    this.stamp(log)
  }

  append(log: string, content: string | Buffer, isStamped = true): void {
    mkdirSync(dirname(this.path(log)), { recursive: true })
    appendFileSync(this.path(log), content)
    if (isStamped) this.stamp(log)
  }

  stamp(log: string, at = ++this.clock): void {
    utimesSync(this.path(log), at, at)
  }

  host(parts: HostParts = {}): Host {
    const plain = makeHost({ home: this.home, ...parts, env: { TOKUSAGE_HOME: this.data, ...parts.env } })
    return {
      ...plain,
      open: path => {
        this.opened.push(path)
        return plain.open(path)
      },
    }
  }

  run(request: Partial<IngestRequest> = {}, host: Host = this.host()): Promise<Ingested> {
    return ingest(host, { ...plainRequest, ...request })
  }

  /** Names in the index that begin so. */
  files(start: string): string[] {
    return existsSync(this.index) ? readdirSync(this.index).filter(name => name.startsWith(start)) : []
  }

  /** Everything in the data folder, as one text. */
  stored(): string {
    if (!existsSync(this.data)) return ''
    return readdirSync(this.data, { recursive: true, withFileTypes: true })
      .filter(e => e.isFile())
      .map(e => readFileSync(join(e.parentPath, e.name), 'latin1'))
      .join('\n')
  }
}

const plainEntry = ({ messageId: _m, requestId: _r, tools: _t, ...entry }: UsageEntry): string =>
  JSON.stringify(Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))))

/** Entries without their ids (the index knows only hashes of them), in an order of their own. */
export const entriesOf = (ingested: Ingested): string[] =>
  ingested.entries.map(({ entry }) => plainEntry(entryCopy(entry))).sort()

const entryCopy = (entry: UsageEntry): UsageEntry =>
  'copy' in entry && typeof entry.copy === 'function' ? entry.copy() : entry

/** All that a report may show. */
export const answerOf = (ingested: Ingested) => ({
  entries: entriesOf(ingested),
  notes: ingested.notes,
  inherited: ingested.inherited.map(({ session }) => session).sort(),
  diagnostics: ingested.diagnostics.list(),
  counts: ingested.coverage.counts,
  responses: ingested.coverage.responses,
  merged: ingested.coverage.merged,
  looks: ingested.coverage.looks.map(({ agent, roots, files }) => [agent.id, roots, files]),
})

/** Counts of an answer's diagnostics, by code. */
export const codesOf = (ingested: Ingested): Record<string, number> => {
  const codes: Record<string, number> = {}
  for (const { code, count } of ingested.diagnostics.list()) codes[code] = (codes[code] ?? 0) + count
  return codes
}
