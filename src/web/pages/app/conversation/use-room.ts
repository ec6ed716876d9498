import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { Ref, shapes } from 'veza-js-sdk'
import { isGone, useCutOff } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { isPassing } from '../parts/explain.ts'
import { type Asked, useAsked } from '../parts/use-asked.ts'
import { useCalm } from '../parts/use-calm.ts'
import { useEnd } from '../parts/use-end.ts'
import { useLooked } from '../parts/use-looked.ts'
import { useRegion } from '../parts/use-region.ts'
import { type May, mayOf } from './permissions.ts'
import { useOtherName, useUntoldBlock } from './use-other.ts'
import { conversation_words } from './words.ts'

/** Between two questions about a room in which much happens. */
const apart_ms = 1500
/** After how long one asks again that had no answer. */
const unanswered_ms = 10_000
/** Between two looks at a room that one is not in, as its events are for members. */
const looks_apart_ms = 30_000

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
  const [asked, again, next] = useAsked(id === null ? null : ask)
  const soon = useCalm(next, apart_ms)
  const room_id = asked.value?.id
  // What changed while the connection was down, nobody has said; and who came here meanwhile, had no answer.
  const is_cut_off = useCutOff() !== null
  const is_connected = useStore(chat.connection).status === 'connected' && !is_cut_off
  const was_connected = useRef<boolean | null>(null)
  const is_deleted = useRef(false)
  useEffect(() => {
    if (is_connected && was_connected.current === false) again()
    if (is_connected || is_cut_off || was_connected.current !== null) was_connected.current = is_connected
  }, [is_connected, is_cut_off, again])
  // Nor what changed between the first question and the moment since when one hears of the room: its messages come after that.
  const is_heard = useStore(chat.conversation(ref).timeline).status === 'ready'
  const was_deaf = useRef(false)
  const is_known = asked.value !== null
  useEffect(() => {
    if (is_heard && is_known && was_deaf.current) again()
    if (!is_heard || is_known) was_deaf.current = !is_heard
  }, [is_heard, is_known, again])
  const is_unanswered = asked.error !== null && isPassing(asked.error)
  useEffect(() => {
    if (!is_unanswered) return
    const timer = setInterval(again, unanswered_ms)
    return () => clearInterval(timer)
  }, [is_unanswered, again])
  const is_refused = asked.error !== null && !is_unanswered
  useEffect(() => {
    // Of what one may not know, or does not know yet, one has no number: it may be this one.
    const isThis = (change: { room_id?: number }) =>
      id !== null && change.room_id !== undefined && (room_id ?? change.room_id) === change.room_id
    const follow = (change: { room_id?: number }) => {
      if (isThis(change) && !is_refused) soon()
    }
    // What was asked before is void.
    const followOwn = (change: { room_id: number; user_id: number }) => {
      if (change.user_id !== chat.me.get()?.id) follow(change)
      else if (isThis(change)) again()
    }
    const ends = [
      chat.on('room_updated', follow),
      chat.on('room_deleted', (change) => {
        is_deleted.current = change.room_id === room_id
      }),
      chat.on('member_joined', followOwn),
      chat.on('member_left', followOwn),
      chat.on('member_updated', follow),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [chat, id, room_id, is_refused, soon, again])
  // One becomes a member by opening it, which may be after it was asked for.
  const summary = useStore(chat.conversation(ref).summary)
  const is_listed = summary !== null
  // That one is out of it may be known by the list alone, where its event was lost. Of what is deleted there is nothing to ask.
  const was_listed = useRef(false)
  useEffect(() => {
    if (was_listed.current && !is_listed && !is_deleted.current) again()
    was_listed.current = is_listed
  }, [is_listed, again])
  const is_stranger = asked.value !== null && asked.value.user_role === null
  useEffect(() => {
    if (is_listed && is_stranger) again()
  }, [is_listed, is_stranger, again])
  useLooked(is_stranger ? again : null, looks_apart_ms)
  const room_role = asked.value?.user_role ?? null
  const role = me?.role ?? null
  const may = useMemo<May>(
    () => (id === null ? (permission) => of_dms.includes(permission) : mayOf(role, room_role)),
    [id, role, room_role],
  )
  const other = summary?.other_user ?? null
  useUntoldBlock(ref, summary?.is_blocked === true)
  const is_other_gone = isGone(useOtherName(other))
  const muted_until = useMute(asked.value?.user_muted_until ?? null, again)
  const words = useText(conversation_words)
  const silence =
    summary?.is_blocked === true
      ? words.blocked
      : is_other_gone
        ? words.account_gone
        : asked.value?.is_archived === true
          ? words.archived
          : asked.value !== null && role !== null && !may('send_messages')
            ? words.read_only
            : muted_until !== null
              ? words.you_are_muted(muted_until)
              : null
  return { asked, again, may, room_role, silence }
}

/** Until when one is muted, in words. When it is over the room is asked for again. */
function useMute(until: string | null, again: () => void): string | null {
  const locale = useRegion()
  useEnd(until, again)
  if (until === null) return null
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(until))
}

const of_dms = ['pin_messages', 'send_messages']
