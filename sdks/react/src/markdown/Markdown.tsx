import { Fragment, memo, useEffect, useMemo, useState, type ReactNode } from 'react'

import { useSettings, useWords } from '../settings.tsx'
import { parseMarkdown, type Block, type Inline } from './parse.ts'
import { withRooms } from './rooms.tsx'

export interface MarkdownProps {
  text: string
  /** The reader: mentions of it, and of everyone, stand out. */
  username?: string | undefined
  /** Whether somebody of this name is mentioned; what is not stays text. Default: all are. */
  isMentioned?: ((name: string) => boolean) | undefined
}

/** How what is in a text is to be shown. */
interface Look {
  username: string | undefined
  isMentioned: (name: string) => boolean
  text(text: string): ReactNode
}

const all = () => true

/** A message's text as elements. Bold, italic, strike, code, links, lists, quotes, mentions and `:emoji:`; whatever else it holds, HTML above all, is shown as the text it is. */
export const Markdown = memo(function Markdown({ text, username, isMentioned = all }: MarkdownProps) {
  const blocks = useMemo(() => parseMarkdown(text), [text])
  const { linkOfRoom } = useSettings()
  const look = { username, isMentioned, text: (plain: string) => withRooms(plain, linkOfRoom) }
  return <div className="vz-markdown">{blocks.map((block, at) => shownBlock(block, at, look))}</div>
})

function shownBlock(block: Block, key: number, look: Look): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return <p key={key}>{shownInlines(block.inlines, look)}</p>
    case 'code':
      return <CodeBlock key={key} text={block.text} language={block.language} />
    case 'quote':
      return <blockquote key={key}>{block.blocks.map((inner, at) => shownBlock(inner, at, look))}</blockquote>
    case 'list': {
      const items = block.items.map((item, at) => <li key={at}>{item.map((inner, n) => shownBlock(inner, n, look))}</li>) // prettier-ignore
      return block.start === null ? <ul key={key}>{items}</ul> : <ol key={key} start={block.start}>{items}</ol> // prettier-ignore
    }
  }
}

const shownInlines = (inlines: readonly Inline[], look: Look): ReactNode =>
  inlines.map((inline, at) => <Fragment key={at}>{shownInline(inline, look)}</Fragment>)

function shownInline(inline: Inline, look: Look): ReactNode {
  switch (inline.kind) {
    case 'text':
      return look.text(inline.text)
    case 'bold':
      return <strong>{shownInlines(inline.inlines, look)}</strong>
    case 'italic':
      return <em>{shownInlines(inline.inlines, look)}</em>
    case 'strike':
      return <del>{shownInlines(inline.inlines, look)}</del>
    case 'code':
      return <code className="vz-code">{inline.text}</code>
    case 'break':
      return <br />
    case 'link':
      return (
        <a href={inline.href} target="_blank" rel="noopener noreferrer nofollow">
          {shownInlines(inline.inlines, { ...look, text: (text) => text })}
        </a>
      )
    case 'mention': {
      if (!look.isMentioned(inline.name)) return `@${inline.name}`
      const own = inline.everyone || inline.name.toLowerCase() === look.username?.toLowerCase()
      return <span className={own ? 'vz-mention vz-mention-own' : 'vz-mention'}>@{inline.name}</span>
    }
  }
}

function CodeBlock({ text, language }: { text: string; language: string }) {
  const words = useWords()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => {
    // Without the permission, or in a page without TLS, the text can still be selected.
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <div className="vz-code-block">
      <button type="button" className="vz-button vz-code-copy" onClick={copy}>
        {copied ? words.copied : words.copyCode}
      </button>
      {/* Long lines scroll, so the keyboard must reach them. */}
      <pre tabIndex={0} aria-label={language === '' ? undefined : language}>
        <code>{text}</code>
      </pre>
    </div>
  )
}
