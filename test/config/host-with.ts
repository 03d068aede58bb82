import type { Host } from '../../src/host/host.ts'
import { type HostParts, makeHost } from '../support/host.ts'

/** A machine whose only files are these texts, by absolute path; home is `/home/u`, the folder `/work`. */
export const hostWith = (files: Readonly<Record<string, string>> = {}, parts: HostParts = {}): Host => ({
  ...makeHost({ home: '/home/u', cwd: '/work', ...parts }),
  readText: path => files[path],
  stat: path => (path in files ? { kind: 'file', size: 1, mtimeMs: 0, device: 1, inode: 1 } : undefined),
})
