import { describe, expect, it } from 'vitest'
import { notifyCommand, terminalNotice } from '../../src/host/notify.ts'

const text = '-e "$(rm -rf x)" `y` it\'s 80 %'

describe('a notification', () => {
  it('on Linux hands the text over whole, behind all options', () => {
    expect(notifyCommand('linux', '-title', text)).toEqual({
      program: 'notify-send',
      args: ['--app-name=tokusage', '--', '-title', text],
    })
  })

  it('on a Mac hands it over as an argument of the script', () => {
    const { program, args } = notifyCommand('darwin', 'title', text)
    expect([program, args.slice(-2), args.slice(0, -2).join(' ').includes('rm -rf')]).toEqual([
      'osascript',
      ['title', text],
      false,
    ])
  })

  it('on Windows hands it over as a variable, so that nothing of it is a command', () => {
    const { program, args, env } = notifyCommand('win32', '-title', text)
    expect([program, args.join(' ').includes('rm -rf'), args.join(' ').includes('-title')]).toEqual([
      'powershell.exe',
      false,
      false,
    ])
    expect(env).toEqual({ TOKUSAGE_TITLE: '-title', TOKUSAGE_TEXT: text })
  })

  it('to a terminal ends where it should', () => {
    expect(terminalNotice('a\x07\x1b]0;b\u009cc')).toBe('\x1b]9;a  ]0;b c\x07')
  })
})
