import { safeAddress } from './addresses.ts'
import { match, type Run } from './emphasis.ts'
import { withMentions } from './mentions.ts'
import { spansOf, type Span } from './spans.ts'
import type { Inline } from './tree.ts'

/** Deeper than this, emphasis makes no difference to be seen. */
const deepest = 8

/** Takes the text of a paragraph apart (CommonMark 0.31, 6; each line break is one). */
export const inlinesOf = (text: string): Inline[] =>
  tree(piecesOf({ text, spans: spansOf(text), isLink: false }, 0, text.length), withMentions)

/** A text, or that of a link in it. */
interface Place {
  text: string
  spans: Map<number, Span>
  isLink: boolean
}

type Piece = { text: string } | { inline: Inline } | { run: Run }

function piecesOf(place: Place, from: number, to: number): Piece[] {
  const { text, spans } = place
  const pieces: Piece[] = []
  let plain = from
  const take = (at: number, end: number, piece: Piece) => {
    if (at > plain) pieces.push({ text: text.slice(plain, at) })
    pieces.push(piece)
    plain = end
    return end
  }
  for (let at = from; at < to;) {
    const span = spans.get(at)
    const sign = text[at] ?? ''
    if (span !== undefined && span.end <= to) at = take(at, span.end, spanPiece(place, at, span))
    else if (sign === '\n') at = take(at, at + 1, { inline: { kind: 'break' } })
    else if (sign === '\\') at = take(at, Math.min(to, at + 2), escaped(text[at + 1] ?? ''))
    else if (sign === '*' || sign === '_' || sign === '~') {
      const run = runAt(text, at, to)
      at = take(at, at + run.count, { run })
    } else at++
  }
  if (plain < to) pieces.push({ text: text.slice(plain, to) })
  return pieces
}

function escaped(sign: string): Piece {
  if (sign === '\n') return { inline: { kind: 'break' } }
  return /[!-/:-@[-`{-~]/.test(sign) ? { inline: { kind: 'text', text: sign } } : { text: `\\${sign}` }
}

function spanPiece(place: Place, at: number, span: Span): Piece {
  if (span.kind === 'code') return { inline: { kind: 'code', text: span.text } }
  // No link within a link.
  if (place.isLink && span.kind === 'address') return { text: span.text }
  const href = safeAddress(span.href)
  // Nothing is clickable that is not an address of the web or of a mailbox: it stands as it was written.
  if (href === null) return { text: place.text.slice(at, span.end) }
  if (span.kind === 'address') return { inline: { kind: 'link', href, inlines: plain(span.text) } }
  const inlines = tree(piecesOf({ ...place, isLink: true }, span.from, span.to), plain)
  return { inline: { kind: 'link', href, inlines } }
}

/** In a link, nobody is mentioned. */
const plain = (text: string): Inline[] => [{ kind: 'text', text }]

const isBlank = (sign: string): boolean => sign === '' || /\s/.test(sign)
const isMark = (sign: string): boolean => /[\p{P}\p{S}]/u.test(sign)

/** Whether a run may open or close (CommonMark 0.31, 6.2: left- and right-flanking). */
function runAt(text: string, at: number, to: number): Run {
  const sign = text[at] as Run['sign']
  let end = at
  while (end < to && text[end] === sign) end++
  const [before, after] = [text[at - 1] ?? '', text[end] ?? '']
  const left = !isBlank(after) && (!isMark(after) || isBlank(before) || isMark(before))
  const right = !isBlank(before) && (!isMark(before) || isBlank(after) || isMark(after))
  const isWord = sign === '_'
  const count = end - at
  const may = sign !== '~' || count <= 2
  return {
    sign,
    count,
    left: count,
    opens: may && left && (!isWord || !right || isMark(before)),
    closes: may && right && (!isWord || !left || isMark(after)),
    ends: [],
    begins: [],
  }
}

/** Puts what is between a beginning and its end into one inline; what of the runs is no emphasis is text. */
function tree(pieces: Piece[], read: (text: string) => Inline[]): Inline[] {
  match(pieces.flatMap((piece) => ('run' in piece ? [piece.run] : [])))
  const stack: Inline[][] = [[]]
  let beyond = 0
  let text = ''
  const add = (inline: Inline) => stack.at(-1)?.push(inline)
  const flush = () => {
    if (text !== '') for (const inline of read(text)) add(inline)
    text = ''
  }
  for (const piece of pieces) {
    if ('text' in piece) text += piece.text
    else if ('inline' in piece) {
      flush()
      add(piece.inline)
    } else {
      for (const kind of piece.run.ends) {
        flush()
        if (beyond > 0) beyond--
        else {
          const inlines = stack.pop() ?? []
          add({ kind, inlines })
        }
      }
      text += piece.run.sign.repeat(piece.run.left)
      for (const _ of piece.run.begins) {
        flush()
        if (stack.length > deepest) beyond++
        else stack.push([])
      }
    }
  }
  flush()
  return stack[0] ?? []
}
