/** As of `marked`, with no more fields than the components read. */
export type Block =
  | { type: 'paragraph'; raw: string; tokens: Inline[] }
  | { type: 'code'; raw: string; text: string; lang: string }
  | { type: 'blockquote'; raw: string; tokens: Block[] }
  | { type: 'list'; raw: string; ordered: boolean; start: number; items: { tokens: Block[] }[] }

export type Inline =
  | { type: 'text'; raw: string; text: string }
  | { type: 'escape'; raw: string; text: string }
  | { type: 'codespan'; raw: string; text: string }
  | { type: 'br'; raw: string }
  | { type: 'link'; raw: string; href: string; tokens: Inline[] }
  | { type: 'strong' | 'em' | 'del'; raw: string; tokens: Inline[] }
