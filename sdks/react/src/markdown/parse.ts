import { blocksOf } from './blocks.ts'
import type { Block, Inline } from './tree.ts'

export { safeAddress } from './addresses.ts'
export type { Block, Inline } from './tree.ts'

/** More than this is shown as it was written. The server's own limit is far below. */
const longest = 20_000

/** Parses in time that grows with the length of the text, whatever is in it, to a tree of bounded depth. */
export const parseMarkdown = (text: string): Block[] =>
  text.length > longest ? [{ kind: 'paragraph', inlines: [{ kind: 'text', text }] }] : blocksOf(text)

/** The text without its marks, in one line: for previews, and for those who hear. */
export function plainText(text: string): string {
  const ofInline = (inline: Inline): string => {
    if (inline.kind === 'break') return ' '
    if (inline.kind === 'mention') return `@${inline.name}`
    return 'text' in inline ? inline.text : inline.inlines.map(ofInline).join('')
  }
  const ofBlock = (block: Block): string => {
    if (block.kind === 'code') return block.text
    if (block.kind === 'quote') return block.blocks.map(ofBlock).join(' ')
    if (block.kind === 'list') return block.items.map((item) => item.map(ofBlock).join(' ')).join(', ')
    return block.inlines.map(ofInline).join('')
  }
  return parseMarkdown(text).map(ofBlock).join(' ').replace(/\s+/g, ' ').trim()
}
