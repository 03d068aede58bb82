/** `--jq`: the JSON through the user's own jq, never through a shell. */
import { UserError } from '../core/errors.ts'

/** What jq prints for `json` and `filter`. Throws a UserError when jq is not there or does not like the filter. */
export const filterJson = async (json: string, filter: string): Promise<string> => {
  const { spawnSync } = await import('node:child_process')
  const { error, status, stdout, stderr } = spawnSync('jq', [filter], {
    input: json,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
  // A jq that refuses its filter stops reading, and that is an error, too: only a missing program is told as one.
  if (error && 'code' in error && error.code === 'ENOENT')
    throw new UserError('jq is not installed. Install it, or leave out --jq.')
  if (status !== 0)
    throw new UserError(`jq refused the filter '${filter}': ${stderr?.trim() || error?.message || 'no reason given'}`)
  return stdout
}
