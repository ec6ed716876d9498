import { Fragment, type MouseEvent, type ReactNode } from 'react'

import type { Settings } from '../settings.tsx'

const names = /(?<![\p{L}\p{N}_/#&@.-])#([a-z0-9][a-z0-9_-]{0,63})(?![\p{L}\p{N}_])/gu

/** The text with links in place of the rooms that are known. */
export function withRooms(text: string, linkOf: Settings['linkOfRoom']): ReactNode {
  if (linkOf === null || !text.includes('#')) return text
  const parts: ReactNode[] = []
  let end = 0
  for (const { 0: whole, 1: slug = '', index } of text.matchAll(names)) {
    const link = linkOf(slug)
    if (link === null) continue
    parts.push(text.slice(end, index))
    parts.push(
      <a href={link.href} onClick={(event) => follow(event, link.open)}>
        {whole}
      </a>,
    )
    end = index + whole.length
  }
  parts.push(text.slice(end))
  return parts.map((part, at) => <Fragment key={at}>{part}</Fragment>)
}

/** What asks for another tab or window is the browser's. */
function follow(event: MouseEvent, open: (() => unknown) | undefined): void {
  if (open === undefined || event.button !== 0) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  open()
}
