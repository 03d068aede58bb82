/** The content blocks of a response: which tools it called, and how much of it a reader would see. Never the text itself. */
import { keyIs, skipSpace, skipString, skipValue, textAt } from '../../skim/json-bytes.ts'

export interface Content {
  /** `id name` of each tool call. */
  readonly tools: readonly string[]
  /** Bytes of text, thinking and tool arguments, framing and signatures left out. */
  readonly visibleLength: number
}

const nothing: Content = { tools: [], visibleLength: 0 }

/** Content longer than this is visibly longer than any placeholder count, whatever of it is framing. */
const CLEARLY_LONG = 300

/** Bytes that a block's framing takes, with room. */
const FRAMING = 120

const THINKING = Buffer.from('[{"type":"thinking"')
const SIGNATURE = Buffer.from('"signature":"')

const startsWith = (b: Buffer, p: number, head: Buffer): boolean => {
  for (let i = 0; i < head.length; i++) if (b[p + i] !== head[i]) return false
  return true
}

/** A quick lower bound of `visibleLength` for content that is clearly long; undefined where it must be read. */
export const longVisibleLength = (b: Buffer, p: number, end: number): number | undefined => {
  if (end - p < CLEARLY_LONG || b[p] !== 91) return undefined
  // A thinking block ends with its signature, which can be longer than its text.
  const signature = startsWith(b, p, THINKING) ? b.subarray(p, end).indexOf(SIGNATURE) : -1
  const length = (signature >= 0 ? signature : end - p) - FRAMING
  return length > FRAMING ? length : undefined
}

/** Reads the array (or, in very old logs, the string) at `p`, already known to be well-formed. */
export const readContent = (b: Buffer, p: number, end: number): Content => {
  if (b[p] === 34) return { tools: [], visibleLength: end - p - 2 }
  if (b[p] !== 91) return nothing
  const tools: string[] = []
  let visibleLength = 0
  p++
  for (;;) {
    p = skipSpace(b, p)
    const c = b[p]
    if (c === 44) p++
    else if (c === 123) {
      p = readBlock(b, p)
      visibleLength += block.visible
      if (block.nameEnd > 0) tools.push(toolOf(b))
    } else if (c === 93 || c === undefined) return { tools, visibleLength }
    else p = skipValue(b, p)
    if (p < 0) return nothing
  }
}

const toolOf = (b: Buffer): string => {
  const id = block.idEnd > 0 ? (textAt(b, block.id, block.idEnd) ?? '') : ''
  return `${id} ${textAt(b, block.name, block.nameEnd) ?? ''}`
}

const block = { id: 0, idEnd: 0, name: 0, nameEnd: 0, visible: 0 }

const readBlock = (b: Buffer, p: number): number => {
  block.idEnd = block.nameEnd = block.visible = 0
  p++
  for (;;) {
    p = skipSpace(b, p)
    const c = b[p]
    if (c === 44) p++
    else if (c === 125) return p + 1
    else {
      const keyEnd = skipString(b, p + 1)
      const start = skipSpace(b, skipSpace(b, keyEnd) + 1)
      const end = skipValue(b, start)
      if (end < 0) return -1
      noteMember(b, p, keyEnd, start, end)
      p = end
    }
  }
}

const noteMember = (b: Buffer, key: number, keyEnd: number, start: number, end: number): void => {
  const isText = b[start] === 34
  if (keyIs(b, key, keyEnd, 'id') && isText) {
    block.id = start
    block.idEnd = end
  } else if (keyIs(b, key, keyEnd, 'name') && isText) {
    block.name = start
    block.nameEnd = end
    block.visible += end - start - 2
  } else if (keyIs(b, key, keyEnd, 'text') || keyIs(b, key, keyEnd, 'thinking'))
    block.visible += isText ? end - start - 2 : 0
  else if (keyIs(b, key, keyEnd, 'input')) block.visible += end - start
}
