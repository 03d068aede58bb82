/**
 * What goes into the files of shells and their like, so that the line shows in the prompt. Each asks for the colours its prompt takes, gives
 * the width there is, and keeps what the user's own prompt does.
 */
import { UserError } from '../core/errors.ts'
import { hasBlock, outside, withBlock, withoutBlock } from './block.ts'
import type { Setting } from './change.ts'
import { fish, posix, tmux, toml } from './quote.ts'

export const prompts = ['bash', 'zsh', 'fish', 'starship', 'tmux'] as const
export type Prompt = (typeof prompts)[number]

export const isPrompt = (word: string): word is Prompt => prompts.some(prompt => prompt === word)

/** Columns where nobody says how many there are, and the line shares its row. */
const SHARED_COLUMNS = 60

/** Neither what is typed ahead nor what goes wrong gets into the prompt. */
const QUIET = '</dev/null 2>/dev/null'

const headOf = (prompt: Prompt): string =>
  `# The line of 'tokusage statusline'. To take it out: tokusage statusline --uninstall ${prompt}`

/** `width` is an expression of the shell; columns that the user named win. */
const callOf = (words: readonly string[], prompt: Prompt, width: string, quote: (word: string) => string): string => {
  const columns = words.some(word => word.startsWith('--width=')) ? '' : ` --width ${width}`
  return `${words.map(quote).join(' ')} --shell ${prompt}${columns} ${QUIET}`
}

const textOf: Readonly<Record<Prompt, (words: readonly string[]) => string>> = {
  // Last in PROMPT_COMMAND, because what stands there may make the prompt anew each time.
  bash: words => `if [[ $- == *i* ]]; then
  __tokusage_prompt() {
    __tokusage_line=$(${callOf(words, 'bash', `"\${COLUMNS:-80}"`, posix)})
    __tokusage_line=\${__tokusage_line:+$__tokusage_line$'\\n'}
    [[ $PS1 == *__tokusage_line* ]] || PS1='\${__tokusage_line-}'$PS1
  }
  if [[ \${PROMPT_COMMAND[*]-} != *__tokusage_prompt* ]]; then
    if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == 'declare -a'* ]]; then PROMPT_COMMAND+=(__tokusage_prompt)
    else PROMPT_COMMAND=\${PROMPT_COMMAND:+$PROMPT_COMMAND$'\\n'}__tokusage_prompt; fi
  fi
fi`,

  zsh: words => `if [[ -o interactive ]]; then
  __tokusage_prompt() {
    __tokusage_line=$(${callOf(words, 'zsh', '$(( COLUMNS / 2 ))', posix)})
    [[ $RPROMPT == *__tokusage_line* ]] || RPROMPT="\${RPROMPT:+$RPROMPT }"'\${__tokusage_line-}'
  }
  setopt prompt_subst
  (( \${precmd_functions[(I)__tokusage_prompt]} )) || precmd_functions+=(__tokusage_prompt)
fi`,

  // At the first prompt, because the user's own right prompt is read after this file. That one comes first, so that it finds $status.
  fish: words => `if status is-interactive
    function __tokusage_start --on-event fish_prompt
        functions --erase __tokusage_start
        functions --query fish_right_prompt; or function fish_right_prompt; end
        functions --copy fish_right_prompt __tokusage_own_right_prompt
        function fish_right_prompt
            set --local parts (__tokusage_own_right_prompt)
            set --append parts (${callOf(words, 'fish', '(math --scale=0 $COLUMNS / 2)', fish)})
            string join ' ' $parts
        end
    end
end`,

  starship: words => `[custom.tokusage]
description = 'The line of tokusage statusline'
command = ${toml(callOf(words, 'starship', String(SHARED_COLUMNS), posix))}
when = true
shell = ['sh']
format = '$output '`,

  // An option of its own, so that a file that is read twice adds it once.
  tmux: words => `set -g @tokusage ${tmux(`#(${tmuxCall(words)})`)}
if -F '#{m:*@tokusage*,#{status-right}}' '' 'set -ag status-right " #{E:@tokusage}"'
if -F '#{==:#{status-interval},0}' 'set -g status-interval 15'
set -g status-right-length 200`,
}

/** A bracket without its fellow would end what tmux carries out: such a word is quoted, and within its quotes the shell makes the bracket. */
const tmuxCall = (words: readonly string[]): string =>
  callOf(words, 'tmux', '$((#{client_width} / 2))', word =>
    posix(word)
      .replaceAll('#', '##')
      .replace(/[()]/g, bracket => `'"$(printf '\\05${bracket === '(' ? 0 : 1}')"'`),
  )

/** The line in the file called `name`; `words` is the program with its flags. */
export const promptLine = (prompt: Prompt, name: string, words: readonly string[]): Setting => ({
  install(before) {
    const own = before === undefined ? '' : outside(before, name)
    if (prompt === 'starship') refuseTable(own, name)
    const lines = [headOf(prompt), ...textOf[prompt](words).split('\n')]
    return { after: withBlock(before, lines, name), notes: prompt === 'starship' ? formatNotes(own) : [] }
  },
  uninstall(before, earlier) {
    const after = withoutBlock(before, name)
    // A file that holds nothing else, and of which there is no backup without ours, was made by us.
    const isMade = after === '' && before !== '' && earlier.every(text => hasBlock(text))
    return { after: isMade ? undefined : after }
  },
})

const refuseTable = (text: string, name: string): void => {
  if (/^[ \t]*\[[ \t]*custom[ \t]*\.[ \t]*["']?tokusage["']?[ \t]*\]/m.test(text))
    throw new UserError(`There is a [custom.tokusage] of your own in ${name}. Remove it first. Nothing was changed.`)
}

/** A format of the user's own shows only the modules that it names. */
const formatNotes = (text: string): string[] =>
  /^[ \t]*format[ \t]*=/m.test(text.split(/^[ \t]*\[/m)[0] ?? '') && !/\$(?:\{custom\b|custom\b|all\b)/.test(text)
    ? [`Your format does not name it: add \${custom.tokusage} to it where the line is to be.`]
    : []
