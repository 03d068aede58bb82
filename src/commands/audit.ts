/** audit: how the number of one day or session was formed, response by response and rate by rate. */
import type { Options } from '../config/options.ts'
import type { Host } from '../host/host.ts'

export const runAudit = async (_host: Host, _what: string, _options: Options): Promise<number> => 0
