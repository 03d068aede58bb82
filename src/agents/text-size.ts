/** Sizes of texts by class, for `ContextItem.size`: how long, of what kind, never what they say. */
import { noText, type TextSize } from '../core/item.ts'

/** What a picture takes where its dimensions are unknown: about a megapixel, by the vendors' own rules. */
const IMAGE_TOKENS = 1500

/** Scripts that take about a token to a character: kana, ideographs, Hangul, full-width forms. */
const CJK = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/g

const hasCjk = /[\u3040-\uffef]/

/** Marks of source code at the beginning of a text: line numbers, indented braces, semicolons, diffs. */
const CODE =
  /^(?:\s*\d+[\t|:→]|diff --git|@@ |[+-]{3} )|[;{}]\s*$|^\s*(?:import|export|const|function|def|class|#include|package|fn|pub|use)\b/m

/** How much of a text is looked at to tell its class. */
const SAMPLE = 2000

/** The size of `text` as what it looks like, or as what the caller knows it to be. */
export const sizeOf = (text: string, kind: 'prose' | 'code' | 'json' = kindOf(text)): TextSize => {
  const cjk = hasCjk.test(text) ? (text.match(CJK)?.length ?? 0) : 0
  return { ...noText, cjk, [kind]: text.length - cjk }
}

/** The size of arguments or other structured values, as they are sent: JSON. */
export const sizeOfJson = (value: unknown): TextSize =>
  value === undefined ? noText : sizeOf(JSON.stringify(value) ?? '', 'json')

export const sizeOfImages = (count: number): TextSize => ({ ...noText, imageTokens: count * IMAGE_TOKENS })

export const addSizes = (a: TextSize, b: TextSize): TextSize => ({
  prose: a.prose + b.prose,
  code: a.code + b.code,
  json: a.json + b.json,
  cjk: a.cjk + b.cjk,
  imageTokens: a.imageTokens + b.imageTokens,
})

const kindOf = (text: string): 'prose' | 'code' | 'json' => {
  if (/^\s*[[{]/.test(text) && /[\]}]\s*$/.test(text.slice(-SAMPLE))) return 'json'
  return CODE.test(text.slice(0, SAMPLE)) ? 'code' : 'prose'
}
