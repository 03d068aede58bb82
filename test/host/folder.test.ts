/** Folders of our own are made as far as the system lets us, and a system that does not is an error, not an endless loop. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../../src/host/folder.ts'
import { temporaryHome } from '../support/temporary.ts'

describe('a folder', () => {
  it('is made with all above it, for the user alone, and may be there already', () => {
    const path = join(temporaryHome(), 'a/b/c')
    makeFolder(path)
    makeFolder(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
  })

  it('cannot be made where there is a file', () => {
    const home = temporaryHome({ taken: 'text' })
    expect(() => makeFolder(join(home, 'taken'))).toThrow(/EEXIST/)
    expect(() => makeFolder(join(home, 'taken/inside'))).toThrow(/EEXIST|ENOTDIR/)
  })

  it.skipIf(!existsSync('/proc/self'))('cannot be made in a file system that takes none', () => {
    expect(() => makeFolder('/proc/none/of/ours')).toThrow(/ENOENT|EACCES|EPERM/)
  })
})
