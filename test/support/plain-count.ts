/** Counts a well-behaved home the plain way, to hold the program's totals against: whole lines parsed, one response per message id. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface PlainCount {
  inputTokens: number
  outputTokens: number
  cacheCreationTokens: number
  cacheReadTokens: number
  entries: number
}

interface Line {
  readonly type?: string
  readonly timestamp: string
  readonly message?: { readonly id: string; readonly model: string; readonly usage?: Readonly<Record<string, number>> }
}

const linesOf = (home: string): Line[] => {
  const projects = join(home, '.claude/projects')
  const files = readdirSync(projects, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.jsonl'))
  return files.flatMap(path => {
    const text = readFileSync(join(projects, path), 'utf8').trimEnd()
    return text.split('\n').map((line): Line => JSON.parse(line))
  })
}

/** Totals of a home, of one UTC day of it where `day` is given. All lines of a response must agree on its usage. */
export const plainCount = (home: string, day?: string): PlainCount => {
  const responses = new Map<string, Line>()
  for (const line of linesOf(home))
    if (line.message?.usage && !responses.has(line.message.id)) responses.set(line.message.id, line)
  const total = { inputTokens: 0, outputTokens: 0, cacheCreationTokens: 0, cacheReadTokens: 0, entries: 0 }
  for (const { timestamp, message } of responses.values()) {
    if (day !== undefined && !timestamp.startsWith(day)) continue
    const usage = message?.usage ?? {}
    total.inputTokens += usage.input_tokens ?? 0
    total.outputTokens += usage.output_tokens ?? 0
    total.cacheCreationTokens += usage.cache_creation_input_tokens ?? 0
    total.cacheReadTokens += usage.cache_read_input_tokens ?? 0
    total.entries++
  }
  return total
}
