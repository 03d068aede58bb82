/** Once a week, a line under a report on a terminal when an agent deletes logs early, or before the history has them. */
import type { Options } from '../config/options.ts'
import type { Host } from '../host/host.ts'
import type { Loaded } from '../load.ts'
import { announcementText } from '../render/retention.ts'
import { theme } from '../render/theme.ts'
import { wrap } from '../render/width.ts'
import { isAnnouncementDue, rememberAnnouncement } from '../store/announced.ts'
import { retentionOf } from './retention.ts'
import { outputWidth, print, usesColor } from './terminal.ts'

/** What is to be said this week; undefined when it was said, or there is nothing to say. What cannot be remembered is not said, or it would be said every time. */
export const announcementOf = (host: Host, loaded: Loaded): string | undefined => {
  if (!isAnnouncementDue(host)) return undefined
  const text = announcementText(retentionOf(host, loaded))
  return text !== undefined && rememberAnnouncement(host) ? text : undefined
}

export const announce = (host: Host, loaded: Loaded, options: Options): void => {
  const text = announcementOf(host, loaded)
  if (text === undefined) return
  const paint = theme(usesColor(options))
  print(
    `\n${wrap(text, outputWidth(), '  ')
      .map(line => paint(line, 'dim'))
      .join('\n')}`,
  )
}
