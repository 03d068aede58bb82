/**
 * Droid keeps a transcript per session below `~/.factory/sessions`, without any counts, and beside it settings with the session's totals,
 * rewritten after each call (seen in 0.225.2; the same in 0.26 and later). Input excludes cached tokens, output includes the thinking.
 * Sub-agents are sessions of their own. Format notes: formats/droid.md, formats/OBSERVED.md §11.
 */
import type { Agent } from '../define.ts'
import { readSession } from './document.ts'
import { AGENT_ID, discover, ROOT_VARIABLE } from './roots.ts'

const droid: Agent = {
  id: AGENT_ID,
  name: 'Droid',
  version: 1,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'Only totals of a session are logged: they are shared out over its answers, so within a session single calls are approximate.',
    'Sessions that were interrupted before their first answer have zeros; some versions (0.56) wrote no totals at all.',
    'One-hour cache writes are not told from five-minute ones; thinking is Droid’s own estimate.',
  ],
  discover,
  document: { read: readSession },
}

export default droid
