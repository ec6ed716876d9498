import { useEffect, useMemo, useState } from 'react'
import type { Chat, ConnectionState, Conversation, Member } from 'veza-js-sdk'

import { useConversation } from './hooks.ts'
import { useChat } from './provider.tsx'
import type { Place } from './ref.ts'
import { useStore } from './store.ts'

interface Whose {
  chat: Chat
  conversation: Conversation
  /** Of events; null for a DM, and while it is not known. */
  room_id: number | null
}

type Change = (list: readonly Member[]) => readonly Member[]

/** As many as one answer of the server has. */
const page_size = 100
/** Among so many a name is completed: `get_members` tells owners and moderators first. */
export const most_completed = 1000

/**
 * The members of a conversation, read once, and then kept by what happens: `tell` is called with each new list. At most `most` are read. Whoever may not see them is told of none.
 */
function follow({ chat, conversation, room_id }: Whose, most: number, tell: (list: readonly Member[]) => void) {
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
  const isHere = (of: number | undefined): boolean => of !== undefined && of === room_id
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

/** Of a room one is not in yet: only by its number is it known. */
function useWhose(conversation: Conversation): Whose {
  const chat = useChat()
  const ref = useStore(conversation.summary)?.ref ?? conversation.ref
  const room_id = 'room_id' in ref && typeof ref.room_id === 'number' ? ref.room_id : null
  return useMemo(() => ({ chat, conversation, room_id }), [chat, conversation, room_id])
}

/** The members, read once and then kept by what happens; null until known. The conversation is not opened by this. */
export function useMembers(place: Place): readonly Member[] | null {
  const conversation = useConversation(place)
  const whose = useWhose(conversation)
  const isConnected = useStore(whose.chat.connection).status === 'connected'
  const [known, setKnown] = useState<{ of: Conversation; list: readonly Member[] } | null>(null)
  useEffect(() => {
    if (!isConnected) return
    const followed = follow(whose, Infinity, (list) => setKnown({ of: whose.conversation, list }))
    // Whoever may not see the members has none, and the timeline says what is wrong.
    followed.first.catch(() => undefined)
    return followed.end
  }, [whose, isConnected])
  return known?.of === conversation ? known.list : null
}

/** A function that gives those one may write to. They are read when it is called first: most who come do not write. */
export function usePeople(conversation: Conversation): () => Promise<readonly Member[]> {
  const whose = useWhose(conversation)
  const people = useMemo(() => createPeople(whose), [whose])
  useEffect(() => people.end, [people])
  return people.ask
}

function createPeople(whose: Whose) {
  let followed: ReturnType<typeof follow> | null = null
  let connection: ConnectionState | null = null
  const end = (): void => {
    followed?.end()
    followed = null
  }
  const ask = async (): Promise<readonly Member[]> => {
    // Between two connections nothing was told.
    const now = whose.chat.connection.get()
    if (now !== connection) end()
    connection = now
    const own = (followed ??= follow(whose, most_completed, () => undefined))
    try {
      const first = await own.first
      return own.now() ?? first
    } catch (error) {
      // Asked again at the next key.
      if (followed === own) end()
      throw error
    }
  }
  return { ask, end }
}
