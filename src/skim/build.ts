/** Compiles walker.as.ts and writes walker-wasm.ts: `npm run wasm`. A test checks that the two belong together. */
import { writeFileSync } from 'node:fs'
import { compileWalker } from './compile.ts'

const bytes = await compileWalker()
const text = `/** Written by \`npm run wasm\` from walker.as.ts; do not edit. */
export const walkerWasm =
  '${Buffer.from(bytes).toString('base64')}'
`
writeFileSync('src/skim/walker-wasm.ts', text)
