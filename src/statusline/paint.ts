/** Pieces as one text, coloured as whoever shows it takes colours, and with nothing in it that a shell or tmux would carry out. */
import type { Look, Shell } from './look.ts'
import type { Piece, Tone } from './piece.ts'

interface Style {
  /** Of the 256. */
  readonly color?: number
  readonly isBold?: boolean
  readonly isDim?: boolean
  readonly isReversed?: boolean
}

type Theme = Readonly<Record<Exclude<Tone, 'plain'>, Style>>

const base = { dim: { isDim: true }, strong: { isBold: true } } as const

const themes: Readonly<Record<string, Theme>> = {
  default: { ...base, accent: { color: 6 }, good: { color: 2 }, medium: { color: 3 }, bad: { color: 1, isBold: true } },
  // Darker: yellow and light green cannot be read on white.
  light: {
    ...base,
    accent: { color: 25 },
    good: { color: 28 },
    medium: { color: 130 },
    bad: { color: 124, isBold: true },
  },
  soft: { ...base, accent: { color: 109 }, good: { color: 108 }, medium: { color: 179 }, bad: { color: 174 } },
  mono: { ...base, accent: {}, good: {}, medium: {}, bad: { isBold: true } },
}

/** tmux's bar is green where nobody made it another colour, and green, yellow and cyan cannot be read on it: nothing here depends on the bar. */
const tmuxDefault: Theme = {
  ...base,
  accent: {},
  good: {},
  medium: { isBold: true },
  bad: { isBold: true, isReversed: true },
}

const themeOf = (name: string, shell: Shell | undefined): Theme | undefined => {
  const known = Object.hasOwn(themes, name) ? themes[name] : undefined
  return shell === 'tmux' && (known ?? themes.default) === themes.default ? tmuxDefault : (known ?? themes.default)
}

const ansiColor = (color: number): string => (color < 8 ? String(30 + color) : `38;5;${color}`)

const ansi = ({ color, isBold, isDim, isReversed }: Style): readonly string[] => [
  ...(isBold ? ['1'] : []),
  ...(isDim ? ['2'] : []),
  ...(isReversed ? ['7'] : []),
  ...(color === undefined ? [] : [ansiColor(color)]),
]

const tmux = ({ color, isBold, isDim, isReversed }: Style): readonly string[] => [
  ...(isBold ? ['bold'] : []),
  ...(isDim ? ['dim'] : []),
  ...(isReversed ? ['reverse'] : []),
  ...(color === undefined ? [] : [`fg=colour${color}`]),
]

interface Dialect {
  /** What goes before and after a coloured text; empty for a style that says nothing. */
  wrap(text: string, style: Style): string
  escape(text: string): string
  /** Around a whole line that has styles in it. */
  enclose?(line: string): string
}

/** Escapes between marks that tell a shell how much of the prompt takes no room. */
const marked =
  (open: string, close: string): Dialect['wrap'] =>
  (text, style) => {
    const codes = ansi(style)
    return codes.length === 0 ? text : `${open}\x1b[${codes.join(';')}m${close}${text}${open}\x1b[0m${close}`
  }

const plain: Dialect = { wrap: marked('', ''), escape: text => text }

const dialects: Readonly<Record<Shell, Dialect>> = {
  // What readline knows by the names of \[ and \]: those are not read in what a command puts into a prompt.
  bash: { wrap: marked('\x01', '\x02'), escape: text => text },
  zsh: { wrap: marked('%{', '%}'), escape: text => text.replaceAll('%', '%%') },
  fish: plain,
  starship: plain,
  tmux: {
    wrap: (text, style) => {
      const codes = tmux(style)
      return codes.length === 0 ? text : `#[${codes.join(',')}]${text}#[default]`
    },
    escape: text => text.replaceAll('#', '##'),
    // What the user set before us is what we go back to after each text, and leave behind.
    enclose: line => `#[push-default]${line}#[pop-default]`,
  },
}

/** Neighbours of one tone as one piece: fewer escapes. */
const joined = (pieces: readonly Piece[]): readonly Piece[] => {
  const all: Piece[] = []
  for (const { text, tone } of pieces) {
    const last = all.at(-1)
    if (last?.tone === tone) all[all.length - 1] = { text: last.text + text, tone }
    else all.push({ text, tone })
  }
  return all
}

export const paint = (
  pieces: readonly Piece[],
  { color, theme, shell }: Pick<Look, 'color' | 'theme' | 'shell'>,
): string => {
  const dialect = shell === undefined ? plain : dialects[shell]
  const styles = themeOf(theme, shell)
  const texts = joined(pieces).map(({ text, tone }) => {
    const escaped = dialect.escape(text)
    const style = color && tone !== 'plain' ? styles?.[tone] : undefined
    const styled = style ? dialect.wrap(escaped, style) : escaped
    return { styled, isStyled: styled !== escaped }
  })
  const line = texts.map(({ styled }) => styled).join('')
  return dialect.enclose && texts.some(({ isStyled }) => isStyled) ? dialect.enclose(line) : line
}
