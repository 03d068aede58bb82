/**
 * Claude Code keeps one JSONL file per session and per sub-agent under `~/.claude/projects` (seen in 0.2.126 to 2.1.330). One
 * response spans several lines, one per content block; usage is exclusive: input holds no cached tokens.
 * Format notes: formats/claude-code.md, formats/OBSERVED.md §2.
 */
import type { Host } from '../../host/host.ts'
import { type Agent, lineReader, type Retention, type Sidecar } from '../define.ts'
import { readLine, readLines, skipsLine } from './line.ts'
import { parseObject } from './parse-object.ts'
import { blockFor } from './record.ts'
import { finish } from './response.ts'
import { AGENT_ID, discover, ROOT_VARIABLE } from './roots.ts'
import { signals } from './signals.ts'
import { type ClaudeState, startState } from './state.ts'

/** Claude Code deletes transcripts after this many days unless its settings say otherwise. */
const DEFAULT_RETENTION_DAYS = 30

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const retention = (host: Host): Retention => {
  const path = `${host.env(ROOT_VARIABLE)?.split(',')[0] || host.home('.claude')}/settings.json`
  const days = parseObject(host.readText(path)).cleanupPeriodDays
  const isSet = typeof days === 'number' && days > 0
  return { days: isSet ? days : DEFAULT_RETENTION_DAYS, isDefault: !isSet, path, setting: 'cleanupPeriodDays' }
}

const claude: Agent = {
  id: AGENT_ID,
  name: 'Claude Code',
  version: 1,
  blockHours: 5,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'Side calls (titles, summaries, searches) are not in the transcript; --include-unlogged counts what its own totals say of them.',
    'Some versions leave the figure of the stream’s start as the output of a response for good: a lower bound.',
    'Old logs are deleted, after 30 days unless cleanupPeriodDays in its settings says otherwise: the history keeps what was read.',
  ],
  discover,
  lines: lineReader<ClaudeState>({
    start: (_source, detail) => startState(detail),
    line: readLine,
    run: readLines,
    finish,
    blockFor,
    skips: skipsLine,
  }),
  signals,
  sidecar(host, source): Sidecar | undefined {
    if (source.subagent === undefined) return undefined
    const meta = parseObject(host.readText(source.path.replace(/\.jsonl$/, '.meta.json')))
    return { type: text(meta.agentType), description: text(meta.description) }
  },
  retention,
}

export default claude
