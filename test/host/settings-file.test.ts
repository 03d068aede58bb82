/** Files of other programs: whole or as they were, with their mode, behind their links, and backed up. */
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/core/errors.ts'
import { readBackups, readSettingsFile, writeSettingsFile } from '../../src/host/settings-file.ts'
import { temporaryHome } from '../support/temporary.ts'

const DAY = '2026-11-20'
const isRoot = process.getuid?.() === 0

const write = (path: string, text: string | undefined) => writeSettingsFile(readSettingsFile(path), text, DAY)

describe('a file', () => {
  test.each([0o600, 0o644, 0o755, 0o666])('keeps its mode %o, and so does its backup', mode => {
    const path = join(temporaryHome({ 'settings.json': 'old' }), 'settings.json')
    chmodSync(path, mode)
    const backup = write(path, 'new')!
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readFileSync(backup, 'utf8')).toBe('old')
    expect([statSync(path).mode & 0o777, statSync(backup).mode & 0o777]).toEqual([mode, mode])
  })

  test('that is not there is made with its folders, for the user alone, without a backup', () => {
    const home = temporaryHome()
    const path = join(home, 'a/b/settings.json')
    expect(write(path, 'new')).toBeUndefined()
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect([statSync(path).mode & 0o777, statSync(join(home, 'a')).mode & 0o777]).toEqual([0o600, 0o700])
    expect(readdirSync(join(home, 'a/b'))).toEqual(['settings.json'])
  })

  test('is replaced at once: who has it open reads it as it was', () => {
    const home = temporaryHome({ 'settings.json': 'old' })
    linkSync(join(home, 'settings.json'), join(home, 'as-it-was'))
    write(join(home, 'settings.json'), 'new')
    expect(readFileSync(join(home, 'as-it-was'), 'utf8')).toBe('old')
    expect(readdirSync(home).sort()).toEqual(['as-it-was', 'settings.json', `settings.json.tokusage-backup-${DAY}`])
  })

  test('goes where there is no text, and is not backed up', () => {
    const home = temporaryHome({ 'settings.json': 'old' })
    expect(write(join(home, 'settings.json'), undefined)).toBeUndefined()
    expect(readdirSync(home)).toEqual([])
  })

  test('keeps its bytes in the backup and in its text, the byte order mark among them', () => {
    const path = join(temporaryHome({ 'settings.json': '\uFEFF{}\r\n' }), 'settings.json')
    expect(readSettingsFile(path).text).toBe('\uFEFF{}\r\n')
    write(path, '\uFEFFnew')
    expect(readBackups(path)).toEqual(['\uFEFF{}\r\n'])
    expect(readFileSync(path)).toEqual(Buffer.from('\uFEFFnew'))
  })
})

describe('a link', () => {
  test.each(['real/settings.json', '../outside.json'])('to %s stays one, and what it stands for is changed', to => {
    const home = temporaryHome({ 'h/real/settings.json': 'old', 'outside.json': 'old' })
    const path = join(home, 'h/settings.json')
    symlinkSync(to, path)
    const backup = write(path, 'new')
    expect(readlinkSync(path)).toBe(to)
    expect(readFileSync(join(home, 'h', to), 'utf8')).toBe('new')
    expect(lstatSync(join(home, 'h', to)).isSymbolicLink()).toBe(false)
    expect(backup).toBe(`${path}.tokusage-backup-${DAY}`)
    expect(lstatSync(backup!).isSymbolicLink()).toBe(false)
  })

  test('to nothing stays one, and what it stands for is made', () => {
    const home = temporaryHome({ 'dotfiles/x': '' })
    symlinkSync('dotfiles/new.json', join(home, 'settings.json'))
    write(join(home, 'settings.json'), 'new')
    expect(lstatSync(join(home, 'settings.json')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(home, 'dotfiles/new.json'), 'utf8')).toBe('new')
  })

  test('to itself is refused', () => {
    const home = temporaryHome()
    symlinkSync('settings.json', join(home, 'settings.json'))
    expect(() => readSettingsFile(join(home, 'settings.json'))).toThrow(UserError)
  })
})

