/** The tones of frames: those of reports, and one for what nears a limit. */
import { type Tone as ReportTone, theme } from '../render/theme.ts'

export type Tone = ReportTone | 'warn'

export type Paint = (text: string, tone: Tone | undefined) => string

// The dark yellow of the sixteen: the bright one cannot be read on white.
const WARN = ['\x1b[33m', '\x1b[39m'] as const

export const painter = (color: boolean): Paint => {
  const paint = theme(color)
  return (text, tone) => {
    if (tone !== 'warn') return paint(text, tone)
    return color && text !== '' ? WARN[0] + text + WARN[1] : text
  }
}

/** From here on a share of a limit is a warning. */
export const NEAR = 0.8
const FULL = 1

/** The tone of a share of a limit: nothing is said below 80 %. */
export const toneOfShare = (share: number): Tone => (share >= FULL ? 'bad' : share >= NEAR ? 'warn' : 'accent')
