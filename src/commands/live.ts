/** To be written. */
import type { Options } from '../config/options.ts'
import { UserError } from '../core/errors.ts'
import type { Host } from '../host/host.ts'

export const runLive = async (_host: Host, _options: Options): Promise<number> => {
  throw new UserError('Not built yet.')
}
