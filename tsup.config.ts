/** Three builds: the doors of the process and of its threads, the program behind the door, and the library. Everything is bundled: nothing to install. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { defineConfig, type Options } from 'tsup'
import { agents } from './src/agents/index.ts'
import { configJsonSchema } from './src/config/schema.ts'
import { type JsonKind, reportJsonSchema, reportSchemas } from './src/render/json-schema.ts'

const require = createRequire(import.meta.url)
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

const common: Options = {
  target: 'node20',
  platform: 'node',
  outDir: 'dist',
  minify: true,
  metafile: true,
  silent: true,
  removeNodeProtocol: false,
  define: { __VERSION__: JSON.stringify(version) },
  noExternal: [/^[^.]/],
  esbuildOptions(options) {
    options.mainFields = ['module', 'main'] // jsonc-parser's CommonJS build cannot be bundled
  },
}

const isKind = (name: string): name is JsonKind => Object.hasOwn(reportSchemas, name)

/** The JSON Schemas that editors and those who build on the output refer to: `tokusage/schema/daily.json`. */
const writeSchemas = (): void => {
  mkdirSync('dist/schema', { recursive: true })
  const write = (name: string, schema: object) =>
    writeFileSync(`dist/schema/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`)
  write('config', configJsonSchema(agents.map(agent => agent.id)))
  for (const kind of Object.keys(reportSchemas).filter(isKind)) write(kind, reportJsonSchema(kind))
}

// `clean` is off: two builds run side by side, and one would sweep away what the other wrote. `npm run build` empties the folder.
export default defineConfig([
  {
    ...common,
    entry: { cli: 'src/cli.ts', statusline: 'src/commands/statusline.ts', thread: 'src/thread.ts' },
    metafile: false, // it would be written under the same name as the program's
    format: ['cjs'],
    splitting: false,
    outExtension: () => ({ js: '.cjs' }),
    esbuildOptions(options) {
      common.esbuildOptions?.(options, { format: 'cjs' })
      options.supported = { 'dynamic-import': false } // what is loaded on demand is here already, or Node's own
    },
  },
  {
    ...common,
    // One file, so that its compiled code can be kept (code-cache.ts); what is imported on demand runs on demand.
    entry: { main: 'src/program.ts' },
    format: ['cjs'],
    splitting: false,
    outExtension: () => ({ js: '.cjs' }),
    define: { ...common.define, 'import.meta.url': '__tokusageUrl' },
    banner: { js: "var __tokusageUrl=require('node:url').pathToFileURL(__filename).href;" },
    esbuildOptions(options) {
      common.esbuildOptions?.(options, { format: 'cjs' })
      options.charset = 'ascii' // read as bytes
      options.supported = { 'dynamic-import': false }
    },
  },
  {
    ...common,
    entry: { index: 'src/index.ts' },
    format: ['esm'],
    splitting: true,
    dts: { entry: { index: 'src/index.ts' } },
    // For CommonJS packages in the bundle; a long name, for short ones collide with minified code.
    banner: {
      js: "import{createRequire as __tokusageRequire}from'node:module';const require=__tokusageRequire(import.meta.url);",
    },
    onSuccess: async () => {
      for (const name of ['rates.json', 'rates-core.json']) cpSync(`src/pricing/${name}`, `dist/${name}`)
      cpSync(require.resolve('@sqlite.org/sqlite-wasm/sqlite3.wasm'), 'dist/sqlite3.wasm')
      cpSync('fixtures/demo', 'dist/demo', { recursive: true })
      writeSchemas()
    },
  },
])
