import { plainText } from './parse.ts'

export interface SnippetPart {
  text: string
  is_match: boolean
}

// Of private use: no text has a meaning for them, and Markdown takes them for letters.
const begins = '\uE000'
const ends = '\uE001'

/** What a search found, without the marks of Markdown: which part of it is a match stays. */
export function plainSnippet(snippet: readonly SnippetPart[]): SnippetPart[] {
  const marked = snippet.map(({ text, is_match }) => {
    const own = text.replace(/[\uE000\uE001]/g, '')
    return is_match ? begins + own + ends : own
  })
  const parts: SnippetPart[] = []
  let is_match = false
  for (const text of plainText(marked.join('')).split(/([\uE000\uE001])/)) {
    if (text === begins || text === ends) is_match = text === begins
    else if (text !== '') parts.push({ text, is_match })
  }
  return parts
}
