/** What holds together more tightly than emphasis: code, links and addresses (CommonMark 0.31, 6.1, 6.3, 6.5; GFM 6.9). */
export type Span =
  | { kind: 'code'; end: number; text: string }
  | { kind: 'address'; end: number; text: string; href: string }
  | { kind: 'link'; end: number; href: string; from: number; to: number }

/** The spans of a text by where they begin. None is within a code or an address, and no link within a link. */
export function spansOf(text: string): Map<number, Span> {
  const spans = new Map<number, Span>()
  const closing = backticks(text)
  let open: number[] = []
  let at = 0
  const take = (from: number, span: Span | null) => {
    if (span === null) return false
    spans.set(from, span)
    at = span.end
    return true
  }
  while (at < text.length) {
    const sign = text[at]
    if (sign === '\\') at += 2
    else if (sign === '`') at = codeAt(text, at, closing, take)
    else if (sign === '[') open.push(at++)
    else if (sign === ']') {
      const from = open.pop()
      const end = from !== undefined && text[at + 1] === '(' ? targetAt(text, at + 2) : null
      if (from !== undefined && end !== null) {
        take(from, { kind: 'link', ...end, from: from + 1, to: at })
        open = []
      } else at++
    } else if (!take(at, addressAt(text, at))) at++
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

function codeAt(
  text: string,
  at: number,
  closing: Map<number, number[]>,
  take: (at: number, span: Span) => boolean,
): number {
  // prettier-ignore
  let after = at
  while (text[after] === '`') after++
  const places = closing.get(after - at) ?? []
  while (places.length > 0 && (places.at(-1) ?? 0) < after) places.pop()
  const close = places.at(-1)
  if (close === undefined) return after
  const inner = text.slice(after, close).replaceAll('\n', ' ')
  const isPadded = inner.startsWith(' ') && inner.endsWith(' ') && inner.trim() !== ''
  const end = close + after - at
  take(at, { kind: 'code', end, text: isPadded ? inner.slice(1, -1) : inner })
  return end
}

/** The rest of a link after `](`. */
function targetAt(text: string, from: number): { href: string; end: number } | null {
  let at = from + blanks(text, from)
  let href: string
  if (text[at] === '<') {
    const [whole = '', inner = ''] = sticky(/<((?:\\.|[^<>\\\n]){0,2000})>/y, text, at) ?? []
    if (whole === '') return null
    href = inner
    at += whole.length
  } else {
    const end = balanced(text, at)
    if (end === null) return null
    href = text.slice(at, end)
    at = end
  }
  const title = sticky(/\s+("(?:\\.|[^"\\]){0,500}"|'(?:\\.|[^'\\]){0,500}')/y, text, at)
  at += title?.[0].length ?? 0
  at += blanks(text, at)
  return text[at] === ')' ? { href: href.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1'), end: at + 1 } : null
}

const blanks = (text: string, at: number): number => sticky(/\s*/y, text, at)?.[0].length ?? 0

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

const web = /(?:https?:\/\/|www\.)[^\s<]+/iy
const mail = /[a-z\d._+-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,8}/iy
const bracketed = /<((?:https?|mailto):[^\s<>]{1,2000}|[a-z\d._+-]{1,64}@[a-z\d.-]{1,253})>/iy

function addressAt(text: string, at: number): Span | null {
  if (text[at] === '<') {
    const [whole = '', inner = ''] = sticky(bracketed, text, at) ?? []
    if (whole === '') return null
    const href = /^[a-z]+:/i.test(inner) ? inner : `mailto:${inner}`
    return { kind: 'address', end: at + whole.length, text: inner, href }
  }
  // Only at the beginning of a word, so that no letter is looked at twice.
  if (at > 0 && /[\p{L}\p{N}._+@/-]/u.test(text[at - 1] ?? '')) return null
  const address = trimmed(sticky(web, text, at)?.[0] ?? '')
  if (/^(https?:\/\/|www\.)./i.test(address)) {
    const href = /^www/i.test(address) ? `http://${address}` : address
    return { kind: 'address', end: at + address.length, text: address, href }
  }
  const [box = ''] = sticky(mail, text, at) ?? []
  if (box === '' || /[-_]$/.test(box)) return null
  return { kind: 'address', end: at + box.length, text: box, href: `mailto:${box}` }
}

/** Without the signs that end the sentence around it, and brackets that it does not open. */
function trimmed(address: string): string {
  let end = address.length
  let surplus = address.split(')').length - address.split('(').length
  for (; end > 0; end--) {
    const sign = address[end - 1] ?? ''
    if (sign === ')' && surplus-- > 0) continue
    if (!/[?!.,:;*_'"~]/.test(sign)) break
  }
  return address.slice(0, end)
}

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
