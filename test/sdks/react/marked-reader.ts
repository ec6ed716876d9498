import { Lexer, Tokenizer, type Token, type Tokens } from 'marked'

import { withMentions } from '../../../sdks/react/src/markdown/mentions.ts'
import { safeAddress, type Block, type Inline } from '../../../sdks/react/src/markdown/parse.ts'

const deepest = 6
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

/** Reads with the package `marked`, all that a message does not have switched off, as a second opinion on what a text means. */
export const readWithMarked = (text: string): Block[] =>
  joined(new Lexer({ gfm: true, breaks: true, tokenizer: createTokenizer() }).lex(text).flatMap(blockOf))

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

type Read = (text: string) => Inline[]
const plain: Read = (text) => [{ kind: 'text', text }]

function inlinesOf(tokens: Token[] | undefined, raw: string, read: Read = withMentions): Inline[] {
  if (tokens === undefined || tokens.length === 0) return read(raw)
  return tokens.flatMap((token) => inlineOf(token, read))
}

function inlineOf(token: Token, read: Read): Inline[] {
  const inner = 'tokens' in token ? token.tokens : undefined
  switch (token.type) {
    case 'strong':
      return [{ kind: 'bold', inlines: inlinesOf(inner, token.raw, read) }]
    case 'em':
      return [{ kind: 'italic', inlines: inlinesOf(inner, token.raw, read) }]
    case 'del':
      return [{ kind: 'strike', inlines: inlinesOf(inner, token.raw, read) }]
    case 'codespan':
      return [{ kind: 'code', text: (token as Tokens.Codespan).text }]
    case 'br':
      return [{ kind: 'break' }]
    case 'link':
      return linkOf(token as Tokens.Link, read)
    case 'escape':
      return [{ kind: 'text', text: (token as Tokens.Escape).text }]
    default:
      return inner === undefined ? read('text' in token ? String(token.text) : token.raw) : inlinesOf(inner, token.raw, read) // prettier-ignore
  }
}

function linkOf(token: Tokens.Link, read: Read): Inline[] {
  const href = safeAddress(token.href)
  if (href === null) return read(token.raw)
  const inlines = token.tokens.flatMap((part) => inlineOf(part, plain))
  return [{ kind: 'link', href, inlines: inlines.flatMap((part) => (part.kind === 'link' ? part.inlines : [part])) }]
}
