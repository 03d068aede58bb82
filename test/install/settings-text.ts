/** Settings files of many shapes: indentation, line endings, comments, trailing commas, a byte order mark. */
import fc from 'fast-check'

export interface Shape {
  readonly value: object
  readonly text: string
}

const decorations = ['', '', '', '', ' // a "note", {', ' /* a } note */', '\n// a line of its own', '\n\n']

const otherKeys = fc.constantFrom('env', 'model', '__proto__', 'constructor', 'permissions', 'a "b"', 'größe', '')

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom({ A: '1' }, { allow: ['Bash(git:*)', '// no comment'], deny: [] }, [], {}, 'x\n// y', null),
)

const others = fc.array(fc.tuple(otherKeys, values), { maxLength: 4 })

/** One token on a line, then what people do to such a text. */
const lay = (
  value: object,
  unit: string,
  ending: string,
  hasTrailingCommas: boolean,
  decoration: readonly string[],
): string => {
  const lines = JSON.stringify(value, null, unit).split('\n')
  return lines
    .map((line, i) => {
      const closesNext = /^\s*[\]}]/.test(lines[i + 1] ?? '')
      const comma = hasTrailingCommas && closesNext && !/[{[,]$/.test(line) ? ',' : ''
      const extra = i === lines.length - 1 ? '' : (decoration[i % Math.max(1, decoration.length)] ?? '')
      return line + comma + extra
    })
    .join('\n')
    .replaceAll('\n', ending)
}

/** `own` are the settings that a test is about: they come somewhere among others. */
export const shapes = (own: fc.Arbitrary<readonly (readonly [string, unknown])[]>): fc.Arbitrary<Shape> =>
  fc
    .record({
      before: others,
      own,
      after: others,
      unit: fc.constantFrom('  ', '    ', '\t', ' ', ''),
      ending: fc.constantFrom('\n', '\r\n'),
      hasTrailingCommas: fc.boolean(),
      decoration: fc.array(fc.constantFrom(...decorations), { maxLength: 7 }),
      bom: fc.constantFrom('', '', '\uFEFF'),
      head: fc.constantFrom('', '', '// settings\n', '\n  '),
      tail: fc.constantFrom('', '\n', '\n\n', '\n// end\n'),
    })
    .map(({ before, own: mine, after, unit, ending, hasTrailingCommas, decoration, bom, head, tail }) => {
      // No prototype: a key of any name is a key.
      const value: Record<string, unknown> = Object.create(null)
      for (const [key, part] of [...before, ...mine, ...after]) value[key] = part
      const isOnOneLine = unit === ''
      const body = isOnOneLine ? JSON.stringify(value) : lay(value, unit, ending, hasTrailingCommas, decoration)
      return { value, text: bom + head.replaceAll('\n', ending) + body + tail.replaceAll('\n', ending) }
    })
