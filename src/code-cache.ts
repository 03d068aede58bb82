/**
 * Starts the program from what the engine made of its source the last time: compiling it takes longer than most reports (58 ms of CPU with,
 * 98 without, of which Node itself takes 23). The code is kept in our own data folder, one file for each version of the program and of
 * Node, and grows with the commands that are used. It is a convenience: whatever is wrong with it, the source is compiled.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import zlib from 'node:zlib'
import { makeFolder } from './host/folder.ts'
import type { Host } from './host/host.ts'
import { dataFolder } from './store/folder.ts'

interface Output {
  write(text: string): void
}

interface Program {
  main(argv: readonly string[], machine: { readonly stdout: Output; readonly stderr: Output }): Promise<number>
  /** Makes this thread work for the one at the other end of `port`. */
  work(port: unknown): Promise<void>
}

/** What a file of code says before the code: which uses of the program it was made from. */
interface Kept {
  readonly uses: readonly string[]
  readonly code: Buffer
}

const HEAD = 12

/** Bytes 0–3: checksum of all that follows; 4–7: length of the uses; 8–11: unused. The engine does not look for damage itself. */
const packed = (uses: readonly string[], code: Buffer): Buffer => {
  const list = Buffer.from(JSON.stringify(uses))
  const file = Buffer.concat([Buffer.alloc(HEAD), list, code])
  file.writeUInt32LE(list.length, 4)
  file.writeUInt32LE(zlib.crc32(file.subarray(4)), 0)
  return file
}

const unpacked = (file: Buffer): Kept | undefined => {
  if (file.length < HEAD || file.readUInt32LE(0) !== zlib.crc32(file.subarray(4))) return undefined
  const end = HEAD + file.readUInt32LE(4)
  return { uses: JSON.parse(file.toString('utf8', HEAD, end)), code: file.subarray(end) }
}

const read = (path: string): Kept | undefined => {
  try {
    return unpacked(readFileSync(path))
  } catch {
    return undefined // not there yet, or not ours to read
  }
}

/** Code of versions that are gone is litter once it is this old; of one that is still used it is made again. */
const LITTER_MS = 7 * 86_400_000

const sweep = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (Date.now() - statSync(path).mtimeMs > LITTER_MS) rmSync(path, { force: true })
  }
}

const save = (path: string, bytes: Buffer): void => {
  const draft = `${path}.${process.pid}.tmp`
  try {
    makeFolder(dirname(path))
    writeFileSync(draft, bytes, { mode: 0o600 })
    renameSync(draft, path)
    sweep(dirname(path))
  } catch {
    remove(draft) // a folder that cannot be written to costs 40 ms a run, nothing else
  }
}

const remove = (path: string): void => {
  try {
    rmSync(path, { force: true })
  } catch {
    // what is called a folder is none, so there is nothing in it
  }
}

const host: Pick<Host, 'env' | 'home' | 'platform'> = {
  platform: process.platform,
  env: name => process.env[name],
  home: (...parts) => join(process.env.HOME || process.env.USERPROFILE || homedir(), ...parts),
}

/** The source and where its code is kept: a name that no other source has. */
const locate = (file: string): { readonly source: string; readonly path: string } => {
  const fd = openSync(file, 'r')
  try {
    const { size, mtimeMs } = fstatSync(fd)
    const source = readFileSync(fd, 'latin1')
    // Code made under some options of the engine is refused under others.
    const engine = [process.version, process.arch, ...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ')
    const stamp = zlib.crc32?.(engine) ?? 0
    const name = `${process.version}-${[stamp, size, Math.floor(mtimeMs)].map(n => n.toString(36)).join('-')}`
    return { source, path: join(dataFolder(host), 'code', name) }
  } finally {
    closeSync(fd)
  }
}

/** Runs `run` on the program. `use` names what is done with it (a command): its code is kept when it is new; undefined: it is not. */
export const withProgram = async (
  file: string,
  use: string | undefined,
  require: unknown,
  run: (program: Program) => Promise<void>,
): Promise<void> => {
  // Before 20.15 there is no checksum, and without one no trust.
  const located = locate(file)
  const kept = typeof zlib.crc32 === 'function' ? read(located.path) : undefined
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${located.source}\n})`, {
    filename: file,
    ...(kept ? { cachedData: kept.code } : {}),
  })
  const module: { exports: Partial<Program> } = { exports: {} }
  script.runInThisContext()(module.exports, require, module, file, dirname(file))
  await run(module.exports as Program)
  const isNew = kept === undefined || script.cachedDataRejected === true
  if (use === undefined || typeof zlib.crc32 !== 'function' || (!isNew && kept.uses.includes(use))) return
  save(located.path, packed([...new Set([...(isNew ? [] : kept.uses), use])], script.createCachedData()))
}
