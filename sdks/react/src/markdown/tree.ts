/** What a message may hold. There is no HTML in it, no picture, no heading and no table: those stay the text they were written as. */
export type Block =
  | { kind: 'paragraph'; inlines: Inline[] }
  | { kind: 'code'; text: string; language: string }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; start: number | null; items: Block[][] }

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: Emphasis; inlines: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; inlines: Inline[] }
  | { kind: 'mention'; name: string; everyone: boolean }
  | { kind: 'break' }

export type Emphasis = 'bold' | 'italic' | 'strike'
