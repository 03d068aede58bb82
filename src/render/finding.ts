/** The words of advice: what it is, what to do and where, what has to hold for the saving. */
import type { Assumption, Evidence, Finding, FindingCode } from '../core/finding.ts'
import { clean, counted, modelName, usd } from './format.ts'
import { itemText } from './why-words.ts'

interface Words {
  /** A sentence of what was found. */
  readonly what: (finding: Finding) => string
  /** What to change, and where. */
  readonly remedy: (finding: Finding) => string
  /** What `count` counts in a piece of evidence. */
  readonly counts?: (count: number) => string
}

const text = ({ args }: Finding, name: string): string => clean(String(args[name] ?? ''))

const times = ({ args }: Finding, one: string, many: string): string => counted(Number(args.cases ?? 0), one, many)

const sessions = ({ args }: Finding): string => counted(Number(args.sessions ?? 0), 'session', 'sessions')

const words: Readonly<Record<FindingCode, Words>> = {
  'long-sessions': {
    what: f => `${times(f, 'session', 'sessions')} carried what came before into everything after.`,
    remedy: () => 'Begin a new session (/clear) when the subject changes; let a file keep what must be known.',
    counts: n => `clear after turn ${n}`,
  },
  'repeated-reads': {
    what: f =>
      `Files were read again ${times(f, 'time', 'times')} while the same text was still in the context (${sessions(f)}).`,
    remedy: () => 'In the memory file: do not read a file again that has not changed; read the lines that are needed.',
  },
  'huge-results': {
    what: f =>
      `${times(f, 'large result', 'large results')} of tools went along with many later calls (${sessions(f)}).`,
    remedy: () =>
      "Cut output at the command (head, grep, --quiet), read parts of files, or lower the agent's limit on output.",
    counts: n => `carried through ${counted(n, 'call', 'calls')}`,
  },
  'idle-gaps': {
    what: f =>
      `After ${times(f, 'pause', 'pauses')} the cache was gone and the context was written again (${sessions(f)}).`,
    remedy: () =>
      'Finish before a break, or start anew after it; where the agent offers it, use the cache that lives an hour.',
    counts: n => `a pause of ${counted(n, 'minute', 'minutes')}`,
  },
  'model-switches': {
    what: f =>
      `${times(f, 'switch', 'switches')} of model in mid-session had the context written again (${sessions(f)}).`,
    remedy: () => 'Choose the model before the session; leave a side task to a sub-agent with a model of its own.',
  },
  'prefix-changes': {
    what: f => `Something near the beginning of the prompt changed ${times(f, 'time', 'times')} (${sessions(f)}).`,
    remedy: () =>
      'Do not edit memory files, tools or MCP servers during a session; keep times and counters out of them.',
  },
  'subagent-rereads': {
    what: f =>
      `Sub-agents read ${times(f, 'file', 'files')} that stood in the context which started them (${sessions(f)}).`,
    remedy: () => 'Give the sub-agent the lines it needs in its task, or let the main thread do what it already knows.',
  },
  'unused-mcp': {
    what: f => `The MCP server ${text(f, 'server')} was offered with every call and never used (${sessions(f)}).`,
    remedy: f => `Switch ${text(f, 'server')} off in the agent's MCP settings where it is not needed.`,
    counts: n => `in ${counted(n, 'call', 'calls')}`,
  },
  'memory-files': {
    what: f => `Large memory files went along with every call (${sessions(f)}).`,
    remedy: () => 'Shorten the memory file; move what is seldom needed into files that are read when they are.',
    counts: n => `in ${counted(n, 'call', 'calls')}`,
  },
  'failing-tools': {
    what: f => `${times(f, 'call', 'calls')} of tools failed (${sessions(f)}).`,
    remedy: () => 'Write the commands that work into the memory file; mend what fails every time.',
  },
  'light-turns': {
    what: f => `${times(f, 'light turn', 'light turns')} ran on an expensive model (${sessions(f)}).`,
    remedy: f => `Ask such questions of ${modelName(text(f, 'model'))}, in a session of their own.`,
    counts: n => counted(n, 'call', 'calls'),
  },
  'thinking-share': {
    what: f => `Thinking is ${text(f, 'percent')}% of what answers cost (${sessions(f)}).`,
    remedy: () => "Lower the effort in the agent's settings for plain work, and raise it where it pays.",
    counts: n => `in ${counted(n, 'call', 'calls')}`,
  },
}

const assumptions: Readonly<Record<Assumption, string>> = {
  'nothing-before-needed': 'nothing from before was needed again; the low figure keeps files that were touched again',
  'never-needed': 'it was of no use; the low figure counts the sure cases alone',
  'beginning-suffices': 'the first 1,000 tokens had done; 4,000 for the low figure',
  'kept-warm': 'the answer had come in time; the low figure pays for keeping the cache warm',
  'same-tokens': 'the same tokens at the lighter price; the low figure takes half as many tokens more',
  'less-of-it': 'half of it could be done without; a fifth for the low figure',
}

export const findingText = (finding: Finding): string => words[finding.code].what(finding)
export const remedyText = (finding: Finding): string => words[finding.code].remedy(finding)
export const assumptionText = ({ code, assumption }: Finding): string =>
  code === 'unused-mcp' ? 'none of its tools was needed: what they cost in these calls' : assumptions[assumption]

export const evidenceText = ({ code }: Finding, { what, count, session, project, cost }: Evidence): string =>
  [
    usd(cost),
    ...[words[code].counts?.(count) ?? ''].filter(part => part !== ''),
    ...(project === undefined ? [] : [clean(project)]),
    ...(session === undefined ? [] : [`session ${clean(session).slice(0, 12)}`]),
    ...(what === undefined ? [] : [itemText(what)]),
  ].join(' · ')

/** `$4.10 a week on 2026-11-01, $2.05 now`. */
export const trendText = ({ trend }: Finding): string | undefined => {
  if (trend === undefined) return undefined
  const { since, before, now } = trend
  const change = before === 0 ? 1 : Math.abs(now - before) / before
  const way = change < 0.1 ? 'unchanged' : now < before ? 'it fell' : 'it rose'
  return `since ${since} ${way}: ${usd(before)} a week then, ${usd(now)} now`
}
