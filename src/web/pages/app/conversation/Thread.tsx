import { useEffect, useMemo, useRef } from 'react'
import type { Ref } from 'veza-js-sdk'
import { LiveThreadPane } from 'veza-react-components'

import { useShell, useSignedIn, useStore, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { codeOf } from '../parts/explain.ts'
import type { ThreadSide } from '../route.ts'
import { useLinks } from './links.ts'
import { useDeleteQuestion } from './use-delete-question.ts'
import { useInput, useMayOnMessages } from './use-may.ts'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

interface Props {
  at: Ref
  side: ThreadSide
  room: RoomFacts
}

export function Thread({ at, side, room }: Props) {
  const { router } = useShell()
  const words = useText(conversation_words)
  const open = useDialog()
  const askToDelete = useDeleteQuestion(at)
  // Coming again by the same address is another step, and another jump.
  const target = useMemo(() => (side.reply === undefined ? null : { message_id: side.reply }), [side])
  useGone(at, side.message)
  useGoneReply(at, side)
  return (
    <div className="app-side">
      <LiveThreadPane
        of={at}
        parent_id={side.message}
        target={target}
        may={useMayOnMessages(room)}
        input={{ placeholder: words.reply, ...useInput(at, room) }}
        onMore={(message) => open({ name: 'message-more', message, at })}
        onRemove={askToDelete}
        onClose={() => router.show(null)}
        {...useLinks(at)}
      />
    </div>
  )
}

/** Of a message that was never there, or is gone with its replies, there is no thread; the conversation says so. */
function useGone(at: Ref, message: number): void {
  const chat = useSignedIn()
  const { router } = useShell()
  const { error } = useStore(chat.conversation(at).thread(message).timeline)
  const is_gone = error !== null && codeOf(error) === 'MESSAGE_NOT_FOUND'
  useEffect(() => {
    if (is_gone) router.show(null)
  }, [is_gone, router])
}

/** Whoever is led to a reply that is gone is told so, once. */
function useGoneReply(at: Ref, side: ThreadSide): void {
  const chat = useSignedIn()
  const { tell } = useShell()
  const words = useText(conversation_words)
  const { status, items, has_older } = useStore(chat.conversation(at).thread(side.message).timeline)
  const looked = useRef<ThreadSide | null>(null)
  useEffect(() => {
    const { reply } = side
    if (reply === undefined || status !== 'ready' || looked.current === side) return
    const ids = items.flatMap((item) => (item.kind === 'message' ? item.message.id : []))
    if (has_older && reply < (ids[0] ?? Infinity)) return
    looked.current = side
    if (!ids.includes(reply)) tell(words.no_message)
  }, [side, status, items, has_older, tell, words])
}
