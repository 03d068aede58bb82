/**
 * WebAssembly calls a JavaScript function through a pointer only if it was given a type, and gives it one only when it passes through a
 * module: this makes that module, by hand. It imports the functions and exports them as they are.
 */

/** By letter: the result first, then the parameters; `iiij` is `(i32, i32, i64) → i32`. */
const VALUE_TYPES: Readonly<Record<string, number>> = { i: 0x7f, j: 0x7e }
const FUNCTION_TYPE = 0x60
const FUNCTION_KIND = 0
const SECTION = { types: 1, imports: 2, exports: 7 }
const MAGIC_AND_VERSION = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

/** Unsigned LEB128. */
const number = (n: number): number[] => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...number(n >>> 7)])
const list = (items: readonly (readonly number[])[]): number[] => [...number(items.length), ...items.flat()]
const text = (value: string): number[] => list([...Buffer.from(value)].map(byte => [byte]))
const section = (id: number, content: readonly number[]): number[] => [id, ...number(content.length), ...content]

const typeOf = ([result = '', ...parameters]: string): number[] => [
  FUNCTION_TYPE,
  ...list(parameters.map(letter => [VALUE_TYPES[letter]!])),
  ...list([[VALUE_TYPES[result]!]]),
]

const passing = (signatures: readonly string[]): Uint8Array =>
  Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(SECTION.types, list(signatures.map(typeOf))),
    ...section(
      SECTION.imports,
      list(signatures.map((_, i) => [...text('f'), ...text(`${i}`), FUNCTION_KIND, ...number(i)])),
    ),
    ...section(SECTION.exports, list(signatures.map((_, i) => [...text(`${i}`), FUNCTION_KIND, ...number(i)]))),
  ])

/** A function and its signature. */
export type Typed = readonly [signature: string, call: (...values: never[]) => number]

/** Puts functions into a table: their pointers, in the same order. */
export const pointersTo = (functions: readonly Typed[], table: WebAssembly.Table): number[] => {
  const calls = Object.fromEntries(functions.map(([, call], i) => [`${i}`, call]))
  const module = new WebAssembly.Module(passing(functions.map(([signature]) => signature)))
  const { exports } = new WebAssembly.Instance(module, { f: calls })
  const first = table.grow(functions.length)
  return functions.map((_, i) => {
    table.set(first + i, exports[`${i}`])
    return first + i
  })
}
