/** The agent's own small JSON files: settings, sub-agents' facts, what is known of a Cowork session. */

/** The object in `text`; an empty one where there is none: such files only add to what the logs say. */
export const parseObject = (text: string | undefined): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {} // the agent itself complains about a broken file of its own
  }
}
