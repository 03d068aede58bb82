#!/usr/bin/env node
/**
 * The door: a small CommonJS file, because that starts fastest (STACK.md, "Start-up recipe"). It answers `--version`
 * itself, opens the status line's own door, and hands everything else to `main.cjs`, which program.ts becomes.
 */
import { join } from 'node:path'
import { version } from './config/version.ts'
import { standard } from './host/output.ts'

/** What is done with the program, as far as it decides which of its code runs: `daily --json`. */
const useOf = (argv: readonly string[]): string =>
  argv.filter(word => /^(?:[a-z]+|--(?:json|help|format=\w+|why|live|receipt|by-agent|no-index))$/.test(word)).join(' ')

/** Of the status line, everything but the line: help, setting it up, and what it starts in the background. */
const isBeside = (word: string): boolean =>
  /^(?:-h|-[vV]|--(?:help|version|install|uninstall|refresh|demo)(?:=.*)?)$/s.test(word)

interface Door {
  run(argv: readonly string[]): Promise<void>
}

const isDoor = (value: unknown): value is Door =>
  typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function'

const openProgram = async (argv: readonly string[], major: number): Promise<void> => {
  const { setFlagsFromString } = await import('node:v8')
  // Most of what a report makes is short-lived: with room for it the collector runs half as often.
  setFlagsFromString('--semi-space-growth-factor=16')
  // A run is over before most of what the compiler optimises pays. Later engines compile in smaller steps, and have no such flag.
  if (major < 22) setFlagsFromString('--interrupt-budget=400000')
  const { withProgram } = await import('./code-cache.ts')
  await withProgram(join(__dirname, 'main.cjs'), useOf(argv), require, async program => {
    process.exitCode = await program.main(argv, {
      stdout: { write: text => standard.write(1, text) },
      stderr: { write: text => standard.write(2, text) },
    })
  })
}

const open = async (): Promise<void> => {
  const argv = process.argv.slice(2)
  const major = Number.parseInt(process.versions.node, 10)
  if (major < 20) {
    process.stderr.write(`error: tokusage needs Node 20 or newer, and this is ${process.versions.node}. Update Node.\n`)
    // To an agent whose hook this is, 2 would say "block".
    process.exitCode = argv[0] === 'guard' ? 1 : 2
    return
  }
  if (/^(-v|-V|--version)$/.test(argv[0] ?? '')) {
    process.stdout.write(`tokusage ${version}\n`)
    return
  }
  if (argv[0] !== 'statusline' || argv.some(isBeside)) return openProgram(argv, major)
  const door: unknown = require(join(__dirname, 'statusline.cjs'))
  if (isDoor(door)) await door.run(argv.slice(1))
  process.exit() // everything is written: taking apart what Node holds of standard input costs a millisecond
}

void open()
