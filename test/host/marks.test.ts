import { describe, expect, test } from 'vitest'
import { isStill, type Marks } from '../../src/host/sqlite/marks.ts'

const file = { hasJournal: false, inode: '1 7', files: 'a', index: undefined }
const index = { salt: '00ff', frames: 40, copied: 10 }
const log = { ...file, index }

describe('a reading is of one moment', () => {
  test.each<[string, Marks, Marks]>([
    ['when nothing changed', file, file],
    ['when nothing changed in the log', log, log],
    ['when the log only grew', log, { ...log, files: 'b', index: { ...index, frames: 90 } }],
    ['when what was in the log went into the file', log, { ...log, files: 'b', index: { ...index, copied: 40 } }],
  ])('%s', (_, before, after) => {
    expect(isStill(before, after)).toBe(true)
  })
})

describe('a reading is of several moments', () => {
  test.each<[string, Marks, Marks]>([
    ['when the file changed', file, { ...file, files: 'b' }],
    ['when another file stands there', log, { ...log, inode: '1 8' }],
    ['when a transaction was under way before it', { ...file, hasJournal: true }, file],
    ['when a transaction is under way after it', file, { ...file, hasJournal: true }],
    ['when the log was begun anew', log, { ...log, index: { ...index, salt: '00fe', copied: 0 } }],
    ['when later pages went into the file', log, { ...log, index: { ...index, frames: 90, copied: 41 } }],
    ['when a process opened the database', file, log],
    ['when the last process closed it', log, file],
  ])('%s', (_, before, after) => {
    expect(isStill(before, after)).toBe(false)
  })
})
