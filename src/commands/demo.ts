/** A machine whose home is the sample that ships with the package: `--demo` runs any command on it. */
import { join } from 'node:path'
import type { Host } from '../host/host.ts'

/** Shortly after the sample's last response, so that "today" and the active block have something to show. */
const DEMO_NOW = Date.UTC(2026, 10, 20, 16, 40)

export const demoHost = (host: Host): Host => ({
  ...host,
  timeZone: host.timeZone,
  env: name => (name.startsWith('XDG_') || name.endsWith('_DIR') ? undefined : host.env(name)),
  home: (...parts) => join(host.asset('demo'), ...parts),
  now: () => DEMO_NOW,
})
