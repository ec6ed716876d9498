/** Without case and accents, as people type names. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** How well a name fits what was typed; null if it does not. Its beginning is best, then a word's, then anywhere, then its letters in order. */
export function fit(name: string, typed: string): number | null {
  const text = plain(name)
  const wanted = plain(typed.trim())
  if (wanted === '') return 0
  const at = text.indexOf(wanted)
  if (at === 0) return 0
  if (at > 0) return /[\s#@._-]/.test(text[at - 1] ?? '') ? 1 : 2
  let from = 0
  for (const letter of wanted) {
    const found = text.indexOf(letter, from)
    if (found === -1) return null
    from = found + 1
  }
  return 3
}
