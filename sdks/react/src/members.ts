import { useCallback, useEffect, useRef, useState } from 'react'
import type { Chat, Conversation, Member } from 'veza-js-sdk'

import { useChat } from './provider.tsx'
import { useStore } from './store.ts'

type Change = (list: readonly Member[]) => readonly Member[]

/** As many as one answer of the server has. */
const page_size = 100
/** Among so many a name is completed: `get_members` tells owners and moderators first. */
const most_completed = 1000

/**
 * The members of a conversation, read once, and then kept by what happens: `tell` is called with each new list. At most `most` are read. Whoever may not see them is told of none.
 */
function follow(chat: Chat, conversation: Conversation, most: number, tell: (list: readonly Member[]) => void) {
  let list: readonly Member[] | null = null
  /** What happened while they were read, for the list that comes. */
  let missed: Change[] = []
  let turn = 0
  let again: ReturnType<typeof setTimeout> | undefined

  async function read(): Promise<readonly Member[]> {
    const own = ++turn
    missed = []
    const found = await readMembers(chat, conversation, most)
    if (own === turn) show(missed.reduce((members, change) => change(members), found))
    return list ?? found
  }
  function show(next: readonly Member[]): void {
    list = next
    tell(next)
  }
  function happened(change: Change): void {
    missed.push(change)
    if (list !== null) show(change(list))
  }
  const isHere = (room_id: number | undefined): boolean => {
    const ref = conversation.summary.get()?.ref ?? conversation.ref
    return 'room_id' in ref && ref.room_id === room_id
  }
  const ends = [
    chat.on('member_joined', ({ room_id, user_id, username, role }) => {
      if (!isHere(room_id)) return
      happened((members) => [...members.filter((one) => one.user_id !== user_id), { user_id, username, role, display_name: null, is_online: true }]) // prettier-ignore
      // The event has no display name. Where all are one page it is read; many who come at once are one reading.
      if (list !== null && list.length > page_size) return
      clearTimeout(again)
      again = setTimeout(() => read().catch(() => undefined), 200)
    }),
    chat.on('member_left', ({ room_id, user_id }) => {
      if (isHere(room_id)) happened((members) => members.filter((one) => one.user_id !== user_id))
    }),
    chat.on('member_updated', ({ room_id, user_id, role }) => {
      if (isHere(room_id)) happened((members) => members.map((one) => (one.user_id === user_id ? { ...one, role } : one))) // prettier-ignore
    }),
  ]
  return {
    first: read(),
    now: () => list,
    end: () => {
      turn++
      clearTimeout(again)
      for (const end of ends) end()
    },
  }
}

async function readMembers(chat: Chat, conversation: Conversation, most: number): Promise<readonly Member[]> {
  if (most === Infinity) return conversation.members()
  const all: Member[] = []
  let cursor: string | null = null
  do {
    const place = conversation.summary.get()?.ref ?? conversation.ref
    const page: { members: Member[]; next_cursor: string | null } = await chat.command('get_members', { ...place, limit: page_size, ...(cursor !== null && { cursor }) }) // prettier-ignore
    all.push(...page.members)
    cursor = page.next_cursor
  } while (cursor !== null && all.length < most)
  return all
}

/** What one reads them anew for: another conversation, another connection, and that a room is one's own now. */
function useReading(conversation: Conversation) {
  const chat = useChat()
  const isConnected = useStore(chat.connection).status === 'connected'
  const room = useStore(conversation.summary)?.ref
  return { chat, isConnected, room_id: room !== undefined && 'room_id' in room ? room.room_id : null }
}

/** All members; null until known. */
export function useAllMembers(conversation: Conversation): readonly Member[] | null {
  const { chat, isConnected, room_id } = useReading(conversation)
  const [known, setKnown] = useState<{ of: Conversation; list: readonly Member[] } | null>(null)
  useEffect(() => {
    if (!isConnected) return
    const followed = follow(chat, conversation, Infinity, (list) => setKnown({ of: conversation, list }))
    // Whoever may not see the members has none, and the timeline says what is wrong.
    followed.first.catch(() => undefined)
    return followed.end
  }, [chat, conversation, isConnected, room_id])
  return known?.of === conversation ? known.list : null
}

/** A function that gives those one may write to. They are read when it is called first: most who come do not write. */
export function usePeople(conversation: Conversation): () => Promise<readonly Member[]> {
  const { chat, isConnected, room_id } = useReading(conversation)
  const followed = useRef<ReturnType<typeof follow> | null>(null)
  useEffect(
    () => () => {
      followed.current?.end()
      followed.current = null
    },
    [chat, conversation, isConnected, room_id],
  )
  return useCallback(async () => {
    const own = (followed.current ??= follow(chat, conversation, most_completed, () => undefined))
    try {
      const first = await own.first
      return own.now() ?? first
    } catch (error) {
      // Asked again at the next key.
      own.end()
      if (followed.current === own) followed.current = null
      throw error
    }
  }, [chat, conversation])
}
