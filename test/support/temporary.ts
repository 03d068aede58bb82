/** A folder that a test may fill and that is gone when it ends. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** `temporaryHome({ '.claude/projects/p/s1.jsonl': text })`; its absolute path. */
export const temporaryHome = (files: Readonly<Record<string, string | Buffer>> = {}): string => {
  const home = mkdtempSync(join(tmpdir(), 'tokusage-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), content)
  }
  return home
}
