import { useEffect, useRef, useState } from 'react'
import type { Conversation, Message as ChatMessage } from 'veza-js-sdk'

import { useMe, useMessages, useRoom, type MessagesView } from '../hooks.ts'
import { useLatest } from '../latest.ts'
import { useCutOff } from '../provider.tsx'
import { refKey, type Place } from '../ref.ts'
import { useStore } from '../store.ts'
import { ChatMessages, type ChatMessagesProps } from '../timeline/ChatMessages.tsx'
import { lineOf } from '../timeline/use-new-line.ts'
import { Problem, useProblems, type Problems } from './problem.tsx'
import { useActions, type ActionProps } from './use-actions.ts'
import { useToFirstNew } from './use-to-first-new.ts'
import { useWrote } from './wrote.ts'

export interface LiveMessagesProps
  extends
    ActionProps,
    Pick<ChatMessagesProps, 'target' | 'picture' | 'faces' | 'newReplies' | 'isTyping' | 'extra' | 'label' | 'empty'> {
  of: Place
  /** What the server refused. Default: shown above the composer. */
  onError?: ((error: Error) => unknown) | undefined
}

/** The timeline of a conversation: opens it, loads as one scrolls, marks read what one has seen. */
export function LiveMessages(props: LiveMessagesProps) {
  // Where one reads, and what was read out, is of one conversation.
  return <Messages key={refKey(props.of)} {...props} />
}

function Messages(props: LiveMessagesProps) {
  const { of: place, picture, faces, newReplies, extra, label, empty, isTyping } = props
  const { conversation } = useRoom(place)
  const messages = useMessages(place)
  const me = useMe()
  const cutOff = useCutOff()
  const news = useNews(conversation, messages, me?.id)
  const problems = useProblems(props.onError)
  const actions = useActions(messages, props, problems)
  const load = useLoading(problems)
  const target = props.target ?? null
  const wrote = useWrote(conversation)
  const firstNew = useToFirstNew(conversation, news.lastRead, problems)
  useGone(firstNew.stop, target, wrote)
  useTarget(messages, target, problems)
  const seen = useRef(0)
  // Replies are read with their room.
  const stand = useStore(conversation.summary)
  const onSeen = (_: ChatMessage, number: number) => {
    const last = seen.current
    if (number <= Math.max(last, stand?.last_read_number ?? 0)) return
    seen.current = number
    // Told again with the next message if this time it was not heard.
    messages.markRead().catch(() => (seen.current = last))
  }
  return (
    <>
      <ChatMessages
        messages={messages.items}
        me={me?.id ?? null}
        username={me?.username}
        status={cutOff !== null && messages.status !== 'ready' ? 'waiting' : messages.status}
        hasOlder={messages.hasOlder}
        hasNewer={messages.hasNewer}
        isLoadingOlder={messages.isLoadingOlder}
        isLoadingNewer={messages.isLoadingNewer}
        onOlder={() => load(messages.loadOlder)}
        onNewer={() => load(messages.loadNewer)}
        onNewest={() => {
          firstNew.stop()
          problems.watch(messages.jumpToNewest())
        }}
        onRetry={() => problems.watch(messages.jumpToNewest())}
        onSeen={onSeen}
        lastNumber={stand?.message_number}
        onLookingFrom={conversation.keepFrom}
        {...news}
        onFirstNew={firstNew.go}
        onMarkRead={() => {
          firstNew.stop()
          problems.watch(messages.markRead())
        }}
        toEnd={wrote}
        target={target}
        actions={actions}
        {...definedOf({ picture, faces, newReplies, extra, label, empty, isTyping })}
      />
      <Problem problems={problems} />
    </>
  )
}

/** Loads a page; after one that failed not at once again, but when one scrolls later. */
function useLoading({ watch }: Problems): (page: () => Promise<void>) => void {
  const notBefore = useRef(0)
  return (page) => {
    if (Date.now() < notBefore.current) return
    const loaded = page()
    loaded.catch(() => (notBefore.current = Date.now() + 3000))
    watch(loaded)
  }
}

/** Without the fields that are undefined, which optional ones may not be. */
export const definedOf = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never

interface News {
  lastRead: number | null
  newCount: number
}

const no_news: News = { lastRead: null, newCount: 0 }

/** Where one had read to when one came, or came back to the page, if anything of others was new here, and not in threads alone: the line stays until one leaves. */
function useNews(conversation: Conversation, { items, hasOlder }: MessagesView, me: number | undefined): News {
  const summary = useStore(conversation.summary)
  const [line, setLine] = useState<{ of: Conversation; news: News } | null>(null)
  const isHere = line?.of === conversation
  const news = isHere ? line.news : no_news
  if (summary !== null) {
    const { last_read_number: lastRead, unread_count: newCount } = summary
    const isNew = newCount > 0
    // What comes while nobody looks at the page is new to whoever comes back to it.
    if (!isHere || (isNew && document.hidden && news.lastRead !== lastRead))
      setLine({ of: conversation, news: isNew ? { lastRead, newCount } : no_news })
  }
  const at = lineOf(items, news.lastRead, hasOlder)
  const first = typeof at === 'number' ? items[at] : undefined
  return first?.kind === 'message' && first.message.author_id === me ? no_news : news
}

/** Who goes elsewhere is not called back. */
function useGone(stop: () => void, target: object | null, wrote: number): void {
  const before = useRef({ target, wrote })
  useEffect(() => {
    if (before.current.target === target && before.current.wrote === wrote) return
    before.current = { target, wrote }
    stop()
  }, [stop, target, wrote])
}

/** Loads the piece around the target, unless it is there; the timeline shows it as soon as it has it. */
function useTarget(messages: MessagesView, target: { message_id: number } | null, { watch }: Problems): void {
  const latest = useLatest(messages)
  const { jumpTo } = messages
  useEffect(() => {
    if (target === null) return
    const isHere = latest.current.items.some((item) => item.kind === 'message' && item.message.id === target.message_id)
    if (!isHere) watch(jumpTo(target.message_id))
  }, [target, jumpTo, watch, latest])
}
