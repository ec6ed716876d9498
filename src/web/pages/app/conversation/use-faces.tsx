import { useCallback, useEffect, type ReactNode } from 'react'
import type { Chat, Message } from 'veza-js-sdk'
import { useCutOff } from 'veza-react-components'

import { useSignedIn, useStore } from '../context.ts'
import { createFaces, type Face } from './faces.ts'

const patience_ms = 10_000

interface Faces {
  faces(message_id: number): readonly Face[] | undefined
  /** Beside a message that is in sight: has its faces read. */
  looking(message: Message): ReactNode
}

const kept = new WeakMap<Chat, ReturnType<typeof createFaces>>()

/** One for all conversations: whoever comes back to one finds the faces there, and they are asked for within one measure. */
function facesOf(chat: Chat): ReturnType<typeof createFaces> {
  const before = kept.get(chat)
  if (before !== undefined) return before
  const all = createFaces(async (id, limit) => {
    // The next one waits for this one.
    const signal = AbortSignal.timeout(patience_ms)
    const { messages } = await chat.rest('GET /messages/{id}/thread', { path: { id }, query: { limit }, signal })
    return messages
  })
  kept.set(chat, all)
  return all
}

/** The faces of who replied last, beside the number of replies. */
export function useFaces(): Faces {
  const all = facesOf(useSignedIn())
  const known = useStore(all.known)
  const faces = useCallback((message_id: number) => known.get(message_id)?.faces, [known])
  const looking = useCallback(
    ({ id, thread_count }: Message) =>
      thread_count > 0 ? <Looking see={all.see} id={id} count={thread_count} /> : null,
    [all],
  )
  return { faces, looking }
}

function Looking({ see, id, count }: { see: ReturnType<typeof createFaces>['see']; id: number; count: number }) {
  const is_connected = useCutOff() === null
  useEffect(() => (is_connected ? see(id, count) : undefined), [see, id, count, is_connected])
  return null
}
