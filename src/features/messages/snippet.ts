import type { SearchResult } from './search-schema.ts'

const before = 60
const longest = 200

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The part of a text around the first of `places` (its words that were found, in order), cut where readers see characters end. */
export function snippetOf(content: string, places: readonly { start: number; end: number }[]): SearchResult['snippet'] {
  const first = places[0]?.start ?? 0
  const from = first <= before * 2 ? 0 : boundary(content, first - before)
  const to = content.length - from <= longest ? content.length : boundary(content, from + longest)
  const pieces: SearchResult['snippet'] = []
  const add = (start: number, end: number, is_match: boolean) => {
    if (end > start) pieces.push({ text: content.slice(start, end), is_match })
  }
  let at = from
  for (const { start, end } of places) {
    if (start < at || end > to) continue
    add(at, start, false)
    add(start, end, true)
    at = end
  }
  add(at, to, false)
  return pieces
}

/** The last place at or before an index where a character ends, looking a little back. */
function boundary(content: string, index: number): number {
  const begin = Math.max(0, index - 32)
  let last = begin
  for (const { index: at } of graphemes.segment(content.slice(begin, index + 32))) {
    if (begin + at > index) break
    last = begin + at
  }
  return last
}
