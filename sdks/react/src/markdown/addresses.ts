export interface Address {
  /** Where it ends in the text. */
  end: number
  /** What is seen of it. */
  text: string
  href: string
}

const web = /(?:https?:\/\/|www\.)[^\s<]+/iy
/** In brackets, an address leaves the target of a link alone. */
const labelled = /(?:https?:\/\/|www\.)(?:(?!\]\()[^\s<])+/iy
const mail = /[a-z\d][a-z\d._+-]{0,63}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,8}/iy
const angled = /<((?:https?|mailto):[^\s<>]{1,2000}|[a-z\d._+-]{1,64}@[a-z\d.-]{1,253})>/iy

/** The address of the web or of a mailbox that begins here, with or without `<>` (CommonMark 0.31, 6.5; GFM 6.9). */
export function addressAt(text: string, at: number, isInBrackets: boolean): Address | null {
  if (text[at] === '<') {
    const [whole = '', inner = ''] = matchAt(angled, text, at) ?? []
    if (whole === '') return null
    return { end: at + whole.length, text: inner, href: /^[a-z]+:/i.test(inner) ? inner : `mailto:${inner}` }
  }
  if (!/[a-z\d]/i.test(text[at] ?? '') || isWithinWord(text, at)) return null
  const address = trimmed(matchAt(isInBrackets ? labelled : web, text, at)?.[0] ?? '')
  if (/^(https?:\/\/|www\.)./i.test(address)) {
    const href = /^www/i.test(address) ? `http://${address}` : address
    return { end: at + address.length, text: address, href }
  }
  const [box = ''] = matchAt(mail, text, at) ?? []
  if (box === '' || /[-_]$/.test(box)) return null
  return { end: at + box.length, text: box, href: `mailto:${box}` }
}

/** An address is a word of its own, or in emphasis; so no letter is looked at twice. */
function isWithinWord(text: string, at: number): boolean {
  let from = at
  while (text[from - 1] === '_') from--
  return /[\p{L}\p{N}.+@/-]/u.test(text[from - 1] ?? '')
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

/** The address if it is one of `http:`, `https:` or `mailto:`, else null. Relative ones are none: a message has no place of its own. */
export function safeAddress(address: string): string | null {
  if (!URL.canParse(address)) return null
  const { protocol, href } = new URL(address)
  return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : null
}

/** What a sticky pattern matches exactly here. */
export function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at
  return sticky.exec(text)
}
