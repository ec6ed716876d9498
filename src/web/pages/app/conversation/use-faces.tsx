import { useCallback, useEffect, useMemo, type ReactNode } from 'react'
import type { Message } from 'veza-js-sdk'
import { useCutOff } from 'veza-react-components'

import { useSignedIn, useStore } from '../context.ts'
import { createFaces, type Face } from './faces.ts'

interface Faces {
  faces(message_id: number): readonly Face[] | undefined
  /** Beside a message that is in sight: has its faces read. */
  looking(message: Message): ReactNode
}

/** The faces of who replied last, beside the number of replies. */
export function useFaces(): Faces {
  const chat = useSignedIn()
  const all = useMemo(
    () =>
      createFaces(async (id, limit) => {
        const { messages } = await chat.rest('GET /messages/{id}/thread', { path: { id }, query: { limit } })
        return messages
      }),
    [chat],
  )
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
