import fc from 'fast-check'
import widthOfText from 'fast-string-width'
import { describe, expect, it } from 'vitest'
import { agents } from '../../src/agents/index.ts'
import { rowsOf } from '../../src/config/table.ts'
import { dataFlags, ROOTS, statusKey } from '../../src/statusline/key.ts'
import { lineOf, mistakeLine } from '../../src/statusline/line.ts'
import { type LineFlags, lookOf, shells } from '../../src/statusline/look.ts'
import { paint } from '../../src/statusline/paint.ts'
import { piece } from '../../src/statusline/piece.ts'
import { clean } from '../../src/statusline/text.ts'
import { widthOf } from '../../src/statusline/width.ts'
import { count, duration, fineUsd, percent, short, usd } from '../../src/statusline/words.ts'
import { isStatusKey } from '../../src/store/status.ts'
import { facts, snapshot, stdin } from './facts.ts'

describe('the key of the figures', () => {
  it('is that of all who only change the look', () => {
    expect(statusKey([])).toBe('default')
    expect(statusKey(['--no-emoji', '--theme=light', '--width=80', '--format={today}', '--no-cost'])).toBe('default')
  })

  it('is one for each set of other flags, in any order', () => {
    const [a, b] = ['--timezone=UTC', '--agent=x']
    expect(statusKey([a, b])).toBe(statusKey([b, '--no-color', a]))
    expect(
      new Set([[a], [b], [a, b], ['--offline'], ['--no-offline'], ['--timezone=utc']].map(flags => statusKey(flags)))
        .size,
    ).toBe(6)
    expect(dataFlags([b, '--no-color', a, '--no-history'])).toEqual([b, a, '--no-history'])
  })

  it('is another one where logs or settings are elsewhere', () => {
    const keys = [{ CODEX_HOME: '/a' }, { CODEX_HOME: '/b' }, { TOKUSAGE_TIMEZONE: 'UTC' }].map(env =>
      statusKey([], env),
    )
    expect(new Set([...keys, 'default']).size).toBe(4)
    const idle = { HOME: '/x', PATH: '/bin', CODEX_HOME: '', TOKUSAGE_HOME: '/data', TOKUSAGE_GUARD: 'off' }
    expect(statusKey([], idle)).toBe('default')
  })

  it('knows every variable that moves logs', () => {
    expect(ROOTS).toEqual([...new Set(agents.map(agent => agent.rootVariable))].sort())
  })

  it('names a file of ours, whatever the flags hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), words => {
        expect(isStatusKey(statusKey(words.map(w => `--${w}`)))).toBe(true)
      }),
    )
  })

  it('knows every flag of the line’s look', () => {
    const line = rowsOf('statusline').filter(row => row.group === 'Line' && row.key !== 'refresh')
    expect(line.length).toBeGreaterThan(8)
    expect(dataFlags(line.map(row => `--${row.flag}=x`))).toEqual([])
  })
})

describe('the look', () => {
  const silent = { color: undefined, columns: undefined }
  const { view } = snapshot()

  it('flags come before settings, and settings before defaults', () => {
    expect(lookOf({}, undefined, silent)).toMatchObject({ theme: 'default', color: true, refreshInterval: 10 })
    expect(lookOf({}, { ...view, theme: 'soft', color: false }, silent)).toMatchObject({ theme: 'soft', color: false })
    expect(lookOf({ theme: 'light' }, { ...view, theme: 'soft' }, silent).theme).toBe('light')
  })

  it('the environment of this run turns colour off, and a flag on again', () => {
    expect(lookOf({}, { ...view, color: true }, { ...silent, color: false }).color).toBe(false)
    expect(lookOf({ color: true }, view, { ...silent, color: false }).color).toBe(true)
  })

  it('the width is the one that was typed, else that of the terminal', () => {
    expect(lookOf({}, view, { ...silent, columns: 80 }).width).toBe(80)
    expect(lookOf({ width: 60 }, view, { ...silent, columns: 80 }).width).toBe(60)
  })
})

