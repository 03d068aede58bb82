/**
 * Pieces of context in Gemini's shapes: `parts` (text, thought, functionCall, functionResponse, inlineData), the same in every CLI
 * built on its code, and the `toolCalls` of its chat files, which hold call and result together.
 */
import { type ContextItem, type ItemTarget, noText, type TextSize } from '../../core/item.ts'
import { isObject, type JsonObject, listOf, objectOf, textOf } from '../json.ts'
import { addSizes, sizeOf, sizeOfImages, sizeOfJson } from '../text-size.ts'
import { targetOf } from '../tool-target.ts'

/** What all items of one record have in common. */
export type ItemFacts = Pick<ContextItem, 'agent' | 'session' | 'subagent' | 'at'>

/** A record's content as parts: a list of them, one alone, or a plain text. */
export const partsOf = (content: unknown): readonly JsonObject[] => {
  if (typeof content === 'string') return content === '' ? [] : [{ text: content }]
  return isObject(content)
    ? [content]
    : listOf(content)
        .map(part => (typeof part === 'string' ? { text: part } : part))
        .filter(isObject)
}

/** The text in parts, thoughts left out. */
export const visibleText = (parts: readonly JsonObject[]): string =>
  parts.flatMap(part => (part.thought === true ? [] : (textOf(part.text) ?? []))).join('')

/** `agent_name` names Gemini's sub-agents; its MCP tools are `mcp_<server>_<tool>` or `<server>__<tool>`, by version. */
const targetOfCall = (tool: string, args: JsonObject): ItemTarget | undefined => {
  const server = /^mcp_(?!_)([^_]+)_./.exec(tool)?.[1] ?? /^(?!mcp__)(.+?)__[^_]/.exec(tool)?.[1]
  if (server !== undefined) return { kind: 'mcp', name: server }
  const subagent = textOf(args.agent_name) ?? textOf(args.subagent_name)
  if (subagent !== undefined) return { kind: 'subagent', name: subagent }
  const address = /https?:\/\/([^/?#:\s]+)/i.exec(tool === 'web_fetch' ? (textOf(args.prompt) ?? '') : '')?.[1]
  return address === undefined ? targetOf(tool, args) : { kind: 'url', name: address }
}

/** `{id, name, args}`, as `functionCall` and `toolCalls` have it. */
export const callItem = (facts: ItemFacts, call: JsonObject, messageId: string | undefined): ContextItem => {
  const tool = textOf(call.name)
  return {
    ...facts,
    kind: 'tool-call',
    messageId,
    callId: textOf(call.id),
    tool,
    target: tool === undefined ? undefined : targetOfCall(tool, objectOf(call.args) ?? {}),
    size: sizeOfJson(call.args),
  }
}

const TITLE_LENGTH = 60

/** A prompt's first words; of what one model writes to another none. */
export const titleOf = (facts: ItemFacts, text: string): string | undefined =>
  facts.subagent === undefined
    ? text
        .trim()
        .slice(0, 4 * TITLE_LENGTH)
        .replace(/\s+/g, ' ')
        .slice(0, TITLE_LENGTH)
    : undefined

/** `{id, name, response}`: what a tool gave back; `about` is the call with what became of it, where the log has that. */
export const resultItem = (facts: ItemFacts, response: JsonObject, about: JsonObject = response): ContextItem => {
  const tool = textOf(about.name) ?? textOf(response.name)
  const args = objectOf(about.args)
  const given = objectOf(response.response) ?? {}
  const output = textOf(given.output) ?? textOf(given.error)
  return {
    ...facts,
    kind: 'tool-result',
    callId: textOf(about.id) ?? textOf(response.id),
    tool,
    target: tool === undefined || args === undefined ? undefined : targetOfCall(tool, args),
    size: output === undefined ? sizeOfJson(response.response) : sizeOf(output),
    isError: textOf(given.error) !== undefined || about.status === 'error' ? true : undefined,
    spawned: textOf(about.agentId),
  }
}

/** Pictures and files that stand in parts as data. */
export const attachedSize = (parts: readonly JsonObject[]): TextSize => {
  const images = parts.filter(part => isObject(part.inlineData) || isObject(part.fileData)).length
  return images === 0 ? noText : sizeOfImages(images)
}

/** The model's words and thoughts in parts, then its calls; of each kind nothing where there is nothing. */
export const modelItems = (
  facts: ItemFacts,
  parts: readonly JsonObject[],
  messageId: string | undefined,
): readonly ContextItem[] => {
  const thought = parts.filter(part => part.thought === true).map(part => sizeOf(textOf(part.text) ?? ''))
  const text = visibleText(parts)
  const calls = parts.map(part => part.functionCall).filter(isObject)
  return [
    ...(thought.length === 0
      ? []
      : [{ ...facts, kind: 'thinking' as const, messageId, size: thought.reduce(addSizes) }]),
    ...(text === '' ? [] : [{ ...facts, kind: 'text' as const, messageId, size: sizeOf(text) }]),
    ...calls.map(call => callItem(facts, call, messageId)),
  ]
}
