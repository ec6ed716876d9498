/** A word of a text, and where it stands. */
export interface Word {
  /** In UTF-16 code units. */
  start: number
  end: number
  /** In lower case, with its accents: what French stems are made from. */
  written: string
  /** Without accents: what is compared. */
  folded: string
}

// Scripts that put no spaces between words: each character is a word, and several make a phrase.
const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`
const word = new RegExp(
  String.raw`[[\p{L}\p{N}]&&[${unspaced}]]\p{M}*|[[\p{L}\p{N}]--[${unspaced}]][[\p{L}\p{N}\p{M}]--[${unspaced}]]*|\p{Extended_Pictographic}`,
  'gv',
)
// Letters that no decomposition takes apart, as people without them on their keyboard write them.
const ligatures: Record<string, string> = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }
const max_word_length = 64
const most_words = 10_000

/** The words of a text in order. What is no letter, digit or pictograph separates them, apostrophes and hyphens too. */
function* words(text: string): Generator<Word> {
  for (const { 0: found, index: start } of text.matchAll(word)) {
    const written = found.toLowerCase()
    const folded = fold(written)
    if (folded !== '') yield { start, end: start + found.length, written, folded }
  }
}

/** As `words`, the first 10,000 of them. */
export const firstWords = (text: string): Word[] => [...words(text).take(most_words)]

const plain = /^[a-z0-9]*$/

/** Without accents and compatibility forms (Unicode Standard Annex 15, NFKD); at most 64 characters count. */
export function fold(word: string): string {
  const folded = plain.test(word)
    ? word
    : word.normalize('NFKD').replaceAll(/\p{M}/gu, '').normalize('NFC').toLowerCase().replaceAll(/[œæßøłđðþı]/g, (each) => ligatures[each] ?? each)
      // Compatibility forms may hold what is no part of a word: "⒜" is "(a)".
      .replaceAll(/[^\p{L}\p{N}\p{Extended_Pictographic}]/gu, '') // prettier-ignore
  return folded.length <= max_word_length ? folded : Array.from(folded).slice(0, max_word_length).join('')
}
