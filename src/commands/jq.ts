/** `--jq`: the JSON through the user's own jq, never through a shell. */
import { spawnSync } from 'node:child_process'
import { UserError } from '../core/errors.ts'

/** What jq prints for `json` and `filter`. Throws a UserError when jq is not there or does not like the filter. */
export const filterJson = (json: string, filter: string): string => {
  const { error, status, stdout, stderr } = spawnSync('jq', [filter], {
    input: json,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
  if (error)
    throw new UserError(
      `jq could not be started (${error.message}). Install jq, or leave out --jq and pipe --json yourself.`,
    )
  if (status !== 0) throw new UserError(`jq refused the filter '${filter}': ${stderr.trim()}`)
  return stdout
}
