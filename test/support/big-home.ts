/** Writes a home of a wanted size with exact totals known: long tool results, responses over two lines, copies in a second session. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlainCount } from './plain-count.ts'
import { jsonl, response, userLine } from './transcript.ts'

const FILES = 12
const RESPONSES = 40
const DAY_MS = 86_400_000

/** A generator of numbers below `most` that are the same in every run. */
const numbers = (seed: number) => {
  let state = seed
  return (most: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % most
  }
}

/** `megabytes` of transcripts in `home`; the totals of a correct reader. */
export const writeBigHome = (home: string, megabytes: number): PlainCount => {
  const totals: PlainCount = { inputTokens: 0, outputTokens: 0, cacheCreationTokens: 0, cacheReadTokens: 0, entries: 0 }
  const pick = numbers(7)
  const fillers = (megabytes * 1e6) / (FILES * RESPONSES)
  const decoy = '{\\"usage\\":{\\"input_tokens\\":999999,\\"output_tokens\\":999999}} é \\ud83d '
  for (let file = 0; file < FILES; file++) {
    const session = `session-${file}`
    const cwd = `/home/dev/project-${file % 3}`
    const lines: string[] = []
    const copies: string[] = []
    for (let i = 0; i < RESPONSES; i++) {
      const at = (ms: number) => new Date(Date.UTC(2026, 8, 1) + (file * 5 + i / 20) * DAY_MS + ms).toISOString()
      const [input, output, creation, read] = [pick(40), 11 + pick(3000), pick(9000), pick(120_000)] as const
      const parts = {
        id: `m${file}-${i}`,
        request: `r${file}-${i}`,
        session,
        cwd,
        input,
        creation,
        read,
        model: i % 5 ? 'claude-opus-5-5' : 'claude-haiku-5-5',
      }
      const first = jsonl(response({ ...parts, at: at(1000), output: 3, stop: null }))
      const last = jsonl(response({ ...parts, at: at(2000), output }))
      lines.push(jsonl(userLine('go on', { sessionId: session, timestamp: at(0), cwd })), first, last)
      const size = Math.max(1, Math.round(fillers / decoy.length))
      lines.push(
        `{"type":"user","sessionId":"${session}","timestamp":"${at(3000)}","message":{"role":"user","content":[{"type":"tool_result","content":"${decoy.repeat(size)}"}]}}\n`,
      )
      if (i % 8 === 0) copies.push(last.replaceAll(session, `${session}-resumed`))
      totals.inputTokens += input
      totals.outputTokens += output
      totals.cacheCreationTokens += creation
      totals.cacheReadTokens += read
      totals.entries++
    }
    const folder = join(home, '.claude/projects', cwd.replaceAll('/', '-'))
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${session}.jsonl`), lines.join(''))
    writeFileSync(join(folder, `${session}-resumed.jsonl`), copies.join(''))
  }
  return totals
}
