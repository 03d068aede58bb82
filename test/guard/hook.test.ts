import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockJson, canBlock, isFree, messageJson, readHookInput, switchIn } from '../../src/guard/hook.ts'

const input = (parts: Readonly<Record<string, unknown>> = {}) =>
  readHookInput(
    JSON.stringify({ hook_event_name: 'UserPromptSubmit', session_id: 's1', transcript_path: '/t/s1.jsonl', ...parts }),
  )

describe('a hook’s input', () => {
  it('is read', () => {
    expect(input({ prompt: 'go on' })).toEqual({
      event: 'UserPromptSubmit',
      session: 's1',
      transcript: '/t/s1.jsonl',
      prompt: 'go on',
    })
  })

  it('leaves out what has another type', () => {
    expect(input({ session_id: 7, transcript_path: null, prompt: [] })).toEqual({
      event: 'UserPromptSubmit',
      session: undefined,
      transcript: undefined,
      prompt: undefined,
    })
    expect(input({ session_id: 'x'.repeat(5000) })?.session).toBeUndefined()
  })

  it.each(['', '{', '[]', 'null', '{}', '{"hook_event_name":1}', '"UserPromptSubmit"'])('is none: %s', text => {
    expect(readHookInput(text)).toBeUndefined()
  })

  it('throws for nothing', () => {
    fc.assert(fc.property(fc.json(), text => void readHookInput(text)))
    fc.assert(fc.property(fc.string(), text => void readHookInput(text)))
  })
})

describe('an answer', () => {
  const event = (name: string, prompt = 'go on') => ({ event: name, session: 's1', transcript: undefined, prompt })

  it('keeps a prompt back', () => {
    expect(JSON.parse(blockJson(event('UserPromptSubmit'), 'why'))).toEqual({ decision: 'block', reason: 'why' })
  })

  it('denies a tool and ends the turn', () => {
    expect(JSON.parse(blockJson(event('PreToolUse'), 'why'))).toEqual({
      continue: false,
      stopReason: 'why',
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: 'why',
      },
    })
  })

  it('only says something elsewhere', () => {
    expect(
      ['UserPromptSubmit', 'PreToolUse', 'Stop', 'SubagentStop', 'Other'].map(name => canBlock(event(name))),
    ).toEqual([true, true, false, false, false])
    expect(messageJson('a\nb')).toBe('{"systemMessage":"a\\nb"}\n')
  })

  it('lets the commands through by which one gets out', () => {
    const isOut = (prompt: string) => isFree(event('UserPromptSubmit', prompt))
    expect(['/clear', ' /model x', '/exit', '/clearly', '/compact', 'clear', 'go /clear'].map(isOut)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    expect(isFree(event('PreToolUse', '/clear'))).toBe(false)
  })

  it.each(['/cost-report of all', '/config:deploy now', '/help-x', '/status.sh', '/clear/x'])(
    '%s is a command of the user’s own, and costs',
    prompt => expect(isFree(event('UserPromptSubmit', prompt))).toBe(false),
  )

  it('says something else beside a block', () => {
    for (const name of ['UserPromptSubmit', 'PreToolUse'])
      expect(JSON.parse(blockJson(event(name), 'why', 'also'))).toMatchObject({ systemMessage: 'also' })
  })

  it('is a switch where the prompt is nothing else', () => {
    const word = (prompt: string, name = 'UserPromptSubmit') => switchIn(event(name, prompt))
    expect(word('TOKUSAGE_GUARD=off')).toBe(false)
    expect(word(' TOKUSAGE_GUARD=on\n')).toBe(true)
    expect(word('say TOKUSAGE_GUARD=off')).toBeUndefined()
    expect(word('TOKUSAGE_GUARD=off', 'PreToolUse')).toBeUndefined()
  })
})
