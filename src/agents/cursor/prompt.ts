/** What the command line wraps a prompt in: `<timestamp>…</timestamp>` and `<user_query>…</user_query>`. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Friday, Jul 17, 2026, 12:26 AM (UTC+9)` */
const TIME =
  /<timestamp>\s*(?:\w+,\s+)?([A-Z][a-z]{2})[a-z]*\s+(\d{1,2}),\s+(\d{4}),?\s+(?:at\s+)?(\d{1,2}):(\d\d)(?::(\d\d))?\s*([AP]M)?\s*\((?:UTC|GMT)(?:([+-]\d{1,2})(?::?(\d\d))?)?\)\s*<\/timestamp>/

/** Epoch ms, to the minute; undefined where there is none, or one whose zone cannot be known. */
export const sentAt = (text: string): number | undefined => {
  const m = TIME.exec(text.slice(0, HEAD))
  if (!m) return undefined
  const [, name, day, year, hour, minute, second = '0', half, zone = '+0', zoneMinutes = '0'] = m
  const month = MONTHS.indexOf(name!)
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'PM' ? 12 : 0)
  if (month < 0 || hours > 23 || Number(day) > 31 || Number(minute) > 59) return undefined
  const offset = Math.abs(Number(zone)) * 60 + Number(zoneMinutes)
  const local = Date.UTC(Number(year), month, Number(day), hours, Number(minute), Number(second))
  return local - (zone.startsWith('-') ? -offset : offset) * 60_000
}

/** How far into a prompt its time is looked for. */
const HEAD = 10_000

const QUERY = /<user_query>\s*([\s\S]*?)\s*<\/user_query>/

/** What the user typed. */
export const promptOf = (text: string): string =>
  (QUERY.exec(text)?.[1] ?? text.replace(/<(\w+)>[\s\S]*?<\/\1>/g, '')).trim()
