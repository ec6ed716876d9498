import { useMemo } from 'react'
import type { Chat, Conversation, Member, User } from 'veza-js-sdk'

import { emojiCompletion, peopleIn, type CompletionSource } from '../composer/completion.ts'
import { useConversations } from '../hooks.ts'
import { useLatest } from '../latest.ts'
import { most_completed, usePeople } from '../members.ts'
import { useChat } from '../provider.tsx'
import { useWords } from '../settings.tsx'
import type { Words } from '../words.ts'

/** What the composer of a conversation completes: people, one's rooms, emoji. */
export function useSources(conversation: Conversation): readonly CompletionSource[] {
  const chat = useChat()
  const words = useWords()
  const people = usePeople(conversation)
  // A list that changes with every message is no reason to ask anew what is being typed.
  const conversations = useLatest(useConversations())
  const others = useMemo(() => createOthers(chat), [chat])
  return useMemo(
    () => [
      {
        sign: '@' as const,
        find: async (query: string) => {
          const members = await people()
          return peopleIn(
            [...members, ...others.found()],
            query,
            mayCall(chat, conversation, members) ? callsIn(words) : [],
          )
        },
        // Of a larger room those who are read first are not all there are.
        search: async (query: string) =>
          (await people()).length < most_completed ? [] : peopleIn(await others.search(query), query),
      },
      {
        sign: '#' as const,
        find: (query: string) =>
          (conversations.current ?? [])
            .filter(({ slug }) => slug?.startsWith(query.toLowerCase()))
            .slice(0, 8)
            .map(({ slug, name }) => ({ key: `${slug}`, insert: `#${slug}`, label: `#${slug}`, detail: name })),
      },
      emojiCompletion,
    ],
    [chat, conversation, words, people, others, conversations],
  )
}

/** Whether one may call everybody there (`mention_room`, docs/websocket_api.md), by one's role on the server or in the room. */
function mayCall(chat: Chat, { ref }: Conversation, members: readonly Member[]): boolean {
  const me = chat.me.get()
  const own = members.find(({ user_id }) => user_id === me?.id)
  return 'room_id' in ref && /moderator|admin|owner/.test(`${me?.role} ${own?.role}`)
}

const callsIn = (words: Words) => [
  { username: 'here', display_name: words.callsHere },
  { username: 'room', display_name: words.callsRoom },
]

type Found = Pick<User, 'id' | 'username' | 'display_name'>

/** The server finds nobody by less. */
const least = 2
const most = 20

/** People of the server by the beginning of a name, each beginning asked for once; those found stay at hand. */
function createOthers(chat: Chat) {
  const people = new Map<number, Found>()
  /** Beginnings of which everybody is known, and those that were asked for. */
  const known: string[] = []
  const asked = new Set<string>()
  return {
    found: (): Found[] => [...people.values()],
    search: async (query: string): Promise<Found[]> => {
      const beginning = query.toLowerCase()
      const is_known = asked.has(beginning) || known.some((one) => beginning.startsWith(one))
      if (query.length < least || is_known) return [...people.values()]
      const { users, next_cursor } = await chat.rest('GET /users/search', { query: { q: query, limit: most } })
      for (const user of users) people.set(user.id, user)
      asked.add(beginning)
      if (next_cursor === null) known.push(beginning)
      return users
    },
  }
}
