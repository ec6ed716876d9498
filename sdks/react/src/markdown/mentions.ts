import { emojiOf } from '../emoji.ts'
import type { Inline } from './tree.ts'

const words = /(?<![\p{L}\p{N}_@/.])@([\p{L}\p{N}_][\p{L}\p{N}_.-]{0,63})|:([a-z0-9_+-]{1,64}):/gu
const everyone = new Set(['here', 'room'])

/** Finds mentions and the names of emoji in a text without other marks. */
export function withMentions(text: string): Inline[] {
  const found: Inline[] = []
  let end = 0
  const plain = (until: number) => {
    for (const [at, line] of text.slice(end, until).split('\n').entries()) {
      if (at > 0) found.push({ kind: 'break' })
      if (line !== '') found.push({ kind: 'text', text: line })
    }
  }
  for (const match of text.matchAll(words)) {
    const [whole, mentioned, emojiName] = match
    const emoji = emojiName === undefined ? undefined : emojiOf(emojiName)
    if (mentioned === undefined && emoji === undefined) continue
    plain(match.index)
    const name = mentioned?.replace(/[.-]+$/, '') ?? ''
    if (emoji !== undefined) found.push({ kind: 'text', text: emoji })
    else found.push({ kind: 'mention', name, everyone: everyone.has(name.toLowerCase()) })
    end = match.index + (emoji === undefined ? name.length + 1 : whole.length)
  }
  plain(text.length)
  return found
}
