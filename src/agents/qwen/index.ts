/**
 * Qwen Code, once a fork of Gemini CLI, keeps one JSONL file per session under `~/.qwen/projects/<project>/chats` (seen in 0.24),
 * before that Gemini's documents under `~/.qwen/tmp`. Prompts include what was cached, outputs include thoughts.
 * Format notes: formats/qwen.md, formats/OBSERVED.md §7.
 */
import { type Agent, lineReader, type Sidecar } from '../define.ts'
import { readChat } from '../family/gemini-chat.ts'
import { parseObject, textOf } from '../json.ts'
import { readLine } from './line.ts'
import { AGENT_ID, discover, ROOT_VARIABLE, SESSIONS } from './roots.ts'
import { readSessions } from './sessions.ts'
import { type QwenState, startState } from './state.ts'

const qwen: Agent = {
  id: AGENT_ID,
  name: 'Qwen Code',
  version: 1,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'Titles and suggestions of the terminal are only in a total by session (usage_record.jsonl), not call by call.',
    'Cache writes are not told apart from other input; thinking is in some cases an estimate of the agent’s own.',
    'No cost: which calls were free is not logged. Interrupted answers are not logged.',
  ],
  discover,
  lines: lineReader<QwenState>({
    start: startState,
    line: readLine,
    skips: () => false,
  }),
  document: {
    read(text, source, detail, sink, files) {
      if (source.part === SESSIONS) readSessions(text, source, sink, files)
      else readChat(text, source, detail, sink)
    },
  },
  sidecar(host, source): Sidecar | undefined {
    if (source.subagent === undefined) return undefined
    const meta = parseObject(host.readText(source.path.replace(/\.jsonl$/, '.meta.json')) ?? '') ?? {}
    return { type: textOf(meta.agentType), description: textOf(meta.description) }
  },
}

export default qwen
