/** Where our own data lie: with the user's data, not in a cache, for what agents deleted is kept nowhere else. */
import { join } from 'node:path'
import type { Host } from '../host/host.ts'

export const HOME_VARIABLE = 'TOKUSAGE_HOME'

/** The data folder: `TOKUSAGE_HOME`, else where the system keeps an application's data. */
export const dataFolder = (host: Pick<Host, 'env' | 'home' | 'platform'>): string => {
  const own = host.env(HOME_VARIABLE)
  if (own) return own
  if (host.platform === 'darwin') return host.home('Library', 'Application Support', 'tokusage')
  if (host.platform === 'win32')
    return join(host.env('LOCALAPPDATA') ?? host.home('AppData', 'Local'), 'tokusage', 'Data')
  return join(host.env('XDG_DATA_HOME') || host.home('.local', 'share'), 'tokusage')
}

/** Files of one format live together; a later format begins a folder of its own and takes over from this one. */
export const indexFolder = (host: Host): string => join(dataFolder(host), 'index-1')
