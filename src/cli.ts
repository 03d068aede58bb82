#!/usr/bin/env node
/**
 * The door: a small CommonJS file, because that starts fastest (STACK.md, "Start-up recipe"). It answers `--version`
 * itself and hands everything else to `main.js`, the ES module that program.ts becomes.
 */
import module from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { version } from './config/version.ts'

const open = async (): Promise<void> => {
  const [major] = process.versions.node.split('.')
  if (Number(major) < 20) {
    process.stderr.write(`error: tokusage needs Node 20 or newer, and this is ${process.versions.node}. Update Node.\n`)
    process.exitCode = 2
    return
  }
  if (/^(-v|-V|--version)$/.test(process.argv[2] ?? '')) {
    process.stdout.write(`tokusage ${version}\n`)
    return
  }
  // Most of what a report makes is short-lived: with room for it the collector runs half as often.
  setFlagsFromString('--semi-space-growth-factor=16')
  // A run is over before most of what the compiler optimises pays. Later engines compile in smaller steps, and have no such flag.
  if (Number(major) < 22) setFlagsFromString('--interrupt-budget=400000')
  // Node 22.8 and newer.
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache()
  // The bundle that stands beside this file; as a variable, so that neither compiler looks for it among the sources.
  const bundle: string = './main.js'
  const program: { main(argv: readonly string[], machine: typeof process): Promise<number> } = await import(bundle)
  process.exitCode = await program.main(process.argv.slice(2), process)
}

void open()
