import type { Row } from '../../host/host.ts'

/** Titles are for a table's cell; no prompt is carried about whole. */
export const TITLE_LENGTH = 200

/** Characters to a token, where nothing better is known than how long a text is. */
export const CHARACTERS_PER_TOKEN = 4

/** What a column holds as text; Cursor writes JSON as text or as bytes. */
export const valueText = (value: Row[string] | undefined): string | undefined =>
  typeof value === 'string' ? value : value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : undefined
