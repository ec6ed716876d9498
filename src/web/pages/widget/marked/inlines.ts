import { match, type Run } from './emphasis.ts'
import { spansOf, type Span } from './spans.ts'
import type { Inline } from './tokens.ts'

/** Takes the text of a paragraph apart (CommonMark 0.31, 6; each line break is one). */
export const inlines = (text: string): Inline[] => between(text, 0, text.length, spansOf(text))

type Piece = { text: string } | { token: Inline } | { run: Run }

function between(text: string, from: number, to: number, spans: Map<number, Span>): Inline[] {
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
    if (span !== undefined && span.end <= to) at = take(at, span.end, { token: tokenOf(text, at, span, spans) })
    else if (sign === '\n') at = take(at, at + 1, { token: { type: 'br', raw: '\n' } })
    else if (sign === '\\') at = take(at, Math.min(to, at + 2), escaped(text[at + 1] ?? ''))
    else if (sign === '*' || sign === '_' || sign === '~') {
      const run = runAt(text, at, to)
      at = take(at, at + run.count, { run })
    } else at++
  }
  if (plain < to) pieces.push({ text: text.slice(plain, to) })
  return tree(pieces)
}

function escaped(sign: string): Piece {
  if (sign === '\n') return { token: { type: 'br', raw: '\\\n' } }
  if (/[!-/:-@[-`{-~]/.test(sign)) return { token: { type: 'escape', raw: `\\${sign}`, text: sign } }
  return { text: `\\${sign}` }
}

function tokenOf(text: string, at: number, span: Span, spans: Map<number, Span>): Inline {
  const raw = text.slice(at, span.end)
  switch (span.kind) {
    case 'code':
      return { type: 'codespan', raw, text: span.text }
    case 'address':
      return { type: 'link', raw, href: span.href, tokens: [{ type: 'text', raw: span.text, text: span.text }] }
    case 'link':
      return { type: 'link', raw, href: span.href, tokens: between(text, span.from, span.to, spans) }
  }
}

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

/** Puts what is between a beginning and its end into one token; what of the runs is no emphasis is text. */
function tree(pieces: Piece[]): Inline[] {
  match(pieces.flatMap((piece) => ('run' in piece ? [piece.run] : [])))
  const stack: Inline[][] = [[]]
  let text = ''
  const add = (token: Inline) => stack.at(-1)?.push(token)
  const flush = () => {
    if (text !== '') add({ type: 'text', raw: text, text })
    text = ''
  }
  for (const piece of pieces) {
    if ('text' in piece) text += piece.text
    else if ('token' in piece) {
      flush()
      add(piece.token)
    } else {
      for (const type of piece.run.ends) {
        flush()
        const tokens = stack.pop() ?? []
        add({ type, raw: '', tokens })
      }
      text += piece.run.sign.repeat(piece.run.left)
      for (const _ of piece.run.begins) {
        flush()
        stack.push([])
      }
    }
  }
  flush()
  return stack[0] ?? []
}
