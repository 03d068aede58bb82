/** Figures as a person reads them. By hand: Intl costs the status line more than everything else it does. */
import type { StatusZone } from '../core/status.ts'

const MINUTE_MS = 60_000

/** `1,234,567`. */
export const count = (n: number): string => String(Math.round(n)).replace(/\B(?=(?:\d{3})+$)/g, ',')

const UNITS = ['K', 'M', 'B', 'T'] as const

/** `12.3K`, `500K`; below 10,000 the number itself. */
export const short = (n: number): string => {
  if (n < 9_999.5) return count(n)
  let scaled = n / 1000
  let unit = 0
  while (scaled >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000
    unit++
  }
  return `${scaled >= 100 ? count(scaled) : String(Number(scaled.toPrecision(3)))}${UNITS[unit]}`
}

/** `$1,234.56`; what is there but below one cent is `<$0.01`. */
export const usd = (value: number): string => {
  if (value > 0 && value < 0.01) return '<$0.01'
  const cents = Math.round(value * 100)
  return `$${count(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, '0')}`
}

/** As `usd`, with the first two digits of an amount below one cent, the rest cut off: `$0.0075`. */
export const fineUsd = (value: number): string => {
  if (value >= 0.01 || value <= 0) return usd(value)
  if (value < 0.0001) return '<$0.0001'
  return `$${value
    .toFixed(7)
    .replace(/^(0\.0*[1-9]\d)\d*$/, '$1')
    .replace(/0$/, '')}`
}

/** 42.4 as `42%`; never 0 for what is there, nor 100 for what is not full. */
export const percent = (value: number): string => {
  if (value > 0 && value < 0.5) return '<1%'
  if (value > 99 && value < 100) return '99%'
  return `${count(value)}%`
}

/** `<1m`, `43m`, `3h 5m`, `3d 7h`: rounded down, so that nothing is over before it is. */
export const duration = (ms: number): string => {
  const minutes = Math.floor(ms / MINUTE_MS)
  const hours = Math.floor(minutes / 60)
  if (minutes < 1) return '<1m'
  if (hours === 0) return `${minutes}m`
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${count(days)}d` : `${count(days)}d ${hours % 24}h`
}

/** ` (12m ago)`. */
export const ago = (ms: number): string => ` (${duration(ms)} ago)`

/** What is known from below only: `≥ $0.0004` where it is less than a cent. */
export const atLeastUsd = (value: number): string => {
  if (value >= 0.01 || value <= 0) return `≥ ${usd(value)}`
  return `≥ $${value
    .toFixed(12)
    .replace(/^(0\.0*[1-9]\d?).*$/, '$1')
    .replace(/0$/, '')}`
}

const twoDigits = (n: number): string => String(n).padStart(2, '0')

/** `14:05`, in the zone of the figures; without any, in that of the machine. */
export const clock = (at: number, zone?: StatusZone): string => {
  const date = new Date(at)
  if (!zone) return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`
  const { offsetMs, changeAt = Number.POSITIVE_INFINITY, laterOffsetMs = offsetMs } = zone
  const local = new Date(at + (at < changeAt ? offsetMs : laterOffsetMs))
  return `${twoDigits(local.getUTCHours())}:${twoDigits(local.getUTCMinutes())}`
}
