import { Lexer, Tokenizer, type Token, type Tokens } from 'marked'

import { emojiOf } from '../emoji.ts'

/** What a message may hold. There is no HTML in it, no picture, no heading and no table: those stay the text they were written as. */
export type Block =
  | { kind: 'paragraph'; inlines: Inline[] }
  | { kind: 'code'; text: string; language: string }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; start: number | null; items: Block[][] }

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; inlines: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; inlines: Inline[] }
  | { kind: 'mention'; name: string; everyone: boolean }
  | { kind: 'break' }

const deepest = 6

/** One text may have an end that costs: everything past this is shown as plain text. The server's own limit is far below. */
const longest = 20_000

function createTokenizer(): Tokenizer {
  const tokenizer = new Tokenizer()
  const { blockquote, list, link, space } = tokenizer
  let depth = 0
  const nested = <T>(parse: () => T): T | undefined => {
    if (depth >= deepest) return undefined
    depth++
    try {
      return parse()
    } finally {
      depth--
    }
  }
  const none = (): undefined => undefined
  return Object.assign(tokenizer, {
    space,
    blockquote: (source: string) => nested(() => blockquote.call(tokenizer, source)),
    list: (source: string) => nested(() => list.call(tokenizer, source)),
    link: (source: string) => (source.startsWith('!') ? undefined : link.call(tokenizer, source)),
    code: none,
    heading: none,
    lheading: none,
    hr: none,
    html: none,
    def: none,
    table: none,
    tag: none,
    reflink: none,
  })
}

/** Parses in time that grows with the length of the text, whatever is in it. */
export function parseMarkdown(text: string): Block[] {
  if (text.length > longest) return [paragraph(text)]
  try {
    const tokens = new Lexer({ gfm: true, breaks: true, tokenizer: createTokenizer() }).lex(text)
    return joined(tokens.flatMap(blockOf))
  } catch {
    // The parser gives up on what it cannot take apart: then the text stands as it was written.
    return [paragraph(text)]
  }
}

const paragraph = (text: string): Block => ({ kind: 'paragraph', inlines: [{ kind: 'text', text }] })

function blockOf(token: Token): Block[] {
  switch (token.type) {
    case 'space':
      return []
    case 'code':
      return [{ kind: 'code', text: (token as Tokens.Code).text, language: (token as Tokens.Code).lang ?? '' }]
    case 'blockquote':
      return [{ kind: 'quote', blocks: joined(((token as Tokens.Blockquote).tokens ?? []).flatMap(blockOf)) }]
    case 'list': {
      const list = token as Tokens.List
      const start = list.ordered ? Number(list.start) : null
      return [{ kind: 'list', start, items: list.items.map((item) => joined(item.tokens.flatMap(blockOf))) }]
    }
    default:
      return [{ kind: 'paragraph', inlines: inlinesOf('tokens' in token ? token.tokens : undefined, token.raw) }]
  }
}

/** Lines that the parser tells apart because they could have been something else are one paragraph here. */
function joined(blocks: Block[]): Block[] {
  const result: Block[] = []
  for (const block of blocks) {
    const last = result.at(-1)
    if (block.kind === 'paragraph' && block.inlines.length === 0) continue
    if (last?.kind === 'paragraph' && block.kind === 'paragraph' && endsLine(last)) last.inlines.push(...block.inlines)
    else result.push(block)
  }
  return result
}

const endsLine = (block: { inlines: Inline[] }): boolean => block.inlines.at(-1)?.kind === 'break'

function inlinesOf(tokens: Token[] | undefined, raw: string): Inline[] {
  if (tokens === undefined || tokens.length === 0) return withWords(raw)
  return tokens.flatMap(inlineOf)
}

function inlineOf(token: Token): Inline[] {
  const inner = 'tokens' in token ? token.tokens : undefined
  switch (token.type) {
    case 'strong':
      return [{ kind: 'bold', inlines: inlinesOf(inner, token.raw) }]
    case 'em':
      return [{ kind: 'italic', inlines: inlinesOf(inner, token.raw) }]
    case 'del':
      return [{ kind: 'strike', inlines: inlinesOf(inner, token.raw) }]
    case 'codespan':
      return [{ kind: 'code', text: (token as Tokens.Codespan).text }]
    case 'br':
      return [{ kind: 'break' }]
    case 'link':
      return linkOf(token as Tokens.Link)
    case 'escape':
      return [{ kind: 'text', text: (token as Tokens.Escape).text }]
    default:
      return inner === undefined ? withWords('text' in token ? String(token.text) : token.raw) : inlinesOf(inner, token.raw) // prettier-ignore
  }
}

function linkOf(token: Tokens.Link): Inline[] {
  const href = safeAddress(token.href)
  const inlines = token.tokens.flatMap((part): Inline[] =>
    part.type === 'text' ? [{ kind: 'text', text: part.raw }] : inlineOf(part),
  )
  // No link within a link, and nothing clickable that is not an address of the web or of a mailbox.
  if (href === null) return withWords(token.raw)
  return [{ kind: 'link', href, inlines: inlines.flatMap((part) => (part.kind === 'link' ? part.inlines : [part])) }]
}

/** The address if it is one of `http:`, `https:` or `mailto:`, else null. Relative ones are none: a message has no place of its own. */
export function safeAddress(address: string): string | null {
  if (!URL.canParse(address)) return null
  const { protocol, href } = new URL(address)
  return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : null
}

const words = /(?<![\p{L}\p{N}_@/.])@([\p{L}\p{N}_][\p{L}\p{N}_.-]{0,63})|:([a-z0-9_+-]{1,64}):/gu
const everyone = new Set(['here', 'room', 'all', 'everyone', 'channel'])

/** Finds mentions and emoji names in a text. */
function withWords(text: string): Inline[] {
  const found: Inline[] = []
  let end = 0
  const plain = (until: number) => {
    const part = text.slice(end, until)
    for (const [at, line] of part.split('\n').entries()) {
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
    else found.push({ kind: 'mention', name, everyone: everyone.has(name) })
    end = match.index + (emoji === undefined ? name.length + 1 : whole.length)
  }
  plain(text.length)
  return found
}

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
