/**
 * Edits JSON with comments where it stands: nothing but what is added or removed changes a byte. The parser's own edits reformat what is
 * around them, and a removal does not undo an insertion.
 */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { UserError } from '../core/errors.ts'
import { endingOf } from './change.ts'

export type { Node }

/** The object that a settings file is; `name` says in errors which file. */
export const parseObject = (text: string, name: string): Node => {
  const errors: ParseError[] = []
  // A byte order mark is no part of JSON; the offsets have to stay.
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true })
  const [first] = errors
  if (first)
    throw new UserError(`${name}:${placeOf(text, first.offset)}: not valid JSON, ${words(first)}. Nothing was changed.`)
  if (root?.type !== 'object')
    throw new UserError(`${name} holds JSON, but not an object, so there are no settings in it. Nothing was changed.`)
  return root
}

const placeOf = (text: string, offset: number): string => {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/)
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`
}

const words = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/ expected$/, ' is expected')

/** The value of a key; of one that is there twice the last, which is the one that counts. */
export const valueAt = (object: Node, key: string): Node | undefined => propertyOf(object, key)?.children?.[1]

/** The key with its value. */
export const propertyOf = (object: Node, key: string): Node | undefined =>
  object.type === 'object' ? object.children?.findLast(child => child.children?.[0]?.value === key) : undefined

export const textOf = (text: string, node: Node): string => text.slice(node.offset, endOf(node))

const endOf = (node: Node): number => node.offset + node.length

const childrenOf = (container: Node): readonly Node[] => container.children ?? []

/** Whether a container has its children on lines of their own; an empty one has them as what it lies in. */
const isOnLines = (text: string, container: Node): boolean => {
  if (/[\r\n]/.test(textOf(text, container))) return true
  const outer = container.parent?.type === 'property' ? container.parent.parent : container.parent
  return childrenOf(container).length === 0 && (outer === undefined || isOnLines(text, outer))
}

const indentOf = (text: string, offset: number): string =>
  /(?:^|[\r\n])\uFEFF?([ \t]*)[^\r\n]*$/.exec(text.slice(0, offset))?.[1] ?? ''

const startsLine = (text: string, offset: number): boolean => /[\r\n][ \t]*$/.test(text.slice(0, offset))

/** One step of indentation: as the file's first setting has it. */
const stepOf = (text: string, container: Node): string => {
  if (container.parent) return stepOf(text, container.parent)
  const first = childrenOf(container).find(child => startsLine(text, child.offset))
  const indent = first === undefined ? '' : indentOf(text, first.offset)
  const outer = indentOf(text, container.offset)
  return (indent.startsWith(outer) ? indent.slice(outer.length) : indent) || '  '
}

interface Gap {
  /** Where the comma is; undefined where there is none. */
  readonly comma: number | undefined
  /** Behind the last comment or comma; where nothing but white space follows. */
  readonly end: number
}

/** What lies between two offsets, where there are no values. */
const gapOf = (text: string, from: number, to: number): Gap => {
  let comma: number | undefined
  let end = from
  for (const match of text.slice(from, to).matchAll(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|,/g)) {
    if (match[0] === ',') comma ??= from + match.index
    end = from + match.index + match[0].length
  }
  return { comma, end }
}

const insert = (text: string, offset: number, what: string): string => text.slice(0, offset) + what + text.slice(offset)

export const replaceNode = (text: string, node: Node, by: string): string =>
  text.slice(0, node.offset) + by + text.slice(endOf(node))

const textFor = (text: string, container: Node, value: unknown, indent: string): string => {
  if (!isOnLines(text, container)) return JSON.stringify(value)
  return JSON.stringify(value, null, stepOf(text, container)).replaceAll('\n', endingOf(text) + indent)
}

/** Puts a value in the place of another, laid out as its surroundings are. */
export const setValue = (text: string, property: Node, value: unknown): string => {
  const [, old] = childrenOf(property)
  const object = property.parent
  if (!old || !object) return text
  return replaceNode(text, old, textFor(text, object, value, indentOf(text, property.offset)))
}

export const addProperty = (text: string, object: Node, key: string, value: unknown): string =>
  addChild(text, object, indent => `${JSON.stringify(key)}: ${textFor(text, object, value, indent)}`)

export const addElement = (text: string, array: Node, value: unknown): string =>
  addChild(text, array, indent => textFor(text, array, value, indent))

/** Behind the last child and the comments after it; with a comma behind it if that is how the file has it. */
const addChild = (text: string, container: Node, write: (indent: string) => string): string => {
  const last = childrenOf(container).at(-1)
  const close = endOf(container) - 1
  const { comma, end } = gapOf(text, last ? endOf(last) : container.offset + 1, close)
  const outer = indentOf(text, container.offset)
  const isLines = isOnLines(text, container)
  const indent = last && startsLine(text, last.offset) ? indentOf(text, last.offset) : outer + stepOf(text, container)
  const lead = isLines ? endingOf(text) + indent : last ? ' ' : ''
  const isClosed = !isLines || last !== undefined || /[\r\n]/.test(text.slice(end, close))
  const trail = (comma === undefined ? '' : ',') + (isClosed ? '' : endingOf(text) + outer)
  const added = insert(text, end, lead + write(indent) + trail)
  return last && comma === undefined ? insert(added, endOf(last), ',') : added
}

/** Takes a child out, and with it what `addProperty` and `addElement` put around it. */
export const removeChild = (text: string, child: Node): string => {
  const container = child.parent
  if (!container) return text
  const children = childrenOf(container)
  const at = children.indexOf(child)
  const before = children[at - 1]
  const after = children[at + 1]
  const ahead = gapOf(text, before ? endOf(before) : container.offset + 1, child.offset)
  const behind = gapOf(text, endOf(child), after ? after.offset : endOf(container) - 1)
  const to = behind.comma === undefined ? endOf(child) : behind.comma + 1
  const rest = text.slice(0, ahead.end) + text.slice(to)
  if (before && !after && behind.comma === undefined && ahead.comma !== undefined)
    return rest.slice(0, ahead.comma) + rest.slice(ahead.comma + 1)
  const inner = rest.slice(container.offset + 1, endOf(container) - 1 - (to - ahead.end))
  return children.length === 1 && inner.trim() === ''
    ? rest.slice(0, container.offset + 1) + rest.slice(container.offset + 1 + inner.length)
    : rest
}
