// Completes package-lock.json: some registries lack a package's builds for other systems, npm then leaves them out of the lock
// file, and `npm ci` refuses a lock file without them. Run after every change of a dependency: `npm run lock`.
import { readFileSync, writeFileSync } from 'node:fs'

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const added = []

/** `…-linux-arm64-musl`: the system, the processor and the C library that a build is for. */
const targetOf = name => {
  const words = name.split(/[/-]/)
  const at = words.findIndex(word => systems.includes(word))
  if (at < 0) return undefined
  const [os, cpu, abi] = words.slice(at)
  const libc = os !== 'linux' ? undefined : abi === 'gnu' ? 'glibc' : abi === 'musl' ? 'musl' : undefined
  return { os: [os], cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }) }
}

for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages))
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`]) continue
    const target = targetOf(name)
    if (target === undefined || !/^\d/.test(version))
      throw new Error(`${name}@${version} of ${path} is missing, and not a build for a system`)
    lock.packages[`node_modules/${name}`] = { version, dev: true, optional: true, ...target }
    added.push(name)
  }

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${added.length} builds for other systems added to package-lock.json\n`)
