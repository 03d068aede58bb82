/** What a thread says once, for all of its responses. */
import type { EntryFacts, LogSource } from '../../core/entry.ts'
import { type JsonObject, listOf, objectOf, textOf, timeOf } from '../json.ts'

export const THREAD_FILE = '.json'

export interface About {
  readonly id: string
  readonly createdAt: number | undefined
  /** A fork: the thread whose first messages it copied, and the index of the last of them. */
  readonly origin: string | undefined
  readonly lastCopied: number
  /** The models that the thread is tagged with. */
  readonly models: readonly string[]
  readonly facts: Omit<EntryFacts, 'at' | 'tokens'>
}

export const aboutThread = (record: JsonObject, source: LogSource): About => {
  const id = textOf(record.id) ?? source.session ?? ''
  const main = textOf(record.mainThreadID)
  const isSidechain = main !== undefined && main !== id
  const first = objectOf(objectOf(record.env)?.initial)
  const tree = objectOf(listOf(first?.trees)[0])
  const repository = objectOf(tree?.repository)
  const cwd = pathOf(textOf(tree?.uri))
  const lastCopied = record.forkPointIndex
  return {
    id,
    createdAt: timeOf(record.created),
    origin: textOf(record.originThreadID),
    lastCopied: typeof lastCopied === 'number' ? lastCopied : -1,
    models: listOf(first?.tags).flatMap(tag => (typeof tag === 'string' && /^model:./.test(tag) ? [tag.slice(6)] : [])),
    facts: {
      agent: source.agent,
      session: isSidechain ? main : id,
      isSidechain,
      subagent: isSidechain ? id : undefined,
      project: cwd ?? textOf(repository?.url) ?? textOf(tree?.displayName),
      cwd,
      branch: textOf(repository?.ref)?.replace(/^refs\/heads\//, ''),
      version: textOf(objectOf(first?.platform)?.clientVersion),
    },
  }
}

/** The path in `file:///home/dev/app` or `file:///c%3A/app`. */
const pathOf = (uri: string | undefined): string | undefined => {
  const encoded = uri === undefined ? undefined : /^file:\/\/[^/]*(\/.*)$/.exec(uri)?.[1]
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded).replace(/^\/([a-zA-Z]:)/, '$1')
  } catch {
    return encoded // a lone percent sign: taken as it stands
  }
}

export const isThreadId = (text: string): boolean => /^T-[\w-]+$/.test(text)

/** Amp fills `usage` otherwise for Claude than for every other model. */
export const isClaude = (model: string | undefined): boolean => model?.toLowerCase().includes('claude') ?? false
