/** Makes sure, before the tests of the built program, that there is one and that it is made of these sources. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export default function setup(): void {
  const script = join(import.meta.dirname, '../../.ci/prepare.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`)
}
