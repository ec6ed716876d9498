import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { ConnectionState, Conversation, Me, Message, Pending, Presence, SendOptions, Summary, Thread, Timeline, Typing } from 'veza-js-sdk' // prettier-ignore

import { useOwnReactions, useOwnReactionsOf } from './own-reactions.ts'
import { useChat } from './provider.tsx'
import { placeText, refOfText, type Place } from './ref.ts'
import { useStore } from './store.ts'

const nothing = (): void => undefined

/** Whether there is a connection, and what will become of it. */
export const useConnection = (): ConnectionState => useStore(useChat().connection)

/** The user; null until known. */
export const useMe = (): Me | null => useStore(useChat().me)

/** All that one is a member of; null until known. */
export const useConversations = (): readonly Summary[] | null => useStore(useChat().conversations)

/** All that is not sent yet. */
export const useOutbox = (): readonly Pending[] => useStore(useChat().outbox)

/** The conversation as the SDK has it; it is not opened by this. */
export function useConversation(place: Place): Conversation {
  const chat = useChat()
  const text = placeText(place)
  return useMemo(() => chat.conversation(refOfText(text)), [chat, text])
}

export interface RoomView {
  conversation: Conversation
  summary: Summary | null
  pinned: readonly Message[]
}

/** Opens the conversation while mounted: joins it and follows what happens. Joining a public room makes one a member. */
export function useRoom(place: Place): RoomView {
  const conversation = useConversation(place)
  useEffect(() => conversation.open(), [conversation])
  return { conversation, summary: useStore(conversation.summary), pinned: useStore(conversation.pinned) }
}

/** What people call a conversation: a room by its sign. */
export function useName(place: Place): string | undefined {
  const summary = useStore(useConversation(place).summary)
  return summary === null ? undefined : `${summary.kind === 'room' ? '#' : ''}${summary.name}`
}

export interface MessagesView {
  items: Timeline['items']
  status: Timeline['status']
  error: Timeline['error']
  hasOlder: boolean
  hasNewer: boolean
  isLoadingOlder: boolean
  isLoadingNewer: boolean
  loadOlder(): Promise<void>
  loadNewer(): Promise<void>
  jumpTo(message_id: number): Promise<void>
  jumpToNewest(): Promise<void>
  send(content: string, options?: SendOptions): Pending
  retry(client_id: string): void
  discard(client_id: string): void
  edit(message_id: number, content: string): Promise<Message>
  remove(message_id: number, reason?: string): Promise<void>
  /** Adds one's reaction, or with `false` takes it away. */
  react(message_id: number, emoji: string, add?: boolean): Promise<void>
  /** Adds one's reaction, or takes it away if one had it. */
  toggleReaction(message_id: number, emoji: string): Promise<void>
  pin(message_id: number, pinned?: boolean): Promise<void>
  markRead(message_id?: number): Promise<void>
}

/** The timeline of a conversation, which is open while mounted, and what one does with it. The functions stay the same. */
export function useMessages(place: Place): MessagesView {
  const chat = useChat()
  const { conversation } = useRoom(place)
  const timeline = useStore(conversation.timeline)
  const does = useMemo(
    () => ({
      loadOlder: () => conversation.loadOlder(),
      loadNewer: () => conversation.loadNewer(),
      jumpTo: (message_id: number) => conversation.jumpTo(message_id),
      jumpToNewest: () => conversation.jumpToNewest(),
      send: (content: string, options?: SendOptions) => conversation.send(content, options),
      retry: (client_id: string) => conversation.retry(client_id),
      discard: (client_id: string) => conversation.discard(client_id),
      edit: (message_id: number, content: string) => conversation.edit(message_id, content),
      remove: (message_id: number, reason?: string) => conversation.remove(message_id, reason),
      react: (message_id: number, emoji: string, add = true) =>
        add ? conversation.react(message_id, emoji) : conversation.unreact(message_id, emoji),
      toggleReaction: async (message_id: number, emoji: string) => {
        const { unchanged } = await chat.command('add_reaction', { message_id, emoji })
        if (unchanged === true) await conversation.unreact(message_id, emoji)
      },
      pin: (message_id: number, pinned = true) => conversation.pin(message_id, pinned),
      markRead: (message_id?: number) => conversation.markRead(message_id),
    }),
    [chat, conversation],
  )
  return { ...shown(timeline), items: useOwnReactions(chat, timeline.items), ...does }
}

const shown = (timeline: Timeline) => ({
  items: timeline.items,
  status: timeline.status,
  error: timeline.error,
  hasOlder: timeline.has_older,
  hasNewer: timeline.has_newer,
  isLoadingOlder: timeline.is_loading_older,
  isLoadingNewer: timeline.is_loading_newer,
})

export interface ThreadView {
  parent: Message | null
  items: Timeline['items']
  status: Timeline['status']
  error: Timeline['error']
  hasOlder: boolean
  hasNewer: boolean
  isLoadingOlder: boolean
  isLoadingNewer: boolean
  loadOlder(): Promise<void>
  /** Begins anew with the newest replies, which are let go of where very many older ones were loaded. */
  jumpToNewest(): void
  send: Thread['send']
}

/** A message and its replies, followed while mounted. */
export function useThread(place: Place, parent_id: number): ThreadView {
  const chat = useChat()
  const conversation = useConversation(place)
  const thread = useMemo(() => conversation.thread(parent_id), [conversation, parent_id])
  const close = useRef<() => void>(nothing)
  useEffect(() => {
    close.current = thread.open()
    return () => close.current()
  }, [thread])
  const parent = useOwnReactionsOf(chat, useStore(thread.parent))
  const timeline = useStore(thread.timeline)
  const does = useMemo(
    () => ({
      loadOlder: () => thread.loadOlder(),
      jumpToNewest: () => {
        close.current()
        close.current = thread.open()
      },
      send: thread.send,
    }),
    [thread],
  )
  return { parent, ...shown(timeline), items: useOwnReactions(chat, timeline.items), ...does }
}

/** A user's presence, followed while mounted; null until known. */
export function usePresence(user_id: number): Presence | null {
  const chat = useChat()
  return useStore(useMemo(() => chat.presence(user_id), [chat, user_id]))
}

/** Who else types, and what to call at each key of one's own. */
export function useTyping(place: Place): [people: readonly Typing[], setTyping: (isTyping: boolean) => void] {
  const conversation = useConversation(place)
  const setTyping = useCallback((isTyping: boolean) => conversation.setTyping(isTyping), [conversation])
  return [useStore(conversation.typing), setTyping]
}

/** How much of a conversation one has not read; zeros until known. */
export function useUnread(place: Place): { unread: number; mentions: number } {
  const summary = useStore(useConversation(place).summary)
  return { unread: summary?.unread_count ?? 0, mentions: summary?.mention_count ?? 0 }
}
