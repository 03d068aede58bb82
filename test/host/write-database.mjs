// An agent that writes without pause: `node write-database.mjs PATH MODE`. Every transaction moves numbers from row to row, so that
// their sum stays the same, in pages far apart. Ends with a failure when it is ever kept from writing.
import { DatabaseSync } from 'node:sqlite'

const [path, mode] = process.argv.slice(2)
const ROWS = 300
const pause = new Int32Array(new SharedArrayBuffer(4))
const anyRow = () => Math.floor(Math.random() * ROWS)

const database = new DatabaseSync(path)
database.exec(`PRAGMA journal_mode=${mode}; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=20`)
database.exec('CREATE TABLE account(id INTEGER PRIMARY KEY, amount INTEGER, pad TEXT); BEGIN')
const insert = database.prepare('INSERT INTO account VALUES(?, 1000, ?)')
for (let id = 0; id < ROWS; id++) insert.run(id, 'x'.repeat(900))
database.exec('COMMIT')
process.stdout.write('ready\n')

const change = database.prepare('UPDATE account SET amount = amount + ? WHERE id = ?')
for (;;) {
  database.exec('BEGIN IMMEDIATE')
  for (let i = 0; i < 5; i++) {
    const amount = Math.floor(Math.random() * 100)
    change.run(amount, anyRow())
    change.run(-amount, anyRow())
  }
  database.exec('COMMIT')
  Atomics.wait(pause, 0, 0, 5)
}
