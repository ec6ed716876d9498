import { useEffect, useRef, useState } from 'react'
import type { Message, TimelineItem } from 'veza-js-sdk'

import { plainText } from '../markdown/parse.ts'
import { useWords } from '../settings.tsx'
import type { Words } from '../words.ts'

export interface AnnouncerProps {
  items: readonly TimelineItem[]
  me: number | null
  /** What there is has come: from now on others are news. */
  isReady: boolean
  /** While one types nothing is said; what came meanwhile is told after. */
  isTyping: boolean
}

const longest = 200

/** Tells those who hear of what others wrote since, politely, and of many as a number. */
export function Announcer({ items, me, isReady, isTyping }: AnnouncerProps) {
  const words = useWords()
  const told = useRef<number | null>(null)
  const [said, say] = useState({ turn: 0, text: '' })
  useEffect(() => {
    const newest = newestNumber(items)
    // What was there when one came is not news.
    if (told.current === null) {
      if (isReady || newest > 0) told.current = newest
      return
    }
    if (isTyping || newest <= told.current) return
    const text = sentence(items, told.current, me, words)
    say(({ turn }) => ({ turn: turn + 1, text }))
    told.current = newest
  }, [items, isReady, isTyping, me, words])
  return (
    <div className="vz-hidden" role="log" aria-live="polite" aria-label={words.newMessages}>
      {/* The same words again are read again, as they are another element. */}
      <span key={said.turn}>{said.text}</span>
    </div>
  )
}

function newestNumber(items: readonly TimelineItem[]): number {
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]
    if (item?.kind === 'message') return item.message.number
  }
  return 0
}

function sentence(items: readonly TimelineItem[], since: number, me: number | null, words: Words): string {
  const fresh = []
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]
    if (item?.kind !== 'message') continue
    if (item.message.number <= since) break
    if (item.message.author_id !== me && !item.message.is_deleted) fresh.unshift(item.message)
  }
  if (fresh.length > 3) return words.announcedMany(fresh.length)
  return fresh.map((message) => words.announced(message.username, heard(message, words))).join('. ')
}

function heard({ content, content_type }: Message, words: Words): string {
  if (content_type === 'encrypted') return words.encrypted
  return (content_type === 'code' ? content : plainText(content)).slice(0, longest)
}
