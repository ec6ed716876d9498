import { blocksOf, byAuthor, inConversation } from './blocks.ts'
import type { Stems } from './stems.ts'
import type { Word } from './words.ts'

// PostgreSQL takes positions up to 2^14 and documents up to 1 MB.
const max_size = 500_000

/** A message's document as PostgreSQL writes a tsvector. */
export function documentOf(
  { id, conversation_id, author_id }: { id: number; conversation_id: number; author_id: number },
  words: readonly Word[],
  stems: Stems,
): string {
  const places = new Map<string, string>()
  let size = 0
  const put = (lexeme: string, position: string) => {
    const before = places.get(lexeme)
    places.set(lexeme, before === undefined ? position : `${before},${position}`)
    size += lexeme.length * 4 + position.length
  }
  for (const [index, word] of words.entries()) {
    put(word.folded, `${index + 1}A`)
    for (const stem of stems(word)) if (stem !== word.folded) put(stem, `${index + 1}`)
    if (size > max_size) break
  }
  const lexemes = [inConversation(conversation_id), byAuthor(author_id), ...blocksOf(id)].map((place) => `'${place}'`)
  // Words hold letters, digits and pictographs only, so nothing in them needs to be escaped.
  for (const [lexeme, positions] of places) lexemes.push(`'${lexeme}':${positions}`)
  return lexemes.join(' ')
}
