/** One thread: its ledger's events and its messages' usage, each response once (formats/amp.md §4). */
import { dirname, join } from 'node:path'
import { entryOf, type LogSource } from '../../core/entry.ts'
import { totalTokens } from '../../core/tokens.ts'
import type { Detail, Files, Sink } from '../define.ts'
import { Figures, listOf, objectOf, parseObject } from '../json.ts'
import { type About, aboutThread, isClaude, isThreadId, THREAD_FILE } from './about.ts'
import { emitItems } from './items.ts'
import { type LedgerEvent, matchEvents, readEvents } from './ledger.ts'
import { messageEntry, type Response, readMessages, responsesOf, tokensOf } from './message.ts'
import { emitTitles } from './titles.ts'

/** See `DocumentReader.read`. */
export const readThread = (text: string, source: LogSource, detail: Detail, sink: Sink, files: Files): void => {
  const record = parseObject(text)
  const ledger = objectOf(record?.usageLedger)
  if (!record || (!Array.isArray(record.messages) && !ledger)) {
    sink.diagnostic(record ? 'unknown-record' : 'bad-line')
    return
  }
  const about = aboutThread(record, source)
  const messages = readMessages(listOf(record.messages), about, sink)
  const responses = responsesOf(messages, about, detail, sink)
  const events = readEvents(listOf(ledger?.events), about, sink)
  const matched = matchEvents(events, responses)
  for (const event of events) emitEvent(event, matched.get(event), about, source, sink, files)
  const counted = new Set(matched.values())
  const areCopiesCounted = about.origin !== undefined && hasLedger(files, source, about.origin)
  for (const response of responses) {
    if (counted.has(response) || (response.isCopy && areCopiesCounted)) continue
    if (totalTokens(response.tokens) === 0 && response.credits === undefined) continue
    const entry = messageEntry(response, about)
    if (entry) sink.entry(entry)
    else sink.diagnostic('no-timestamp')
  }
  emitTitles(record, messages, about, sink)
  if (detail === 'items') emitItems(messages, responses, matched, about, sink)
}

/** A fork copies messages, not the ledger: where its origin has one, that counts what was copied. */
const hasLedger = (files: Files, source: LogSource, origin: string): boolean =>
  isThreadId(origin) && /"usageLedger"\s*:\s*\{/.test(files.readText(besides(source, origin)) ?? '')

const besides = (source: LogSource, thread: string): string => join(dirname(source.path), thread + THREAD_FILE)

/**
 * Only an `inference` event stands for a message of this thread, and has its cache tokens; the others name the message that set
 * them off, whose cache is not theirs.
 */
const emitEvent = (
  event: LedgerEvent,
  response: Response | undefined,
  about: About,
  source: LogSource,
  sink: Sink,
  files: Files,
): void => {
  const { subagentThread: subagent, operation } = event
  if (operation === 'subagent' && subagent !== undefined && isThreadId(subagent)) {
    // Its own file says more, cache tokens above all.
    if (files.stat(besides(source, subagent))?.kind === 'file') return
  }
  const figures = new Figures()
  const model = event.model ?? response?.model
  const { cacheCreation, cacheRead } = response?.counts ?? { cacheCreation: 0, cacheRead: 0 }
  const tokens = tokensOf(model, { input: event.input, output: event.output, cacheCreation, cacheRead }, figures)
  if (figures.isBad) sink.diagnostic('bad-number')
  if (totalTokens(tokens) === 0 && event.credits === undefined) return
  const isHelper = operation !== 'inference'
  sink.entry(
    entryOf({
      ...about.facts,
      at: event.at,
      sourceAt: about.createdAt ?? event.at,
      model,
      tokens,
      quality: response
        ? undefined
        : // Other models’ prompts are in what Amp calls cache creation, which the ledger leaves out.
          { ...(isClaude(model) ? {} : { input: 'partial' }), cacheCreation: 'none', cacheRead: 'none' },
      messageId: event.id,
      credits: event.credits ?? response?.credits,
      isFinal: response?.isFinal ?? true,
      isPartial: response?.isPartial ?? false,
      visibleLength: response?.visibleLength ?? 0,
      tools: response?.tools ?? [],
      ...(isHelper ? { isSidechain: true, subagent: subagent ?? operation ?? about.facts.subagent } : {}),
    }),
  )
}
