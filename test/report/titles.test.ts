import { describe, expect, it } from 'vitest'
import type { SessionNote } from '../../src/core/entry.ts'
import { titleOf } from '../../src/report/titles.ts'

const note = (kind: SessionNote['kind'], text?: string): SessionNote => ({ agent: 'ember', session: 's1', kind, text })

describe('the title of a session', () => {
  it.each<[string, [SessionNote['kind'], string][], string | undefined]>([
    [
      'custom beats all',
      [
        ['custom', 'mine'],
        ['ai', 'its'],
        ['summary', 'sum'],
        ['prompt', 'do it'],
      ],
      'mine',
    ],
    [
      'ai beats summary',
      [
        ['summary', 'sum'],
        ['ai', 'its'],
        ['prompt', 'do it'],
      ],
      'its',
    ],
    [
      'summary beats prompt',
      [
        ['prompt', 'do it'],
        ['summary', 'sum'],
      ],
      'sum',
    ],
    [
      'of one kind the last counts',
      [
        ['custom', 'old'],
        ['ai', 'its'],
        ['custom', 'new'],
      ],
      'new',
    ],
    [
      'of prompts the first counts',
      [
        ['prompt', 'first'],
        ['prompt', 'second'],
      ],
      'first',
    ],
    [
      'a blank text is none',
      [
        ['custom', ' \n'],
        ['prompt', ''],
        ['prompt', 'do it'],
      ],
      'do it',
    ],
    ['other notes are none', [['worktree', '/home/dev/app']], undefined],
    ['it is one line without control characters', [['ai', ' a\n\tb\u001b[31m  c ']], 'a b [31m c'],
  ])('%s', (_, notes, title) => {
    expect(titleOf(notes.map(([kind, text]) => note(kind, text)))).toBe(title)
  })

  it('is no note without text', () => {
    expect(titleOf([note('ai'), note('total')])).toBeUndefined()
  })
})

describe('a prompt as a title', () => {
  const cut = (text: string) => titleOf([note('prompt', text)])

  it('is cut to 60 characters', () => {
    expect(cut('x'.repeat(60))).toBe('x'.repeat(60))
    expect(cut('x'.repeat(61))).toBe('x'.repeat(60))
    expect(cut(`${'x'.repeat(59)} yz`)).toBe('x'.repeat(59))
  })

  it('keeps a character of several code points whole', () => {
    const family = '👩‍👩‍👧‍👦'
    const accent = 'e\u0301'
    expect(cut('a'.repeat(59) + family + family)).toBe('a'.repeat(59) + family)
    expect(cut(accent.repeat(61))).toBe(accent.repeat(60))
    expect(cut('🙂'.repeat(40))).toBe('🙂'.repeat(40))
  })

  it('is cut from a huge paste in no time, leading blanks aside', () => {
    expect(cut(' \n'.repeat(5000) + 'word '.repeat(1_000_000))).toBe('word '.repeat(12).trimEnd())
  })

  it('leaves other titles whole', () => {
    expect(titleOf([note('custom', 'x'.repeat(80))])).toBe('x'.repeat(80))
  })
})