describe('backups', () => {
  test('never take the place of an older one, and are read newest first', () => {
    const home = temporaryHome({
      'settings.json': 'state 1',
      'settings.json.tokusage-backup-2026-11-19': 'older',
      'settings.json.tokusage-backup-2026-11-20-note': 'not of ours',
      'other.json.tokusage-backup-2026-11-20': 'of another file',
    })
    mkdirSync(join(home, 'settings.json.tokusage-backup-2026-12-01'))
    const path = join(home, 'settings.json')
    for (let state = 2; state <= 12; state++) write(path, `state ${state}`)
    expect(readBackups(path)).toEqual([...Array.from({ length: 11 }, (_, i) => `state ${11 - i}`), 'older'])
  })

  test('there are none where there is no folder', () => {
    expect(readBackups(join(temporaryHome(), 'none/settings.json'))).toEqual([])
  })
})

describe('nothing is changed', () => {
  test.each([
    ['changed', 'theirs'],
    ['removed', undefined],
  ])('when the file was %s after it was read', (_, theirs) => {
    const home = temporaryHome({ 'settings.json': 'old' })
    const file = readSettingsFile(join(home, 'settings.json'))
    if (theirs === undefined) writeSettingsFile(file, undefined, DAY)
    else writeFileSync(file.path, theirs)
    expect(() => writeSettingsFile(file, 'new', DAY)).toThrow('Run it again')
    if (theirs !== undefined) expect(() => writeSettingsFile(file, undefined, DAY)).toThrow('Run it again')
    expect(readdirSync(home)).toEqual(theirs === undefined ? [] : ['settings.json'])
    if (theirs !== undefined) expect(readFileSync(file.path, 'utf8')).toBe(theirs)
  })

  test('when the file was made after it was found to be missing', () => {
    const path = join(temporaryHome(), 'settings.json')
    const file = readSettingsFile(path)
    writeFileSync(path, 'theirs')
    expect(() => writeSettingsFile(file, 'new', DAY)).toThrow('Run it again')
    expect(readFileSync(path, 'utf8')).toBe('theirs')
  })

  test('when the file is read-only', () => {
    const home = temporaryHome({ 'settings.json': 'old' })
    const path = join(home, 'settings.json')
    chmodSync(path, 0o444)
    for (const text of ['new', undefined]) {
      expect(() => write(path, text)).toThrow(UserError)
      expect(() => write(path, text)).toThrow(`${path} is read-only`)
    }
    expect(readdirSync(home)).toEqual(['settings.json'])
  })

  test.skipIf(isRoot)('when the folder is read-only', () => {
    const home = temporaryHome({ 'h/settings.json': 'old' })
    chmodSync(join(home, 'h'), 0o500)
    try {
      expect(() => write(join(home, 'h/settings.json'), 'new')).toThrow('could not be written (EACCES)')
    } finally {
      chmodSync(join(home, 'h'), 0o700)
    }
  })

  test.skipIf(!existsSync('/proc/self'))('where the system takes no files', () => {
    expect(() => write('/proc/none/settings.json', 'new')).toThrow(UserError)
    expect(() => write('/proc/none/settings.json', 'new')).toThrow(/could not be written \(E[A-Z]+\)/)
  })

  test('when it is a folder, or no text', () => {
    const home = temporaryHome({ 'settings.json/x': '', 'old.json': Buffer.from([0xff, 0xfe, 0x7b, 0]) })
    expect(() => readSettingsFile(join(home, 'settings.json'))).toThrow('is not a file')
    expect(() => readSettingsFile(join(home, 'old.json'))).toThrow('is not text in UTF-8')
    expect(() => write(join(home, 'old.json/in-a-file'), 'new')).toThrow(/old\.json\/in-a-file could not be/)
  })
})
