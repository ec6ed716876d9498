import { addressAt, matchAt, type Address } from './addresses.ts'

/** What holds together more tightly than emphasis: code, links and addresses (CommonMark 0.31, 6.1, 6.3). */
export type Span =
  | { kind: 'code'; end: number; text: string }
  | ({ kind: 'address' } & Address)
  | { kind: 'link'; end: number; href: string; from: number; to: number }

/** The spans of a text by where they begin. None is within a code or an address, and no link within a link. */
export function spansOf(text: string): Map<number, Span> {
  const spans = new Map<number, Span>()
  const closing = backticks(text)
  let open: number[] = []
  let at = 0
  const take = (from: number, span: Span) => {
    spans.set(from, span)
    at = span.end
  }
  while (at < text.length) {
    const sign = text[at]
    if (sign === '\\') at += 2
    else if (sign === '[') open.push(at++)
    else if (sign === '`') {
      const after = at + runLength(text, at)
      const code = codeAt(text, at, after, closing)
      if (code === null) at = after
      else take(at, code)
    } else if (sign === ']') {
      const from = open.pop()
      const target = from !== undefined && text[at + 1] === '(' ? targetAt(text, at + 2) : null
      if (from === undefined || target === null) at++
      else {
        take(from, { kind: 'link', ...target, from: from + 1, to: at })
        open = []
      }
    } else {
      const address = addressAt(text, at, open.length > 0)
      if (address === null) at++
      else take(at, { kind: 'address', ...address })
    }
  }
  return spans
}

/** Where each run of backticks begins, by its length. */
function backticks(text: string): Map<number, number[]> {
  const runs = new Map<number, number[]>()
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const places = runs.get(run.length) ?? []
    places.push(index)
    runs.set(run.length, places)
  }
  for (const places of runs.values()) places.reverse()
  return runs
}

function runLength(text: string, from: number): number {
  let at = from
  while (text[at] === '`') at++
  return at - from
}

/** The code from the backticks up to `after` to the next as many. */
function codeAt(text: string, at: number, after: number, closing: Map<number, number[]>): Span | null {
  const places = closing.get(after - at) ?? []
  while (places.length > 0 && (places.at(-1) ?? 0) < after) places.pop()
  const close = places.at(-1)
  if (close === undefined) return null
  const inner = text.slice(after, close).replaceAll('\n', ' ')
  const isPadded = inner.startsWith(' ') && inner.endsWith(' ') && inner.trim() !== ''
  return { kind: 'code', end: close + after - at, text: isPadded ? inner.slice(1, -1) : inner }
}

/** The rest of a link after `](`. */
function targetAt(text: string, from: number): { href: string; end: number } | null {
  let at = from + blanks(text, from)
  let href: string
  if (text[at] === '<') {
    const [whole = '', inner = ''] = matchAt(/<((?:\\.|[^<>\\\n]){0,2000})>/y, text, at) ?? []
    if (whole === '') return null
    href = inner
    at += whole.length
  } else {
    const end = balanced(text, at)
    if (end === null) return null
    href = text.slice(at, end)
    at = end
  }
  const title = matchAt(/\s+("(?:\\.|[^"\\]){0,500}"|'(?:\\.|[^'\\]){0,500}')/y, text, at)
  at += title?.[0].length ?? 0
  at += blanks(text, at)
  return text[at] === ')' ? { href: href.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1'), end: at + 1 } : null
}

const blanks = (text: string, at: number): number => matchAt(/\s*/y, text, at)?.[0].length ?? 0

/** Up to a blank or the bracket that closes the target. */
function balanced(text: string, from: number): number | null {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (/\s/.test(sign) || sign === '<') return depth === 0 ? at : null
    if (sign === '\\') at++
    else if (sign === '(' && ++depth > 32) return null
    else if (sign === ')' && depth-- === 0) return at
  }
  return null
}
