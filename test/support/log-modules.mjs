// Preloaded by startup.test.ts (`node --import`): writes the address of every module that is loaded to the file LOADED_MODULES.
import { appendFileSync } from 'node:fs'
import { register } from 'node:module'
import { isMainThread } from 'node:worker_threads'

/** Called on the loader's own thread. */
export const load = (url, context, next) => {
  appendFileSync(process.env.LOADED_MODULES, `${url}\n`)
  return next(url, context)
}

if (isMainThread) register(import.meta.url)
