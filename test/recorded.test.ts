/**
 * Real agents against a scripted API: every logged call must equal its bill in every token class. What a log cannot say is listed
 * here, one by one, with its reason; an exception that is new, or that is gone, fails.
 */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { differences, root, scanHome, scenariosIn, shared } from './support/recorded.ts'

/** Why a log differs from its bill (formats/OBSERVED.md §2). */
const reasons = {
  side: '"Billed, but in no assistant line": titles, prefix checks and warm-ups on a small model leave no line',
  compact: '"Billed, but in no assistant line": the /compact summary is billed, only its text is kept',
  search: '"Billed, but in no assistant line": WebSearch’s inner call leaves only the tool’s result',
  late: '"output_tokens: partial or final": 1.0.33 to 2.1.92 keep the stream’s start where the final usage comes late',
  never: '"output_tokens: partial or final": 2.1.30 and 2.1.55 never write the final count',
  cut: '"Billed, but in no assistant line": a stream that the network cut leaves nothing; its bill is an upper bound',
  broken: 'a stream that an error or Esc ended keeps its start’s figure; its bill is an upper bound',
} as const

type Exception = readonly [what: string, reason: keyof typeof reasons]

const side = (...calls: readonly number[]): Exception[] => calls.map(call => [`${call} side: not logged`, 'side'])

const exceptions: Readonly<Record<string, readonly Exception[]>> = {
  'claude@0.2.126/chat': side(2),
  'claude@1.0.33/resume': [...side(2, 3, 5, 6, 9), ['4 main: output 1 of 157, said to be partial', 'late']],
  'claude@1.0.128/resume': side(2, 3, 5, 6, 8, 9, 11),
  'claude@1.0.128/tools': side(2, 3, 4, 7, 8),
  'claude@2.0.77/slow': [
    ...side(2, 6),
    ['1 main: output 7 of 401, said to be partial', 'late'],
    ['7 main: output 5 of 409', 'late'], // nine visible characters: five tokens could be all
  ],
  'claude@2.0.77/subagent': side(2, 8, 9),
  'claude@2.1.55/paced': [
    ...side(2),
    ['1 main: output 7 of 401, said to be partial', 'never'],
    ['3 main: output 5 of 409, said to be partial', 'never'],
  ],
  'claude@2.1.330/compact': [['3 compact: not logged', 'compact']],
  'claude@2.1.330/retry': [
    ['4 main: not logged', 'cut'],
    ['6 main: output 4 of 211', 'broken'], // the agent itself wrote `end_turn` on it
  ],
  'claude@2.1.330/tty': [
    ['3 main: output 3 of 313, said to be partial', 'broken'],
    ['4 compact: not logged', 'compact'],
  ],
  'claude@2.1.330/websearch': [['2 search: not logged', 'search']],
}

const listed = (name: string) => (exceptions[name] ?? []).map(([what]) => what).sort()

const own = join(root, 'fixtures/recorded')
const beside = join(shared, 'recorded')
const honest = join(shared, 'honest')
const absent = (folder: string) => (scenariosIn(folder).length > 0 ? '' : ' (skipped: not on this machine)')

describe('recordings in the repository', () => {
  it('are all there', () => {
    expect(scenariosIn(own)).toEqual(expect.arrayContaining(Object.keys(exceptions)))
    expect(scenariosIn(own).length).toBeGreaterThan(Object.keys(exceptions).length)
  })

  it.each(scenariosIn(own))('%s', name => {
    expect(differences(join(own, name)).sort()).toEqual(listed(name))
    expect(scanHome(join(own, name, 'home')).codes).toEqual([])
  })

  it('give the same when tools are asked for', () => {
    for (const name of scenariosIn(own)) {
      const home = join(own, name, 'home')
      expect(scanHome(home, 'calls').tokens).toEqual(scanHome(home, 'counts').tokens)
    }
  })

  it('know how much was thinking, where the log says so', () => {
    const thought = (scenario: string) =>
      scanHome(join(own, `claude@2.1.330/${scenario}/home`))
        .entries.map(entry => entry.tokens.reasoning)
        .filter(n => n > 0)
    expect(thought('tools')).toEqual([103])
    expect(thought('models')).toEqual([77])
  })
})

describe.skipIf(scenariosIn(beside).length === 0)(`recordings beside the repository${absent(beside)}`, () => {
  it.each(scenariosIn(beside))('%s', name => {
    expect(differences(join(beside, name)).sort()).toEqual(listed(name))
  })
})

describe.skipIf(scenariosIn(honest).length === 0)(`honest recordings beside the repository${absent(honest)}`, () => {
  it.each(scenariosIn(honest))('%s', name => {
    const unexplained = differences(join(honest, name)).filter(what => !/^\d+ (side|compact): not logged$/.test(what))
    expect(unexplained).toEqual([])
  })
})
