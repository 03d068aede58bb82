/**
 * Turns walker.as.ts into WebAssembly. Used by the build script and by the test that holds the
 * two together, from the repository's root; never at run time.
 */
import { readFileSync } from 'node:fs'
import asc from 'assemblyscript/asc'

const options = [
  '--runtime',
  'stub',
  '--noAssert',
  '--enable',
  'simd,bulk-memory',
  '--use',
  'abort=',
  '--importMemory',
  '-O3',
]

/** The module's bytes. Throws the compiler's messages. */
export const compileWalker = async (): Promise<Uint8Array> => {
  const source = readFileSync('src/skim/walker.as.ts', 'utf8')
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(['walker.as.ts', '--outFile', 'walker.wasm', ...options], {
    readFile: name => (name === 'walker.as.ts' ? source : null),
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents
    },
    listFiles: () => [],
  })
  if (error || !binary) throw new Error(`${error?.message ?? 'no output'}\n${stderr.toString()}`)
  return binary
}
