/** A marked block at the end of a text of lines: what lies between the marks is ours, and all else the user's. */
import { UserError } from '../core/errors.ts'
import { endingOf } from './change.ts'

const BEGIN = '# >>> tokusage >>>'
const END = '# <<< tokusage <<<'

interface Place {
  /** Of the first character of the first mark. */
  readonly from: number
  /** Behind the last character of the last mark. */
  readonly to: number
}

/** Where our block is; undefined where there is none. `name` says in errors which file. */
const find = (text: string, name: string): Place | undefined => {
  const marks = [...text.matchAll(/^[ \t]*(# >>> tokusage >>>|# <<< tokusage <<<)[ \t]*$/gm)]
  const [begin, end, ...rest] = marks
  if (!begin) return undefined
  if (begin[1] !== BEGIN || end?.[1] !== END || rest.length > 0) {
    const line = text.slice(0, begin.index).split(/\r\n|\r|\n/).length
    throw new UserError(
      `${name}:${line}: the marks '${BEGIN}' and '${END}' do not pair up. Mend or remove them. Nothing was changed.`,
    )
  }
  return { from: begin.index, to: end.index + end[0].length }
}

/** Whether there is anything of ours, in pairs or not. */
export const hasBlock = (text: string): boolean => text.includes(BEGIN)

/** The text outside our block. */
export const outside = (text: string, name: string): string => {
  const place = find(text, name)
  return place ? text.slice(0, place.from) + text.slice(place.to) : text
}

/** With our block: in its place if there is one, else at the end. A text without a last line ending gets none. */
export const withBlock = (text: string | undefined, lines: readonly string[], name: string): string => {
  const ending = endingOf(text ?? '')
  const block = [BEGIN, ...lines, END].join(ending)
  if (text === undefined) return block + ending
  const place = find(text, name)
  if (place) return text.slice(0, place.from) + block + text.slice(place.to)
  if (/[\r\n]$/.test(text)) return text + block + ending
  return text === '' ? block : text + ending + block
}

/** Without our block: exactly what `withBlock` was given, if nobody touched it. */
export const withoutBlock = (text: string, name: string): string => {
  const place = find(text, name)
  if (!place) return text
  const before = text.slice(0, place.from)
  const after = text.slice(place.to)
  // At the very end, the line ending before the block came with it; elsewhere the one behind it did.
  return after === '' ? before.replace(/(?:\r\n|\r|\n)$/, '') : before + after.replace(/^(?:\r\n|\r|\n)/, '')
}
