const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The beginning of a text, cut where a reader sees characters end. */
export function firstCharacters(text: string, count: number): string {
  const segments = characters.segment(text.slice(0, count * 4))
  return [...segments].slice(0, count).map(({ segment }) => segment).join('') // prettier-ignore
}
