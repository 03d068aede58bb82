#!/usr/bin/env node
/**
 * The door: a small CommonJS file, because that starts fastest (STACK.md, "Start-up recipe"). It answers `--version`
 * itself and hands everything else to `main.cjs`, which program.ts becomes.
 */
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { withProgram } from './code-cache.ts'
import { version } from './config/version.ts'
import { standard } from './host/output.ts'

/** What is done with the program, as far as it decides which of its code runs: `daily --json`. */
const useOf = (argv: readonly string[]): string =>
  argv.filter(word => /^(?:[a-z]+|--(?:json|help|format=\w+|why|live|receipt|by-agent|no-index))$/.test(word)).join(' ')

const open = async (): Promise<void> => {
  const [major] = process.versions.node.split('.')
  if (Number(major) < 20) {
    process.stderr.write(`error: tokusage needs Node 20 or newer, and this is ${process.versions.node}. Update Node.\n`)
    process.exitCode = 2
    return
  }
  const argv = process.argv.slice(2)
  if (/^(-v|-V|--version)$/.test(argv[0] ?? '')) {
    process.stdout.write(`tokusage ${version}\n`)
    return
  }
  // Most of what a report makes is short-lived: with room for it the collector runs half as often.
  setFlagsFromString('--semi-space-growth-factor=16')
  // A run is over before most of what the compiler optimises pays. Later engines compile in smaller steps, and have no such flag.
  if (Number(major) < 22) setFlagsFromString('--interrupt-budget=400000')
  await withProgram(join(__dirname, 'main.cjs'), useOf(argv), require, async program => {
    process.exitCode = await program.main(argv, {
      stdout: { write: text => standard.write(1, text) },
      stderr: { write: text => standard.write(2, text) },
    })
  })
}

void open()
