/** An agent by itself, held against a home: its discovery and its readers, without the stages in between. */
import { readFileSync } from 'node:fs'
import type { Agent, Detail, Sink } from '../../src/agents/define.ts'
import { unzstd } from '../../src/agents/zstd/index.ts'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../../src/core/entry.ts'
import type { ContextItem } from '../../src/core/item.ts'
import type { Host } from '../../src/host/host.ts'
import { Deduper } from '../../src/ingest/dedupe.ts'
import { inOrder } from './scan.ts'

export interface Collected {
  readonly entries: UsageEntry[]
  readonly items: ContextItem[]
  readonly notes: SessionNote[]
  readonly diagnostics: Diagnostics
}

export const nothingCollected = (): Collected => ({ entries: [], items: [], notes: [], diagnostics: new Diagnostics() })

export const sinkInto = ({ entries, items, notes, diagnostics }: Collected): Sink => ({
  entry: entry => entries.push(entry),
  joined() {},
  lineNumber: 0,
  note: note => notes.push(note),
  item: item => items.push(item),
  diagnostic: (code, args) => diagnostics.add(code, args),
})

/** How often each code occurs. */
export const codesOf = (diagnostics: Diagnostics): Record<string, number> => {
  const codes: Record<string, number> = {}
  for (const { code, count } of diagnostics.list()) codes[code] = (codes[code] ?? 0) + count
  return codes
}

/** Folds whole lines, the last one with or without its end. */
export const foldLines = (
  agent: Agent,
  source: LogSource,
  bytes: Buffer,
  detail: Detail,
  host: Host,
  sink: Sink,
): unknown => {
  const reader = agent.lines!
  const state = reader.start(source, detail, host)
  const whole = bytes.at(-1) === 10 ? bytes : Buffer.concat([bytes, Buffer.from('\n')])
  let from = 0
  for (let end = whole.indexOf(10); end >= 0; end = whole.indexOf(10, from)) {
    sink.lineNumber++
    if (end > from) reader.line(whole, from, end, false, state, source, sink)
    from = end + 1
  }
  reader.finish?.(state, source, sink)
  return state
}

export const readSource = async (
  agent: Agent,
  source: LogSource,
  host: Host,
  detail: Detail,
  sink: Sink,
): Promise<void> => {
  if (source.kind === 'document') agent.document!.read(host.readText(source.path) ?? '', source, detail, sink, host)
  else if (source.packed) {
    const bytes = unzstd(readFileSync(source.path))
    if (bytes) foldLines(agent, source, Buffer.from(bytes), detail, host, sink)
    else sink.diagnostic('unreadable')
  } else if (source.kind !== 'database') foldLines(agent, source, readFileSync(source.path), detail, host, sink)
  else await host.withDatabase(source.path, open => agent.database!.read(open, source, undefined, detail, sink, host))
}

/** Everything that `agent` says of a machine, entries merged. */
export const readAgent = async (agent: Agent, host: Host, detail: Detail = 'calls') => {
  const collected = nothingCollected()
  const sources: LogSource[] = []
  const roots = agent.discover(host, collected.diagnostics, source => sources.push(source))
  for (const source of sources) await readSource(agent, source, host, detail, sinkInto(collected))
  const deduper = new Deduper()
  for (const entry of collected.entries) deduper.add(entry)
  const { entries, merged } = deduper.resolve()
  const { items, notes, diagnostics } = collected
  return { roots, sources, entries: inOrder(entries), merged, items, notes, codes: codesOf(diagnostics) }
}
