/** Both SQLite drivers on the same databases: what is read, and that nobody could tell that somebody read. */
import { createHash } from 'node:crypto'
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/host/host.ts'
import { hasNative, openNative } from '../../src/host/sqlite/native.ts'
import { readUndisturbed, withDatabase } from '../../src/host/sqlite/open.ts'
import { temporaryHome } from '../support/temporary.ts'

const warnings: string[] = []
process.on('warning', warning => warnings.push(warning.message))

const fixtures = join(import.meta.dirname, '../../fixtures/sqlite')
const isNative = hasNative()
const ifNative = isNative ? '' : ' (skipped: this Node has no node:sqlite)'

/** A copy of a fixture; the path of its database. */
const copyOf = (name: string): string => {
  const home = temporaryHome()
  cpSync(join(fixtures, name), home, { recursive: true, preserveTimestamps: true })
  return join(home, 'usage.db')
}

/** All that can be seen of a folder: names, bytes, times of change. */
const traces = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => {
    const stat = lstatSync(join(folder, name), { bigint: true })
    const bytes = stat.isFile() ? readFileSync(join(folder, name)) : ''
    return `${name} ${stat.mtimeNs} ${stat.mode} ${createHash('sha256').update(bytes).digest('hex')}`
  })

type Reader = <T>(path: string, read: (database: Database) => T) => Promise<T>

const readNative: Reader = async (path, read) => {
  const connection = openNative(path)
  if (!connection) throw new Error('driver 1 does not open this')
  try {
    return read(connection)
  } finally {
    connection.close()
  }
}

/** Has `reader` read, and holds the folder of the database against what it was before. */
const readUnseen = async <T>(reader: Reader, path: string, read: (database: Database) => T): Promise<T> => {
  const before = traces(join(path, '..'))
  try {
    return await reader(path, read)
  } finally {
    expect(traces(join(path, '..'))).toEqual(before)
  }
}

const codeOf = async (reading: Promise<unknown>): Promise<unknown> => {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Error)
  return error instanceof Error && 'code' in error ? error.code : error
}

const ids = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)
const idsOf = (database: Database) => [...database.rows('SELECT id FROM usage ORDER BY id')].map(row => row.id)

const drivers: [string, Reader, boolean, string[]][] = [
  [`driver 1${ifNative}`, readNative, isNative, ['wal-shm']],
  ['driver 2', readUndisturbed, true, ['wal-shm', 'wal', 'all-in-wal', 'wal-closed', 'rollback']],
  ['the driver that is chosen', withDatabase, true, ['wal-shm', 'wal', 'all-in-wal', 'wal-closed', 'rollback']],
]

