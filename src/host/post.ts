/**
 * One POST of JSON, by a process of its own: whoever asked for it can go on, or exit, while a slow server is waited for. The address may hold a
 * secret, so it is handed over in the environment, not among the arguments that everybody sees.
 */
import { spawn } from 'node:child_process'

export const POST_LIMIT_MS = 2000

const VARIABLE = 'TOKUSAGE_POST'

/** Ends with 0 when the answer is a success, else with 1 and the reason on stderr. Redirects are not followed. */
const SCRIPT = `
const { url, body, limit } = JSON.parse(process.env.${VARIABLE})
const fail = reason => { process.stderr.write(reason); process.exit(1) }
setTimeout(() => fail('no answer within ' + limit + ' ms'), limit)
const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http')
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'tokusage' }
const call = request(url, { method: 'POST', headers }, answer => {
  if (answer.statusCode < 200 || answer.statusCode > 299) fail('the server answered ' + answer.statusCode)
  process.exit(0)
})
call.on('error', error => fail(error.message))
call.end(body)
`

const start = (url: string, body: string, isDetached: boolean) =>
  spawn(process.execPath, ['-e', SCRIPT], {
    detached: isDetached,
    windowsHide: true,
    stdio: ['ignore', 'ignore', isDetached ? 'ignore' : 'pipe'],
    env: { ...process.env, [VARIABLE]: JSON.stringify({ url, body, limit: POST_LIMIT_MS }) },
  })

/** Sends and returns at once. */
export const postInBackground = (url: string, body: string): void => {
  const child = start(url, body, true)
  child.on('error', () => {
    // no process could be started: nobody is left to be told
  })
  child.unref()
}

/** Sends and waits; why it failed, undefined when it did not. */
export const post = (url: string, body: string): Promise<string | undefined> =>
  new Promise(resolve => {
    const child = start(url, body, false)
    let reason = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      reason += chunk.toString('utf8')
    })
    child.on('error', error => resolve(error.message))
    child.on('close', code => resolve(code === 0 ? undefined : reason.trim() || `it ended with ${code}`))
  })
