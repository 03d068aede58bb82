import type { Database } from '../host.ts'

/** See `Host.withDatabase`. */
export const withDatabase = async <T>(path: string, _read: (database: Database) => T): Promise<T> => {
  throw new Error(`no driver for ${path}`)
}
