/**
 * Colours that read on light and dark backgrounds alike: weight and dimming first, hue only where it means something. Written out, because
 * a library for six codes looks at the terminal when it is loaded, and that brings Node's network code along: 8 ms of every start.
 */

export type Tone = 'plain' | 'dim' | 'strong' | 'good' | 'bad' | 'accent'

/** Paints a text in a tone; the identity when colour is off. */
export type Theme = (text: string, tone: Tone | undefined) => string

/** Codes of ECMA-48 (SGR) that switch a tone on and off. */
const CODES: Readonly<Record<Tone, readonly [on: string, off: string]>> = {
  plain: ['', ''],
  dim: ['\x1b[2m', '\x1b[22m'],
  strong: ['\x1b[1m', '\x1b[22m'],
  good: ['\x1b[1m\x1b[32m', '\x1b[39m\x1b[22m'],
  bad: ['\x1b[1m\x1b[31m', '\x1b[39m\x1b[22m'],
  accent: ['\x1b[36m', '\x1b[39m'],
}

export const theme =
  (color: boolean): Theme =>
  (text, tone = 'plain') => {
    if (!color || text === '') return text
    const [on, off] = CODES[tone]
    return on + text + off
  }
