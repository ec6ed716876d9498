import { useRef } from 'react'
import type { Ref, shapes } from 'veza-js-sdk'
import { plainText, useShownName } from 'veza-react-components'

import { useShell, useSignedIn, useStore, useText } from '../context.ts'
import { routeTo } from '../frame/order.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { refKey, type Route } from '../route.ts'
import { useUnreadThreads } from './context.ts'
import { thread_words } from './words.ts'

const refOf = ({ room_id, conversation_id = 0 }: shapes.UnreadThread): Ref =>
  room_id === undefined ? { conversation_id } : { room_id }

/** The threads that wait for one, from all conversations. */
export default function Threads({ onClose }: { onClose(): void }) {
  const chat = useSignedIn()
  const { router } = useShell()
  const words = useText(thread_words)
  const threads = useUnreadThreads()
  const leaves = useRef(false)
  const open = (thread: shapes.UnreadThread) => {
    const key = refKey(refOf(thread))
    const summary = chat.conversations.get()?.find(({ ref }) => refKey(ref) === key)
    const place: Route =
      summary === undefined ? { at: 'conversation', ref: refOf(thread), message: null } : routeTo(summary)
    leaves.current = true
    onClose()
    if (place.at === 'conversation')
      router.go({ ...place, message: thread.parent_id }, { side: { show: 'thread', message: thread.parent_id } })
  }
  return (
    <Dialog title={words.threads} onClose={onClose} leaves={leaves}>
      <p className="app-muted">{threads.length === 0 ? words.none : words.about}</p>
      <ul className="app-people app-threads">
        {threads.map((thread) => (
          <li key={thread.parent_id}>
            <button type="button" onClick={() => open(thread)}>
              <ThreadLine thread={thread} />
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function ThreadLine({ thread }: { thread: shapes.UnreadThread }) {
  const chat = useSignedIn()
  const words = useText(thread_words)
  const shownName = useShownName()
  const me = useStore(chat.me)
  const key = refKey(refOf(thread))
  const name = (useStore(chat.conversations) ?? []).find(({ ref }) => refKey(ref) === key)?.name
  const { last_reply, preview, mention_count = 0 } = thread
  return (
    <span className="app-thread">
      <span className="app-thread-head">
        <strong>{thread.room_id === undefined ? name : `#${name ?? thread.room_name ?? ''}`}</strong>
        <span className="app-thread-new">
          {mention_count > 0 && <span className="app-thread-named">{words.named(mention_count)} · </span>}
          {words.fresh(thread.unread_count)}
        </span>
      </span>
      <span className="app-muted app-thread-text">
        {thread.author_id === me?.id ? words.to_you : words.to(shownName(thread.username))}
        {' · '}
        {preview === '' ? words.deleted : plainText(preview)}
      </span>
      <span className="app-thread-text">
        {words.said(shownName(last_reply.username), plainText(last_reply.preview))}
      </span>
    </span>
  )
}
