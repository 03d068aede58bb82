/** Colours that read on light and dark backgrounds alike: weight and dimming first, hue only where it means something. */
import picocolors from 'picocolors'

export type Tone = 'plain' | 'dim' | 'strong' | 'good' | 'bad' | 'accent'

/** Paints a text in a tone; the identity when colour is off. */
export type Theme = (text: string, tone: Tone | undefined) => string

export const theme = (color: boolean): Theme => {
  const paint = picocolors.createColors(color)
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    plain: text => text,
    dim: paint.dim,
    strong: paint.bold,
    good: text => paint.bold(paint.green(text)),
    bad: text => paint.bold(paint.red(text)),
    accent: paint.cyan,
  }
  return (text, tone = 'plain') => (text === '' ? text : tones[tone](text))
}
