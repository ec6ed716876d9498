import { useEffect, useMemo, useState } from 'react'
import type { Chat, Conversation, Ref, shapes } from 'veza-js-sdk'
import { refKey } from 'veza-react-components'

import { useSignedIn, useStore } from '../context.ts'

type Pointers = ReadonlyMap<number, number>

const page_size = 100
/** Of rooms with more members, where the server tells of them at all, the others are known by what they read from now on. */
const most_members = 1000

/**
 * The last message that each has read, of those the server tells of: where they stood when the conversation was opened, or after a gap, and what came since. Where they stood is asked for once `is_shown`,
 * and not again until the next opening or gap, whatever the answer.
 */
export function useReadPointers(conversation: Conversation, is_shown: boolean): Pointers {
  const chat = useSignedIn()
  const told = useStore(conversation.receipts)
  const due = useDue(conversation, useStretch(conversation), is_shown)
  const [found, setFound] = useState<{ of: Conversation; pointers: Pointers } | null>(null)
  useEffect(() => {
    if (due === null) return
    const ended = new AbortController()
    readPointers(chat, conversation.ref, ended.signal).then(
      (pointers) => {
        if (!ended.signal.aborted) setFound({ of: conversation, pointers })
      },
      // What is told still comes.
      () => undefined,
    )
    return () => ended.abort()
  }, [chat, conversation, due])
  const stood = found?.of === conversation ? found.pointers : null
  return useMemo(() => (stood === null ? told : later(stood, told)), [stood, told])
}

/** A name for the time since when nothing was missed; null while something is. */
function useStretch(conversation: Conversation): string | null {
  const chat = useSignedIn()
  const connection = useStore(chat.connection)
  const [resyncs, setResyncs] = useState(0)
  useEffect(
    () =>
      chat.on('resync', ({ room_id, conversation_id = 0 }) => {
        const lost = room_id === undefined ? { conversation_id } : { room_id }
        if (refKey(lost) === refKey(conversation.summary.get()?.ref ?? conversation.ref)) setResyncs((count) => count + 1) // prettier-ignore
      }),
    [chat, conversation],
  )
  return connection.status === 'connected' ? `${connection.since} ${resyncs}` : null
}

/** The stretch for which to ask, from when `is_shown` for the first time in it. */
function useDue(conversation: Conversation, stretch: string | null, is_shown: boolean): string | null {
  const [before, setBefore] = useState({ of: conversation, stretch: null as string | null })
  const asked = before.of === conversation ? before.stretch : null
  const wanted = is_shown ? stretch : asked
  if (before.of !== conversation || before.stretch !== wanted) setBefore({ of: conversation, stretch: wanted })
  return wanted === stretch ? wanted : null
}

async function readPointers(chat: Chat, at: Ref, signal: AbortSignal): Promise<Pointers> {
  const pointers = new Map<number, number>()
  let cursor: string | null = null
  for (let asked = 0; asked < most_members; asked += page_size) {
    const query = { limit: page_size, ...(cursor !== null && { cursor }) }
    const page: shapes.ReceiptPage = await ('conversation_id' in at
      ? chat.rest('GET /conversations/{id}/receipts', { path: { id: at.conversation_id }, query, signal })
      : chat.rest('GET /rooms/{id}/receipts', { path: { id: String(at.room_id) }, query, signal }))
    for (const { user_id, message_id } of page.receipts) pointers.set(user_id, message_id)
    cursor = page.next_cursor
    if (cursor === null) break
  }
  return pointers
}

/** Pointers only move forward, so of two it is the later that holds, whichever came first. */
function later(stood: Pointers, told: Pointers): Pointers {
  const all = new Map(stood)
  for (const [user_id, message_id] of told) all.set(user_id, Math.max(message_id, all.get(user_id) ?? 0))
  return all
}
