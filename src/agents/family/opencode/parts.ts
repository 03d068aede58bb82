/** The tool calls among a message's parts. */
import { type JsonObject, objectOf, textOf } from '../../json.ts'

/** `id name` of each call, each once. `tool-invocation` is what 0.1 and 0.2 wrote. */
export const toolsOf = (parts: readonly JsonObject[]): string[] => [
  ...new Set(parts.flatMap(part => callOf(part) ?? [])),
]

const callOf = (part: JsonObject): string | undefined => {
  const old = part.type === 'tool-invocation' ? objectOf(part.toolInvocation) : undefined
  if (old) return toolCall(old.toolCallId, old.toolName)
  return part.type === 'tool' ? toolCall(part.callID, part.tool) : undefined
}

/** As entries name a call; undefined where it has no name. */
export const toolCall = (id: unknown, name: unknown): string | undefined =>
  textOf(name) === undefined ? undefined : `${textOf(id) ?? ''} ${name}`