for (const [name, reader, isHere, cases] of drivers)
  describe.runIf(isHere)(name, () => {
    test.each(cases)('reads all of %s and leaves no trace', async name => {
      const path = copyOf(name)
      expect(await readUnseen(reader, path, idsOf)).toEqual(ids(1, 50))
      expect(await readUnseen(reader, path, idsOf)).toEqual(ids(1, 50))
    })

    const path = () => copyOf('wal-shm')

    test('gives every kind of value', async () => {
      const sql =
        "SELECT 1 AS small, 9007199254740991 AS safe, 9007199254740993 AS large, -9223372036854775808 AS least, 1.5 AS real, 'ä€😀' AS text, '' AS empty, x'0001ff' AS blob, x'' AS blank, NULL AS none"
      const [row] = await reader(path(), database => [...database.rows(sql)])
      expect({ ...row }).toEqual({
        small: 1,
        safe: 9007199254740991,
        large: 9007199254740993n,
        least: -(2n ** 63n),
        real: 1.5,
        text: 'ä€😀',
        empty: '',
        blob: Uint8Array.of(0, 1, 255),
        blank: new Uint8Array(),
        none: null,
      })
    })

    test('gives each row once where a later one holds a large number', async () => {
      const sql = 'SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 9007199254740993 UNION ALL SELECT 4'
      const rows = await reader(path(), database => [...database.rows(sql)].map(row => row.n))
      expect(rows).toEqual([1, 2, 9007199254740993n, 4])
    })

    test('binds values, of a number what is meant by it', async () => {
      const sql = 'SELECT id FROM usage WHERE model = ? AND at > ? AND cost < ? AND ? IS NULL ORDER BY id LIMIT ?'
      const rows = await reader(path(), database => [...database.rows(sql, 'xyzzy-1', 1767225600000 + 9, 4.5, null, 2)])
      expect(rows.map(row => row.id)).toEqual([10, 13])
    })

    test('knows the columns of a table, and that there is no such table', async () => {
      const [there, not] = await reader(path(), database => [database.columns('usage'), database.columns("x' OR 1")])
      expect([there, not]).toEqual([['id', 'at', 'model', 'cost', 'raw', 'total'], []])
    })

    test('keeps a column called __proto__ apart', async () => {
      const [row] = await reader(path(), database => [...database.rows('SELECT 1 AS "__proto__", 2 AS b')])
      expect(Object.entries(row!)).toEqual([
        ['__proto__', 1],
        ['b', 2],
      ])
    })

    test('has queries inside queries, and queries that are left halfway', async () => {
      const found = await readUnseen(reader, path(), database => {
        const pairs: unknown[] = []
        for (const outer of database.rows('SELECT id FROM usage ORDER BY id')) {
          for (const inner of database.rows('SELECT id FROM usage WHERE id > ?', Number(outer.id))) {
            pairs.push([outer.id, inner.id])
            break
          }
          if (pairs.length === 3) break
        }
        database.rows('SELECT 1')[Symbol.iterator]().next()
        return pairs
      })
      expect(found).toEqual([1, 2, 3].map(id => [id, id + 1]))
    })

    test('throws on a faulty query, and lets nothing be written', async () => {
      const attempts = [
        ['SELECT * FROM nothing', 'SQLITE_ERROR'],
        ['SELEKT', 'SQLITE_ERROR'],
        ['DELETE FROM usage', 'SQLITE_READONLY'],
        ['CREATE TABLE other(x)', 'SQLITE_READONLY'],
      ] as const
      for (const [sql, code] of attempts)
        expect(await codeOf(readUnseen(reader, path(), database => [...database.rows(sql)]))).toBe(code)
    })

    test('hands on what the reading throws, and closes', async () => {
      const file = path()
      const failing = readUnseen(reader, file, database => {
        database.rows('SELECT id FROM usage')[Symbol.iterator]().next()
        throw Object.assign(new Error('mine'), { code: 'MINE' })
      })
      expect(await codeOf(failing)).toBe('MINE')
      expect(await reader(file, idsOf)).toEqual(ids(1, 50))
    })

    test('streams what is larger than its memory', async () => {
      const sql = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        SELECT i, hex(zeroblob(10000)) AS pad FROM n`
      const [rows, size, grown] = await reader(path(), database => {
        for (const _ of database.rows('SELECT 1'));
        const before = process.memoryUsage().arrayBuffers
        let [count, bytes] = [0, 0]
        for (const row of database.rows(sql)) {
          count++
          bytes += String(row.pad).length
        }
        return [count, bytes, process.memoryUsage().arrayBuffers - before]
      })
      expect([rows, size]).toEqual([20_000, 400_000_000])
      expect(grown).toBeLessThan(32_000_000)
    })
  })

describe('which driver', () => {
  test.runIf(isNative).each(['wal', 'all-in-wal', 'wal-closed', 'rollback'])(
    `driver 1 is not tried on %s: it would make a file, or lock out a writer${ifNative}`,
    async name => {
      const path = copyOf(name)
      const before = traces(join(path, '..'))
      expect(openNative(path)).toBeUndefined()
      expect(traces(join(path, '..'))).toEqual(before)
    },
  )

  test('is nothing that prints a warning', async () => {
    await withDatabase(copyOf('wal-shm'), idsOf)
    await new Promise(resolve => setTimeout(resolve, 10))
    expect(warnings.filter(message => message.includes('SQLite'))).toEqual([])
  })
})

describe('databases that are not in order', () => {
  const read = (path: string) => readUnseen(withDatabase, path, idsOf)
  const textOf = (path: string) =>
    readUnseen(withDatabase, path, database => [...database.rows('SELECT * FROM usage')].length)

  test('a damaged one is SQLITE_CORRUPT', async () => {
    expect(await codeOf(textOf(copyOf('corrupt')))).toBe('SQLITE_CORRUPT')
  })

  test('one that is none is SQLITE_NOTADB', async () => {
    expect(await codeOf(read(copyOf('no-database')))).toBe('SQLITE_NOTADB')
  })

  test.each([100, 1024, 1500, 3000])('one of which only %i bytes are there says so', async size => {
    const path = copyOf('rollback')
    truncateSync(path, size)
    expect(['SQLITE_CORRUPT', 'SQLITE_NOTADB']).toContain(await codeOf(textOf(path)))
  })

  test('one with any byte changed is read or refused with a code', async () => {
    const path = copyOf('rollback')
    const bytes = readFileSync(path)
    for (let at = 0; at < 300; at++) {
      const broken = Buffer.from(bytes)
      broken[at]! ^= 0xff
      writeFileSync(path, broken)
      const code = await withDatabase(path, database => [...database.rows('SELECT * FROM usage')].length).catch(
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      )
      expect(typeof code === 'number' || (typeof code === 'string' && /^(SQLITE_|E)/.test(code)), `byte ${at}`).toBe(
        true,
      )
    }
  })

  test('an empty file is a database without tables', async () => {
    const path = join(temporaryHome({ 'usage.db': '', 'usage.db-wal': 'left over' }), 'usage.db')
    expect(await readUnseen(withDatabase, path, database => database.columns('usage'))).toEqual([])
  })

  test('a log of garbage is no log', async () => {
    const path = copyOf('wal-closed')
    writeFileSync(`${path}-wal`, Buffer.alloc(5000, 'xyzzy'))
    expect(await read(path)).toEqual(ids(1, 50))
  })

  test('a log that is torn counts up to its last whole transaction', async () => {
    const path = copyOf('wal')
    truncateSync(`${path}-wal`, 800)
    expect(await read(path)).toEqual(ids(1, 40))
  })

  test('one that is not there is ENOENT, a folder EISDIR', async () => {
    const home = temporaryHome()
    expect(await codeOf(withDatabase(join(home, 'none.db'), idsOf))).toBe('ENOENT')
    expect(await codeOf(withDatabase(home, idsOf))).toBe('EISDIR')
  })

  test('one left in the middle of a transaction is EBUSY: only its journal knows what it was', async () => {
    expect(await codeOf(read(copyOf('hot-journal')))).toBe('EBUSY')
  })

  test('one that is written to at every reading is EBUSY, after nine readings', async () => {
    const path = copyOf('rollback')
    let readings = 0
    const reading = withDatabase(path, database => {
      readings++
      writeFileSync(path, readFileSync(path))
      return idsOf(database)
    })
    expect([await codeOf(reading), readings]).toEqual(['EBUSY', 9])
  })

  test('what a disturbed reading threw is forgotten', async () => {
    const path = copyOf('rollback')
    let readings = 0
    const found = await withDatabase(path, database => {
      if (readings++ > 0) return idsOf(database)
      writeFileSync(path, readFileSync(path))
      throw new Error('nonsense was read')
    })
    expect([found, readings]).toEqual([ids(1, 50), 2])
  })

  test('one behind a link has its log beside the file', async () => {
    const path = copyOf('wal')
    const link = join(temporaryHome(), 'link.db')
    symlinkSync(path, link)
    expect(await readUnseen(withDatabase, link, idsOf)).toEqual(ids(1, 50))
  })

  test.each(['a b#c?d%20e', 'ünï 漢字 😀'])('one in a folder called %s', async name => {
    const home = join(temporaryHome(), name)
    mkdirSync(home)
    cpSync(join(fixtures, 'wal-shm'), home, { recursive: true })
    expect(await read(join(home, 'usage.db'))).toEqual(ids(1, 50))
  })

  test('several at once', async () => {
    const paths = ['wal', 'rollback', 'wal-shm', 'all-in-wal'].map(copyOf)
    expect(await Promise.all(paths.map(read))).toEqual(paths.map(() => ids(1, 50)))
  })
})
