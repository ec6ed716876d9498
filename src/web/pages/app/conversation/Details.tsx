import { useState } from 'react'
import type { Conversation, Summary } from 'veza-js-sdk'
import { isGone, useCutOff, useWords } from 'veza-react-components'

import { useShell, useSignedIn, useStore, useText } from '../context.ts'
import { useDialog } from '../frame/dialogs.ts'
import { Button } from '../parts/Button.tsx'
import { refresh } from '../parts/refresh.ts'
import { useTry } from '../parts/use-deed.ts'
import { Skeleton } from '../parts/Waiting.tsx'
import { useSlowChoices } from '../rooms/room-choices.ts'
import { useBlocks } from './blocks.ts'
import { NotificationLevel } from './NotificationLevel.tsx'
import { Person } from './Person.tsx'
import { useLeaveQuestion } from './use-leave-question.ts'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

interface Props {
  conversation: Conversation
  summary: Summary | null
  room: RoomFacts
}

/** What there is to know of a conversation, and what one can do with it. */
export default function Details({ conversation, summary, room }: Props) {
  return 'conversation_id' in conversation.ref ? (
    <DmDetails conversation_id={conversation.ref.conversation_id} summary={summary} />
  ) : (
    <RoomDetails conversation={conversation} room={room} />
  )
}

function RoomDetails({ conversation, room }: { conversation: Conversation; room: RoomFacts }) {
  const words = useText(conversation_words)
  const { router } = useShell()
  const open = useDialog()
  const facts = room.asked.value
  const slow = useSlowChoices(facts?.slow_mode_seconds).find(({ value }) => value === String(facts?.slow_mode_seconds))
  const leave = useLeaveQuestion(conversation.ref, room)
  if (facts === null) return <NotYet />
  return (
    <div className="app-side-body">
      {/* The head of a conversation and the list cut it off. */}
      <p>
        <strong>{facts.name}</strong>
      </p>
      <p className="app-small">
        {facts.is_public ? words.public_room : words.private_room} · {words.members(facts.member_count)}
      </p>
      {facts.is_archived && <p>{words.archived}</p>}
      <h3>{words.topic}</h3>
      <p>{facts.topic ?? <span className="app-muted">{words.no_topic}</span>}</p>
      {facts.description !== null && (
        <>
          <h3>{words.about}</h3>
          <p>{facts.description}</p>
        </>
      )}
      {facts.slow_mode_seconds > 0 && slow !== undefined && <p className="app-small">{words.slow(slow.label)}</p>}
      {facts.message_ttl_seconds !== null && <p className="app-small">{words.expire}</p>}
      {facts.user_role !== null && <NotificationLevel room_id={facts.id} />}
      <div className="app-side-deeds">
        <Button onClick={() => router.show({ show: 'members' })}>{words.people}</Button>
        {!facts.is_archived && room.may('manage_members') && (
          <Button onClick={() => open({ name: 'add-people', room_id: facts.id })}>{words.add_people}</Button>
        )}
        {!facts.is_archived && room.may('create_invites') && (
          <Button onClick={() => open({ name: 'invite', room_id: facts.id })}>{words.invite}</Button>
        )}
        {room.may('manage_rooms') && (
          <Button onClick={() => open({ name: 'room-settings', room_id: facts.id })}>{words.room_settings}</Button>
        )}
        {room.may('view_audit_logs') && <Button onClick={() => router.show({ show: 'trail' })}>{words.trail}</Button>}
        {leave !== null && <Button onClick={leave}>{words.leave}</Button>}
      </div>
    </div>
  )
}

/** It is asked for, and comes by itself. */
function NotYet() {
  const is_cut_off = useCutOff() !== null
  const words = useWords()
  return is_cut_off ? <output className="app-side-body app-muted">{words.notLoadedYet}</output> : <Skeleton />
}

function DmDetails({ conversation_id, summary }: { conversation_id: number; summary: Summary | null }) {
  const words = useText(conversation_words)
  const chat = useSignedIn()
  const open = useDialog()
  const attempt = useTry()
  const me = useStore(chat.me)
  const other = summary?.other_user ?? null
  const { changed } = useBlocks()
  // Whether it was oneself who blocked, the server says when it is asked to change it.
  const [is_lifted, setLifted] = useState(false)
  const is_blocked = summary?.is_blocked === true
  // The other's is over, too.
  if (is_lifted && !is_blocked) setLifted(false)
  if (summary === null || other === null) return <NotYet />
  const change = async (block: boolean) => {
    const { blocked_by_you } = await chat.command('block_dm', { conversation_id, block })
    setLifted(!blocked_by_you)
    changed(other.user_id, blocked_by_you)
    await refresh(chat)
  }
  const block = () =>
    open({
      name: 'confirm',
      question: {
        title: words.block_title(other.username),
        text: words.block_text,
        deed: words.block,
        run: () => change(true),
      },
    })
  return (
    <div className="app-side-body">
      <Person user_id={other.user_id} username={other.username} since={summary.joined_at} />
      {/* Nobody blocks themselves, nor what is left of an account. */}
      {other.user_id !== me?.id && !isGone(other.username) && (
        <div className="app-side-deeds">
          {is_blocked && !is_lifted ? (
            <Button onClick={() => attempt(change(false))}>{words.unblock}</Button>
          ) : (
            <Button onClick={block}>{words.block}</Button>
          )}
        </div>
      )}
    </div>
  )
}
