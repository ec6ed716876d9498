import { useCallback, useEffect, useMemo } from 'react'
import type { Ref, shapes } from 'veza-js-sdk'

import { useSignedIn, useStore, useText } from '../context.ts'
import { type Asked, useAsked } from '../parts/use-asked.ts'
import { type May, mayOf } from './permissions.ts'
import { conversation_words } from './words.ts'

export interface RoomFacts {
  asked: Asked<shapes.Room>
  again(): void
  may: May
  room_role: string | null
  /** Why nobody, or not oneself, may write here; null where one may. */
  silence: string | null
}

/** The room as the server has it, asked for again whenever it says that something about it changed. Of a DM there is nothing to know, and both may. */
export function useRoom(ref: Ref): RoomFacts {
  const chat = useSignedIn()
  const me = useStore(chat.me)
  const id = 'room_id' in ref ? String(ref.room_id) : null
  const ask = useCallback(
    (signal: AbortSignal) => chat.rest('GET /rooms/{id}', { path: { id: id ?? '' }, signal }),
    [chat, id],
  )
  const [asked, again] = useAsked(id === null ? null : ask)
  const room_id = asked.value?.id
  useEffect(() => {
    if (room_id === undefined) return
    const follow = (change: { room_id?: number }) => {
      if (change.room_id === room_id) again()
    }
    // Of a room that is no longer one's own there may be nothing to know.
    const others = (change: { room_id: number; user_id: number }) => {
      if (change.user_id !== chat.me.get()?.id) follow(change)
    }
    const ends = [
      chat.on('room_updated', follow),
      chat.on('member_joined', follow),
      chat.on('member_left', others),
      chat.on('member_updated', follow),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [chat, room_id, again])
  // One becomes a member by opening it, which may be after it was asked for.
  const summary = useStore(chat.conversation(ref).summary)
  const is_listed = summary !== null
  const is_stranger = asked.value !== null && asked.value.user_role === null
  useEffect(() => {
    if (is_listed && is_stranger) again()
  }, [is_listed, is_stranger, again])
  const room_role = asked.value?.user_role ?? null
  const role = me?.role ?? null
  const may = useMemo<May>(
    () => (id === null ? (permission) => of_dms.includes(permission) : mayOf(role, room_role)),
    [id, role, room_role],
  )
  const words = useText(conversation_words)
  const silence =
    summary?.is_blocked === true
      ? words.blocked
      : asked.value?.is_archived === true
        ? words.archived
        : asked.value !== null && role !== null && !may('send_messages')
          ? words.read_only
          : null
  return { asked, again, may, room_role, silence }
}

const of_dms = ['pin_messages', 'send_messages']
