/** limits: how much of each window is used, when it will be full, and with --why what used it. */
import type { Options } from '../config/options.ts'
import { isFault } from '../core/diagnostic.ts'
import type { Host } from '../host/host.ts'
import { limitsOf } from '../load-limits.ts'
import { jsonText, viewOf } from './receipt-facts.ts'
import { print, progressBar, refuseLists } from './terminal.ts'

/** Prints the windows; 0, or 1 under `--strict` when anything in the data was odd. */
export const runLimits = async (host: Host, options: Options): Promise<number> => {
  refuseLists(options, 'What limits says')
  const bar = progressBar(host.now(), host.now)
  const report = await limitsOf(host, options, bar.update)
  bar.clear()
  const view = viewOf(options)
  if (options.format === 'json') {
    const { limitsJson } = await import('../render/limits-json.ts')
    print(await jsonText(limitsJson(report, view), options))
  } else print((await import('../render/limits.ts')).renderLimits(report, view))
  return options.strict && report.diagnostics.some(isFault) ? 1 : 0
}
