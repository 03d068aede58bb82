/** Text from outside (names of models, projects, branches) as one harmless piece: it may come from anywhere and goes to a terminal. */

const SEQUENCES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]/g
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029 ]+/g
/** Controls, what turns the direction of text, what cannot be seen, and halves of characters. */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Names are shorter than this; what is longer is no name. */
const MOST = 48

/** One line without control characters or terminal escapes; undefined where nothing is left. */
export const clean = (text: string): string | undefined => {
  const plain = text
    .slice(0, MOST * 16)
    .replace(SEQUENCES, '')
    .replace(BREAKS, ' ')
    .replace(HIDDEN, '')
    .trim()
  if (plain === '') return undefined
  const letters = [...plain]
  return letters.length <= MOST ? plain : `${letters.slice(0, MOST - 1).join('')}…`
}

/** What the user wrote to stand between parts: spaces stay as they are. */
export const cleanLiteral = (text: string): string =>
  text
    .replace(SEQUENCES, '')
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]/g, ' ')
    .replace(HIDDEN, '')
