/** Three builds: the CommonJS door, the program behind it in chunks, and the library. Everything is bundled: nothing to install. */
import { cpSync, readFileSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

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

export default defineConfig([
  {
    ...common,
    clean: true,
    entry: { cli: 'src/cli.ts' },
    format: ['cjs'],
    splitting: false,
    external: ['./main.js'],
    outExtension: () => ({ js: '.cjs' }),
  },
  {
    ...common,
    entry: { main: 'src/program.ts', index: 'src/index.ts', 'scan-worker': 'src/ingest/scan-worker.ts' },
    format: ['esm'],
    splitting: true,
    dts: { entry: { index: 'src/index.ts' } },
    // For CommonJS packages in the bundle; a long name, for short ones collide with minified code.
    banner: { js: "import{createRequire as __tokusageRequire}from'node:module';const require=__tokusageRequire(import.meta.url);" },
    onSuccess: async () => {
      for (const name of ['rates.json', 'rates-core.json']) cpSync(`src/pricing/${name}`, `dist/${name}`)
      cpSync('fixtures/demo', 'dist/demo', { recursive: true })
    },
  },
])
