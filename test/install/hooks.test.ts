import fc from 'fast-check'
import { parse } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/core/errors.ts'
import { hooks } from '../../src/install/hooks.ts'
import { addProperty, parseObject } from '../../src/install/json-text.ts'
import { statusLine } from '../../src/install/status-line.ts'
import { shapes } from './settings-text.ts'

const isOurs = (line: string) => line.startsWith('ours')
const setting = hooks('settings.json', { line: 'ours now', isOurs })

const decode = (text: string) => parse(text.replace('\uFEFF', ''), [], { allowTrailingComma: true })

const other = { type: 'command', command: 'notify "done"' }
const others = fc.constantFrom<readonly (readonly [string, unknown])[]>(
  [],
  [['hooks', { Stop: [{ hooks: [other] }] }]],
  [
    [
      'hooks',
      {
        PreToolUse: [
          { matcher: 'Bash', hooks: [other, other] },
          { matcher: 'Edit', hooks: [] },
        ],
      },
    ],
  ],
  [
    [
      'hooks',
      { Notification: [{ hooks: [other] }], UserPromptSubmit: [null, 3, { hooks: 'odd' }, { hooks: [null, 1] }] },
    ],
  ],
)
const empties = fc.constantFrom<readonly (readonly [string, unknown])[]>([['hooks', {}]], [['hooks', { Stop: [] }]])

/** Without what is ours: what the settings of others are. */
const withoutOurs = (value: { hooks?: Record<string, { hooks?: { command?: string }[] }[]> }) => {
  const all = Object.entries(value.hooks ?? {}).map(([event, groups]) => [
    event,
    groups.filter(group => group?.hooks?.[0]?.command !== 'ours now'),
  ])
  return { ...value, hooks: Object.fromEntries(all.filter(([, groups]) => groups!.length > 0)) }
}

describe('for any settings', () => {
  test('installing and uninstalling gives the bytes back', () => {
    fc.assert(
      fc.property(shapes(fc.oneof(others, empties)), ({ text }) => {
        const after = setting.install(text).after!
        expect(setting.uninstall(after, [text]).after).toBe(text)
      }),
      { numRuns: 400 },
    )
  })

  test('that is so without a backup where nothing was empty', () => {
    fc.assert(
      fc.property(shapes(others), ({ text }) => {
        fc.pre(Object.keys(decode(text)).length > 0)
        expect(setting.uninstall(setting.install(text).after!, []).after).toBe(text)
      }),
      { numRuns: 400 },
    )
  })

  test('what the user changed meanwhile stays, byte for byte', () => {
    fc.assert(
      fc.property(shapes(others), ({ text }) => {
        fc.pre(Object.keys(decode(text)).length > 0)
        const add = (to: string) => addProperty(to, parseObject(to, ''), 'added', [1])
        expect(setting.uninstall(add(setting.install(text).after!), [text]).after).toBe(add(text))
      }),
      { numRuns: 400 },
    )
  })

  test('the hooks of others stay as they are, and installing again changes nothing', () => {
    fc.assert(
      fc.property(shapes(others), ({ text }) => {
        const after = setting.install(text).after!
        const value = decode(after)
        for (const event of ['UserPromptSubmit', 'PreToolUse', 'Stop'])
          expect(value.hooks[event].at(-1).hooks).toEqual([{ type: 'command', command: 'ours now', timeout: 5 }])
        expect(withoutOurs(value)).toEqual({ ...decode(text), hooks: decode(text).hooks ?? {} })
        expect(setting.install(after).after).toBe(after)
      }),
      { numRuns: 400 },
    )
  })

  test('with the status line, in either order, nothing is left', () => {
    const line = statusLine('settings.json', { line: 'ours line', isOurs })
    fc.assert(
      fc.property(shapes(others), fc.boolean(), ({ text }, isTurned) => {
        const one = setting.install(text).after!
        const both = line.install(one).after!
        // Each removal leaves a backup of its own.
        const [first, second] = isTurned ? [line, setting] : [setting, line]
        const rest = first.uninstall(both, [one, text]).after!
        expect(second.uninstall(rest, [both, one, text]).after).toBe(text)
      }),
      { numRuns: 200 },
    )
  })
})

test('a file that is not there is made, and goes again', () => {
  const { after } = setting.install(undefined)
  expect(JSON.parse(after!)).toEqual({
    hooks: {
      UserPromptSubmit: [{ hooks: [{ type: 'command', command: 'ours now', timeout: 5 }] }],
      PreToolUse: [{ matcher: '*', hooks: [{ type: 'command', command: 'ours now', timeout: 5 }] }],
      Stop: [{ hooks: [{ type: 'command', command: 'ours now', timeout: 5 }] }],
    },
  })
  expect(setting.uninstall(after!, []).after).toBeUndefined()
})

test('empty lists that were there before stay when something else changed', () => {
  const text = '{\n  "hooks": {\n    "Stop": []\n  },\n  "model": "opus"\n}\n'
  const changed = setting.install(text).after!.replace('opus', 'haiku')
  expect(setting.uninstall(changed, [text]).after).toBe(text.replace('opus', 'haiku'))
})

test('other limits change the command and nothing else', () => {
  const before = setting.install('{}').after!.replace('"timeout": 5', '"timeout": 9')
  const after = hooks('s', { line: 'ours later', isOurs }).install(before).after!
  expect(after).toBe(before.replaceAll('ours now', 'ours later'))
})

test('ours is found where the user moved it', () => {
  const text = `{"hooks": {"SubagentStop": [{"hooks": [{"command": "other"}, {"command": "ours now"}]}]}}`
  expect(setting.uninstall(text, []).after).toBe('{"hooks": {"SubagentStop": [{"hooks": [{"command": "other"}]}]}}')
})

test.each(['{"hooks": []}', '{"hooks": null}', '{"hooks": {"Stop": {}}}', '{"hooks": {"PreToolUse": "x"}}', '{'])(
  '%s is refused',
  text => {
    expect(() => setting.install(text)).toThrow(UserError)
  },
)
