import fc from 'fast-check'
import { parse } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/core/errors.ts'
import { addProperty, parseObject } from '../../src/install/json-text.ts'
import { statusLine } from '../../src/install/status-line.ts'
import { shapes } from './settings-text.ts'

const command = (line: string) => ({ line, isOurs: (other: string) => other.startsWith('ours') })
const setting = statusLine('settings.json', command('ours now'))

const decode = (text: string) => parse(text.replace('\uFEFF', ''), [], { allowTrailingComma: true })

const somebodyElses = fc.constantFrom<readonly (readonly [string, unknown])[]>(
  [],
  [],
  [['statusLine', { type: 'command', command: 'npx other@latest', padding: 1 }]],
  [['statusLine', null]],
  [['statusLine', 'off']],
  [['statusLine', {}]],
)

/** What an uninstall alone cannot tell from what an install made. */
const isBlank = (text: string) => Object.keys(decode(text)).length === 0

describe('for any settings', () => {
  test('installing and uninstalling gives the bytes back', () => {
    fc.assert(
      fc.property(shapes(somebodyElses), ({ text }) => {
        const after = setting.install(text).after!
        expect(after).not.toBe(text)
        expect(setting.uninstall(after, [text]).after).toBe(text)
      }),
      { numRuns: 400 },
    )
  })

  test('that is so without a backup where nothing was replaced', () => {
    fc.assert(
      fc.property(shapes(fc.constant([])), ({ text }) => {
        fc.pre(!isBlank(text))
        expect(setting.uninstall(setting.install(text).after!, []).after).toBe(text)
      }),
      { numRuns: 400 },
    )
  })

  test('what the user changed meanwhile stays, byte for byte', () => {
    fc.assert(
      fc.property(shapes(somebodyElses), ({ text }) => {
        fc.pre(!isBlank(text))
        const add = (to: string) => addProperty(to, parseObject(to, ''), 'added', { by: 'the user' })
        const after = setting.uninstall(add(setting.install(text).after!), [text]).after!
        expect(after).toBe(add(text))
      }),
      { numRuns: 400 },
    )
  })

  test('nothing but the status line changes, and installing again changes nothing', () => {
    fc.assert(
      fc.property(shapes(somebodyElses), ({ text }) => {
        const after = setting.install(text).after!
        const { statusLine: ours, ...rest } = decode(after)
        const { statusLine: _, ...before } = decode(text)
        expect(rest).toEqual(before)
        expect(ours).toEqual({ type: 'command', command: 'ours now', padding: 0, refreshInterval: 30 })
        expect(setting.install(after).after).toBe(after)
      }),
      { numRuns: 400 },
    )
  })
})

test('a file that is not there is made, and goes again', () => {
  const { after } = setting.install(undefined)
  expect(after).toBe(`{
  "statusLine": {
    "type": "command",
    "command": "ours now",
    "padding": 0,
    "refreshInterval": 30
  }
}
`)
  expect(setting.uninstall(after!, []).after).toBeUndefined()
  // Also when the only backups are of what we wrote before.
  expect(setting.uninstall(after!, [after!.replace('now', 'before')]).after).toBeUndefined()
})

test.each(['', '\n', ' \r\n', '\uFEFF', '{}', '{ }\n', '{\n}\n'])('%j becomes settings and comes back', text => {
  const after = setting.install(text).after!
  expect(decode(after).statusLine.command).toBe('ours now')
  expect(setting.uninstall(after, [text]).after).toBe(text)
})

test('it goes behind the last setting and its comment, as the file is laid out', () => {
  const text = '{\r\n\t"model": "opus" // the large one\r\n}\r\n'
  expect(setting.install(text).after).toBe(
    '{\r\n\t"model": "opus", // the large one\r\n\t"statusLine": {\r\n\t\t"type": "command",\r\n\t\t"command": "ours now",\r\n\t\t"padding": 0,\r\n\t\t"refreshInterval": 30\r\n\t}\r\n}\r\n',
  )
})

test("somebody else's status line is named, and put back as it stood", () => {
  const text = '{\n  "statusLine": { "type": "command", /* mine */ "command": "other --x" },\n  "model": "opus"\n}\n'
  const installed = setting.install(text)
  expect(installed.other).toBe('other --x')
  const changed = installed.after!.replace('"opus"', '"haiku"')
  const removed = setting.uninstall(changed, [installed.after!, 'no JSON', text])
  expect(removed.after).toBe(text.replace('"opus"', '"haiku"'))
  expect(removed.other).toBe('other --x')
})

test('of several backups the newest without ours counts', () => {
  const old = '{\n  "statusLine": { "command": "long ago" }\n}\n'
  const none = '{\n  "model": "opus"\n}\n'
  const installed = setting.install(none).after!
  expect(setting.uninstall(installed.replace('opus', 'haiku'), [none, old]).after).toBe(none.replace('opus', 'haiku'))
})

test('an older one of ours gets the new command, and keeps what the user set beside it', () => {
  const text = '{"statusLine": {"type": "command", "command": "ours before", "padding": 2}}'
  const change = setting.install(text)
  expect(change.after).toBe(text.replace('ours before', 'ours now'))
  expect(change.other).toBeUndefined()
})

test("uninstalling leaves somebody else's alone", () => {
  const text = '{ "statusLine": { "command": "other" } }'
  expect(setting.uninstall(text, ['{}']).after).toBe(text)
  expect(setting.uninstall('{}', []).after).toBe('{}')
})

test('of a key that is there twice the last counts, as for everybody who reads it', () => {
  const text = '{"statusLine": {"command": "first"}, "statusLine": {"command": "last"}}'
  const change = setting.install(text)
  expect(change.other).toBe('last')
  expect(change.after).toContain('"first"')
  expect(JSON.parse(change.after!).statusLine.command).toBe('ours now')
})

test('a command of any text is a string of JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), line => {
      const { after } = statusLine('s', { line, isOurs: () => false }).install('{"a": 1}')
      expect(JSON.parse(after!)).toMatchObject({ a: 1, statusLine: { command: line } })
    }),
  )
})

test.each([
  ['{"a": 1,,}', '/x/settings.json:1:9: not valid JSON'],
  ['{\n  "a": 1\n  "b": 2\n}', '/x/settings.json:3:3: not valid JSON, comma is expected'],
  ['{\r\n  "a": [1\r\n', '/x/settings.json:3:1: not valid JSON'],
  ['[]', 'holds JSON, but not an object'],
  ['null', 'holds JSON, but not an object'],
  ['{} {}', '/x/settings.json:1:4'],
])('%j is refused', (text, words) => {
  const of = statusLine('/x/settings.json', command('ours'))
  for (const act of [() => of.install(text), () => of.uninstall(text, [])]) {
    expect(act).toThrow(UserError)
    expect(act).toThrow(words)
  }
})

test('settings that turn all hooks off are told of', () => {
  expect(setting.install('{"disableAllHooks": true}').notes).toEqual([expect.stringContaining('disableAllHooks')])
  expect(setting.install('{"disableAllHooks": false}').notes).toEqual([])
})
