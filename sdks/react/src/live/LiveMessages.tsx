import { useEffect, useRef, useState } from 'react'
import type { Conversation, Message as ChatMessage } from 'veza-js-sdk'

import { useMe, useMessages, useRoom, type MessagesView } from '../hooks.ts'
import { useLatest } from '../latest.ts'
import { refKey, type Place } from '../ref.ts'
import { useStore } from '../store.ts'
import { ChatMessages, type ChatMessagesProps } from '../timeline/ChatMessages.tsx'
import { Problem, useProblems, type Problems } from './problem.tsx'
import { useActions, type ActionProps } from './use-actions.ts'
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
  const problems = useProblems(props.onError)
  const actions = useActions(messages, props, problems)
  const load = useLoading(problems)
  useTarget(messages, props.target ?? null, problems)
  const seen = useRef(0)
  const onSeen = (message: ChatMessage) => {
    const last = seen.current
    if (message.number <= Math.max(last, conversation.summary.get()?.last_read_number ?? 0)) return
    seen.current = message.number
    // Told again with the next message if this time it was not heard.
    messages.markRead(message.id).catch(() => (seen.current = last))
  }
  return (
    <>
      <ChatMessages
        messages={messages.items}
        me={me?.id ?? null}
        username={me?.username}
        status={messages.status}
        hasOlder={messages.hasOlder}
        hasNewer={messages.hasNewer}
        isLoadingOlder={messages.isLoadingOlder}
        isLoadingNewer={messages.isLoadingNewer}
        onOlder={() => load(messages.loadOlder)}
        onNewer={() => load(messages.loadNewer)}
        onNewest={() => problems.watch(messages.jumpToNewest())}
        onRetry={() => problems.watch(messages.jumpToNewest())}
        onSeen={onSeen}
        onLookingFrom={conversation.keepFrom}
        lastRead={useLastRead(conversation, messages.items, me?.id)}
        toEnd={useWrote(conversation)}
        target={props.target ?? null}
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

/** Where one had read to when one came, if anything of others was new here, and not in threads alone: the line stays until one leaves. */
function useLastRead(conversation: Conversation, items: MessagesView['items'], me: number | undefined): number | null {
  const summary = useStore(conversation.summary)
  const [line, setLine] = useState<{ of: Conversation; after: number | null } | null>(null)
  if (summary !== null && line?.of !== conversation) {
    const after = summary.unread_count > 0 ? summary.last_read_number : null
    setLine({ of: conversation, after })
    return after
  }
  const after = line?.of === conversation ? line.after : null
  if (after === null) return null
  const first = items.find((item) => item.kind === 'message' && item.message.number > after)
  return first?.kind === 'message' && first.message.author_id === me ? null : after
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
