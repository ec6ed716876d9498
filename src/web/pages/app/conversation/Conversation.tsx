import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Message, Ref, shapes } from 'veza-js-sdk'
import { ChatRoom, LiveConnectionBar, refKey, useCutOff, useWords } from 'veza-react-components'

import { usePlace, useShell, useSignedIn, useStore, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { Button } from '../parts/Button.tsx'
import { codeOf } from '../parts/explain.ts'
import { useAsked } from '../parts/use-asked.ts'
import { Skeleton } from '../parts/Waiting.tsx'
import { useUnreadThreads } from '../threads/context.ts'
import { useArrival } from './arrive.ts'
import { Header } from './Header.tsx'
import { useLinks } from './links.ts'
import { NotThere } from './NotThere.tsx'
import { Preview } from './Preview.tsx'
import { useFaces } from './use-faces.tsx'
import { useReceipts } from './use-receipts.ts'
import { SidePane } from './SidePane.tsx'
import { useDeleteQuestion } from './use-delete-question.ts'
import { useInput, useMayOnMessages } from './use-may.ts'
import { useRoom, type RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

// The last one is of an address that can be of none.
const absent = ['ROOM_NOT_FOUND', 'CONVERSATION_NOT_FOUND', 'PERMISSION_DENIED', 'VALIDATION_FAILED']

/** A conversation with what is beside it. `message` is the one that the address names. */
export function Conversation({ at, message }: { at: Ref; message: number | null }) {
  const chat = useSignedIn()
  const { side } = usePlace()
  const conversation = useMemo(() => chat.conversation(at), [chat, at])
  const summary = useStore(conversation.summary)
  const timeline = useStore(conversation.timeline)
  const room = useRoom(at)
  const facts = room.asked.value
  // A room has two addresses, and its drafts go by its number, which the list knows.
  const is_known = 'conversation_id' in at || summary !== null
  const is_member = is_known || (facts !== null && facts.user_role !== null)
  // Its last word as to a member says nothing to whoever is out of it.
  const error = timeline.status === 'failed' && is_member ? timeline.error : room.asked.error
  const [was_there, setWasThere] = useState(false)
  if (facts !== null && !was_there) setWasThere(true)

  if (error !== null && absent.includes(codeOf(error))) return <NotThere is_news={was_there} />
  if (!is_member && facts !== null) return <Preview key={facts.id} room={facts} onTried={room.again} />
  return (
    <div className="app-conversation" data-side={side === null ? undefined : side.show}>
      <div className="app-middle">
        <Header at={at} summary={summary} room={room} />
        {/* Opening a room joins it, so it is opened once one is known to be in it. */}
        {is_known ? <Talk at={at} message={message} room={room} /> : <Unknown />}
      </div>
      {side !== null && is_member && <SidePane side={side} conversation={conversation} summary={summary} room={room} />}
    </div>
  )
}

interface TalkProps {
  at: Ref
  message: number | null
  room: RoomFacts
}

/** Timeline and composer, once it is known whose: drafts are of one person. */
function Talk(props: TalkProps) {
  const me = useStore(useSignedIn().me)
  return me === null ? <Unknown /> : <Room {...props} />
}

/** Bars, or why there is nothing. */
function Unknown() {
  const is_cut_off = useCutOff() !== null
  const words = useWords()
  return (
    <>
      <LiveConnectionBar />
      {is_cut_off ? <output className="app-empty">{words.notLoadedYet}</output> : <Skeleton />}
    </>
  )
}

function Room({ at, message, room }: TalkProps) {
  const chat = useSignedIn()
  const { router } = useShell()
  const open = useDialog()
  const askToDelete = useDeleteQuestion(at)
  const target = useTarget(message)
  const { text, under } = useReceipts(chat.conversation(at))
  const { faces, looking } = useFaces()
  const extra = useCallback(
    (message: Message) => (
      <>
        {message.id === under && text !== '' && <p className="app-receipts app-receipts-under">{text}</p>}
        {looking(message)}
      </>
    ),
    [text, under, looking],
  )
  useArrival()
  useReply(at, message)
  useToNewest()
  return (
    <ChatRoom
      of={at}
      target={target}
      may={useMayOnMessages(room)}
      onReply={({ id }) => router.show({ show: 'thread', message: id })}
      onMore={(message) => open({ name: 'message-more', message, at })}
      onRemove={askToDelete}
      input={useInput(at, room)}
      aside={<p className="app-receipts">{under === null ? text : ''}</p>}
      extra={extra}
      faces={faces}
      newReplies={useNewReplies()}
      empty={useEmpty(room)}
      {...useLinks(at)}
    />
  )
}

/** Before anything is said: who is alone in a room is led to others, and nobody is asked to write who may not. */
function useEmpty({ asked, may, silence }: RoomFacts): ReactNode {
  const words = useText(conversation_words)
  const open = useDialog()
  const facts = asked.value
  if (silence !== null) return <p>{words.nothing_said}</p>
  if (facts === null || facts.member_count > 1 || !may('manage_members')) return undefined
  return (
    <>
      <p>{words.alone}</p>
      <Button onClick={() => open({ name: 'add-people', room_id: facts.id })}>{words.add_people}</Button>
    </>
  )
}

/** How many replies in a thread one has not read, if one takes part in it. */
function useNewReplies(): (message_id: number) => number {
  const threads = useUnreadThreads()
  return useMemo(() => {
    const counts = new Map(threads.map(({ parent_id, unread_count }) => [parent_id, unread_count]))
    return (message_id) => counts.get(message_id) ?? 0
  }, [threads])
}

/** A reply is shown in its thread, whatever led to it. The timeline has none, so what is not known is asked for. */
function useReply(at: Ref, message: number | null): void {
  const chat = useSignedIn()
  const { router } = useShell()
  const conversation = chat.conversation(at)
  const known = useStore(conversation.thread(message ?? 0).parent)
  const place = useStore(conversation.summary)?.ref ?? null
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /messages/{id}', { path: { id: message ?? 0 }, signal }),
    [chat, message],
  )
  const [{ value: sought }] = useAsked(message === null || known !== null ? null : ask)
  const is_here = sought !== null && place !== null && refKey(place) === refKey(refOf(sought))
  const parent_id = (known ?? (is_here ? sought : null))?.parent_id ?? null
  useEffect(() => {
    if (message === null || parent_id === null) return
    const side = { show: 'thread', message: parent_id, reply: message } as const
    router.go({ at: 'conversation', ref: at, message: parent_id }, { side, replace: true })
  }, [router, at, message, parent_id])
}

/** Whoever goes on to the newest has left the message that the address names, and does not find it again by a reload. */
function useToNewest(): void {
  const { router } = useShell()
  useEffect(() => {
    const follow = ({ target }: MouseEvent) => {
      if (target instanceof Element && target.closest('.vz-conversation .vz-to-newest') !== null) router.forgetMessage()
    }
    // Before the button is gone.
    addEventListener('click', follow, true)
    return () => removeEventListener('click', follow, true)
  }, [router])
}

const refOf = ({ room_id, conversation_id = 0 }: shapes.Message): Ref =>
  room_id === undefined ? { conversation_id } : { room_id }

/** Coming to the same address again is another jump; opening a pane beside is none. */
function useTarget(message: number | null): { message_id: number } | null {
  const { visit } = usePlace()
  const [jump, setJump] = useState(() => ({ visit, message, to: targetOf(message) }))
  if (jump.visit === visit && jump.message === message) return jump.to
  const next = { visit, message, to: targetOf(message) }
  setJump(next)
  return next.to
}

const targetOf = (message: number | null) => (message === null ? null : { message_id: message })
