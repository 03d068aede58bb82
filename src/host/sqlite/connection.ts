/** What both drivers offer, and the SQL that they have in common. */
import type { Database } from '../host.ts'

export interface Connection extends Database {
  close(): void
}

/** Nothing that the file's own schema says is trusted, and all queries see the database at one moment. */
export const PREPARATION = ['PRAGMA trusted_schema=OFF', 'PRAGMA cell_size_check=ON', 'PRAGMA query_only=ON', 'BEGIN']

/** Has the header read, and so says whether this is a database at all. */
export const FIRST_LOOK = 'SELECT 1 FROM sqlite_schema LIMIT 1'

/** `hidden` is 1 for the columns of virtual tables that are no data; generated columns are. */
const COLUMNS = 'SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1'

export const columnsOf = (database: Pick<Database, 'rows'>, table: string): string[] =>
  Array.from(database.rows(COLUMNS, table), row => String(row.name))