describe('colours', () => {
  const pieces = [piece('50% '), piece('#a', 'good'), piece('b', 'good'), piece('c', 'bad')]
  const as = (shell: LineFlags['shell'], theme = 'default') => paint(pieces, { color: true, theme, shell })

  it('are what each prompt takes', () => {
    expect(as(undefined)).toBe('50% \x1b[32m#ab\x1b[0m\x1b[1;31mc\x1b[0m')
    expect(as('fish')).toBe(as(undefined))
    expect(as('starship')).toBe(as(undefined))
    expect(as('bash')).toBe('50% \x01\x1b[32m\x02#ab\x01\x1b[0m\x02\x01\x1b[1;31m\x02c\x01\x1b[0m\x02')
    expect(as('zsh')).toBe('50%% %{\x1b[32m%}#ab%{\x1b[0m%}%{\x1b[1;31m%}c%{\x1b[0m%}')
    expect(as('tmux')).toBe('#[push-default]50% ##ab#[bold,reverse]c#[default]#[pop-default]')
  })

  it('are of a theme; an unknown one is the default', () => {
    expect(as(undefined, 'light')).toContain('38;5;28m')
    expect(as(undefined, 'mono')).toBe('50% #ab\x1b[1mc\x1b[0m')
    expect(as(undefined, 'constructor')).toBe(as(undefined))
  })

  it('in tmux are none of those that its green bar swallows, unless a theme is asked for', () => {
    const tones = ['accent', 'good', 'medium', 'bad', 'dim', 'strong'] as const
    const of = (theme: string) => tones.map(tone => paint([piece('x', tone)], { color: true, theme, shell: 'tmux' }))
    for (const text of [...of('default'), ...of('no such')]) expect(text).not.toContain('fg=')
    expect(new Set(of('default')).size).toBe(4)
    expect(of('light')[1]).toBe('#[push-default]#[fg=colour28]x#[default]#[pop-default]')
  })

  it('in tmux leave the user’s style alone where they are off', () =>
    expect(paint([piece('x'), piece('y', 'good')], { color: true, theme: 'default', shell: 'tmux' })).toBe('xy'))

  it('can be left out, without what a shell would carry out', () => {
    expect(paint(pieces, { color: false, theme: 'default', shell: 'tmux' })).toBe('50% ##abc')
    expect(mistakeLine('#(date) 5%', 'tmux')).toBe('tokusage: ##(date) 5%')
  })

  const shown = (name: string, shell: LineFlags['shell']) =>
    lineOf(
      facts({
        stdin: stdin({
          model: { display_name: name },
          worktree: { branch: name },
          workspace: { project_dir: `/x/${name}` },
        }),
        flags: { shell, template: '{model} {branch} {project}' },
      }),
    )

  it.each(shells)('%s carries out nothing that stands in a name', shell => {
    const text = shown('a$(id)`id`#(id)#{x}%n\\w', shell)
    if (shell === 'bash' || shell === 'zsh') expect(text).not.toMatch(/[`$\\]/)
    if (shell === 'zsh') expect(text.replaceAll('%%', '')).not.toContain('%')
    if (shell === 'tmux') expect(text.replaceAll('##', '')).not.toContain('#')
    expect(text).toContain('(id)')
  })
})

describe('text from outside', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007name', 'name'],
    ['a\tb\n\nc', 'a b c'],
    ['\u202eevil\u2066', 'evil'],
    ['\u009b31mx', 'x'],
    ['\ud800x\udc00', 'x'],
    ['日本 🤖', '日本 🤖'],
    ['\u0000\u0001', undefined],
    ['   ', undefined],
  ])('%j', (text, expected) => expect(clean(text)).toBe(expected))

  it('is cut where it is no name any more', () => {
    expect(clean('x'.repeat(1e6))).toBe(`${'x'.repeat(47)}…`)
    expect(clean('🤖'.repeat(1000))).not.toMatch(/\p{Surrogate}/u)
  })
})

describe('the width of text', () => {
  it('is that of the library that other commands use', () => {
    const unit = fc.constantFrom(
      ...'aé日本語한글ﾊﾝｶｸ：，🤖💰🔥🧠💾🟢🚨↻↗↘→≈≥…·–',
      '⚠️',
      '⚠',
      '✅',
      '☕',
      '❤️',
      '🚀',
      '🦀',
      'e\u0301',
    )
    fc.assert(
      fc.property(fc.string({ unit }), text => {
        expect(widthOf(text)).toBe(widthOfText(text))
      }),
    )
  })
})

describe('figures', () => {
  it.each([
    [count(1_234_567), '1,234,567'],
    [count(0.4), '0'],
    [short(9_999), '9,999'],
    [short(10_000), '10K'],
    [short(999_600), '1M'],
    [short(12_345_678), '12.3M'],
    [short(1e15), '1,000T'],
    [usd(0), '$0.00'],
    [usd(0.004), '<$0.01'],
    [usd(1234.5), '$1,234.50'],
    [usd(0.999), '$1.00'],
    [fineUsd(0.00412), '$0.0041'],
    [fineUsd(0.0075), '$0.0075'],
    [fineUsd(0.00001), '<$0.0001'],
    [fineUsd(0.5), '$0.50'],
    [percent(0), '0%'],
    [percent(0.2), '<1%'],
    [percent(99.9), '99%'],
    [percent(100), '100%'],
    [percent(103.4), '103%'],
    [duration(59_999), '<1m'],
    [duration(3_599_999), '59m'],
    [duration(3_600_000), '1h'],
    [duration(11_100_000), '3h 5m'],
    [duration(86_400_000 * 3 + 3_600_000), '3d 1h'],
  ])('%s', (shown, expected) => expect(shown).toBe(expected))
})
