/**
 * Cursor keeps conversations in SQLite (`<User>/globalStorage/state.vscdb`: `composerData:<id>`, `bubbleId:<composer>:<bubble>`), its
 * command line in transcripts (`~/.cursor/projects/<slug>/agent-transcripts/<id>/<id>.jsonl`) beside `~/.cursor/chats/<hash>/<id>`.
 * None of it holds what was billed: older builds wrote the tokens of a turn's last request on its last bubble, current ones write
 * `{0,0}`. So counts here are lower bounds, and sizes of texts are estimates, marked as such. Closed source, undocumented; versions
 * cannot be told. Format notes: formats/cursor.md.
 */
import { type Agent, databaseReader, lineReader } from '../define.ts'
import { readDatabase } from './database.ts'
import { AGENT_ID, discover, ROOT_VARIABLE } from './roots.ts'
import { finishTranscript, readTranscriptLine, startTranscript, type TranscriptState } from './transcript.ts'

const cursor: Agent = {
  id: AGENT_ID,
  name: 'Cursor',
  version: 1,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'most tokens: only older builds wrote any, of one request per turn; the dashboard’s export alone is exact',
    'cached tokens: they are inside the input where there is one',
    'cost, but for what very old builds wrote per conversation',
    'which model “Auto” chose; the model of command line sessions',
    'turns of old command line transcripts, which carry no time, and their .txt files',
  ],
  discover,
  lines: lineReader<TranscriptState>({
    start: startTranscript,
    line: readTranscriptLine,
    finish: finishTranscript,
    skips: () => false,
  }),
  database: databaseReader({ read: readDatabase }),
}

export default cursor
