/**
 * Loads the SQLite of @sqlite.org/sqlite-wasm without the package's own JavaScript: its C interface is enough for reading, takes a fifth of the time to
 * load, leaves nothing behind in `globalThis` and runs on Node 20.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { WasmMemory } from './wasm-memory.ts'
import { makeVfs } from './wasm-vfs.ts'

const FUNCTIONS = [
  '__wasm_call_ctors',
  'malloc',
  'free',
  'sqlite3_initialize',
  'sqlite3_vfs_register',
  'sqlite3_open_v2',
  'sqlite3_close_v2',
  'sqlite3_extended_errcode',
  'sqlite3_errmsg',
  'sqlite3_exec',
  'sqlite3_prepare_v2',
  'sqlite3_finalize',
  'sqlite3_step',
  'sqlite3_bind_null',
  'sqlite3_bind_double',
  'sqlite3_bind_int64',
  'sqlite3_bind_text',
  'sqlite3_bind_parameter_count',
  'sqlite3_column_count',
  'sqlite3_column_name',
  'sqlite3_column_type',
  'sqlite3_column_double',
  'sqlite3_column_text',
  'sqlite3_column_blob',
  'sqlite3_column_bytes',
] as const

type Exports = Readonly<Record<(typeof FUNCTIONS)[number], (...values: (number | bigint)[]) => number>> & {
  readonly sqlite3_column_int64: (statement: number, column: number) => bigint
  readonly __indirect_function_table: WebAssembly.Table
}

export interface Sqlite {
  readonly c: Exports
  readonly memory: WasmMemory
}

const isSqlite = (exports: Record<string, unknown>): exports is Exports =>
  [...FUNCTIONS, 'sqlite3_column_int64'].every(name => typeof exports[name] === 'function') &&
  typeof exports.__indirect_function_table === 'object'

/** The binary lies beside the chunk that this file ends up in, and in the package before it is built. */
const binaryPath = (): string =>
  import.meta.url.endsWith('.ts')
    ? createRequire(import.meta.url).resolve('@sqlite.org/sqlite-wasm/sqlite3.wasm')
    : fileURLToPath(new URL('./sqlite3.wasm', import.meta.url))

/** "Not here": what the functions of the system that SQLite was linked with, but that our files never need, answer. */
const NO_SUCH_CALL = -52

const importsOf = (module: WebAssembly.Module, memory: WasmMemory): Record<string, Record<string, unknown>> => {
  const known: Readonly<Record<string, unknown>> = {
    memory: memory.memory,
    emscripten_resize_heap: (size: number) => memory.grow(size),
    emscripten_get_heap_max: () => 2 ** 31,
    emscripten_date_now: () => Date.now(),
    environ_get: () => 0,
    environ_sizes_get(count: number, size: number) {
      memory.writeNumber(count, 0)
      memory.writeNumber(size, 0)
      return 0
    },
  }
  const imports: Record<string, Record<string, unknown>> = {}
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {}
    imports[from][name] = known[name] ?? (() => NO_SUCH_CALL)
  }
  return imports
}

/** How much of a module runs before Node 20 optimises it, by V8's own measure: what it begins with, and somewhat more than what Node 22 does. */
const USUAL_BUDGET = 1_800_000
const LARGE_BUDGET = 20_000_000

/**
 * Not `WebAssembly.compile`: nothing keeps Node from ending while that is at work. Node 20 does not end before the compiler is through with
 * what it began, and with SQLite's interpreter it would begin within the first query, for 100 ms.
 */
const compile = (binary: Uint8Array): WebAssembly.Module => {
  if (Number.parseInt(process.versions.node, 10) >= 22) return new WebAssembly.Module(binary)
  setFlagsFromString(`--wasm-tiering-budget=${LARGE_BUDGET}`)
  try {
    return new WebAssembly.Module(binary)
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${USUAL_BUDGET}`)
  }
}

const load = (): Sqlite => {
  const module = compile(readFileSync(binaryPath()))
  const memory = new WasmMemory()
  const { exports } = new WebAssembly.Instance(module, importsOf(module, memory))
  if (!isSqlite(exports)) throw new Error('sqlite3.wasm is not the one that this was written for')
  exports.__wasm_call_ctors()
  exports.sqlite3_initialize()
  const vfs = makeVfs({ memory, table: exports.__indirect_function_table, malloc: exports.malloc })
  exports.sqlite3_vfs_register(vfs, 0)
  return { c: exports, memory }
}

let loaded: Sqlite | undefined

/** Loaded once. */
export const loadSqlite = (): Sqlite => {
  loaded ??= load()
  return loaded
}

/** After a fault inside it, its memory can be in any state: the next database gets a new one. */
export const forgetSqlite = (): void => {
  loaded = undefined
}
