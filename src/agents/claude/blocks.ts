/** Walks the content of a message block by block, on its bytes: where each member stands, and how large what it holds is. */
import { keyIs, skipSpace, skipString, skipValue, skipWholeString, textAt } from '../../skim/json-bytes.ts'
import { imageTokensOf, type Measure } from './measure.ts'

/** Where a value stands in the line; `end` is 0 for one that is not there. */
export class Span {
  start = 0
  end = 0
}

const names = [
  'type',
  'text',
  'thinking',
  'id',
  'name',
  'input',
  'tool_use_id',
  'content',
  'is_error',
  'source',
  'data',
] as const

type Name = (typeof names)[number]

/** The block walked last; spans of blocks inside blocks need another one. */
export class Block {
  readonly spans: Readonly<Record<Name, Span>> = {
    type: new Span(),
    text: new Span(),
    thinking: new Span(),
    id: new Span(),
    name: new Span(),
    input: new Span(),
    tool_use_id: new Span(),
    content: new Span(),
    is_error: new Span(),
    source: new Span(),
    data: new Span(),
  }

  /** From the `{` at `p` to behind its `}`; -1 where the bytes are no JSON. */
  read(b: Buffer, p: number): number {
    for (const name of names) this.spans[name].end = 0
    p++
    for (;;) {
      p = skipSpace(b, p)
      const c = b[p]
      if (c === 44) p++
      else if (c === 125) return p + 1
      else {
        if (c !== 34) return -1
        const keyEnd = skipString(b, p + 1)
        if (keyEnd < 0) return -1
        const start = skipSpace(b, skipSpace(b, keyEnd) + 1)
        // The line was walked before: its strings are whole.
        const end = b[start] === 34 ? skipWholeString(b, start + 1) : skipValue(b, start)
        if (end < 0) return -1
        const name = names.find(candidate => keyIs(b, p, keyEnd, candidate))
        if (name !== undefined) {
          this.spans[name].start = start
          this.spans[name].end = end
        }
        p = end
      }
    }
  }

  is(b: Buffer, type: string): boolean {
    const { start, end } = this.spans.type
    return end !== 0 && keyIs(b, start, end, type)
  }

  text(b: Buffer, name: Name): string | undefined {
    const { start, end } = this.spans[name]
    return end !== 0 && b[start] === 34 ? textAt(b, start, end) || undefined : undefined
  }
}

/** Calls `visit` for each object of the array at `p`, which `block` was read from; how many there were. */
export const eachBlock = (b: Buffer, p: number, block: Block, visit: (n: number) => void): number => {
  let n = 0
  if (b[p] !== 91) return 0
  p++
  for (;;) {
    p = skipSpace(b, p)
    const c = b[p]
    if (c === 44) p++
    else if (c === 123) {
      p = block.read(b, p)
      if (p < 0) return n
      visit(n++)
    } else if (c === 93 || c === undefined) return n
    else p = skipValue(b, p)
    if (p < 0) return n
  }
}

const inner = new Block()

/** Adds what a reader would be sent of a text, or of an array of blocks, at `start`. */
export const addContent = (to: Measure, b: Buffer, start: number, end: number): void => {
  if (b[start] === 34) to.string(b, start + 1, end - 1)
  else eachBlock(b, start, inner, () => addBlock(to, b, inner))
}

/** Adds a text, a picture or a document. */
export const addBlock = (to: Measure, b: Buffer, block: Block): void => {
  const { text, source } = block.spans
  if (text.end !== 0 && b[text.start] === 34) to.string(b, text.start + 1, text.end - 1)
  else if (source.end !== 0 && b[source.start] === 123) {
    const picture = new Block()
    picture.read(b, source.start)
    const { start, end } = picture.spans.data
    if (end !== 0) to.imageTokens += imageTokensOf(b, start + 1, end - 1)
  }
}
