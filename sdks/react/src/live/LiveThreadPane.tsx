import { useEffect, useRef, useState } from 'react'
import type { Message as ChatMessage } from 'veza-js-sdk'

import { useConversation, useMe, useMessages, useName, useThread, type ThreadView } from '../hooks.ts'
import { ThreadPane } from '../lists/ThreadPane.tsx'
import { useChat } from '../provider.tsx'
import { refKey, type Place } from '../ref.ts'
import { LiveInput, type LiveInputProps } from './LiveInput.tsx'
import { definedOf, type LiveMessagesProps } from './LiveMessages.tsx'
import { Problem, useProblems, type Problems } from './problem.tsx'
import { useActions, type ActionProps } from './use-actions.ts'
import { useEditing } from './use-editing.ts'

export interface LiveThreadPaneProps
  extends Omit<ActionProps, 'onReply' | 'onEdit'>, Pick<LiveMessagesProps, 'picture' | 'onError'> {
  of: Place
  parent_id: number
  onClose(): unknown
  /** A reply to show and to highlight. Another object is another jump. */
  target?: { message_id: number } | null
  input?: Partial<Omit<LiveInputProps, 'of' | 'parent_id'>> | undefined
}

/** A message, its replies, and a field to reply with. */
export function LiveThreadPane(props: LiveThreadPaneProps) {
  return <Pane key={`${refKey(props.of)} ${props.parent_id}`} {...props} />
}

function Pane(props: LiveThreadPaneProps) {
  const { of: place, parent_id, onClose, picture, target = null, input } = props
  const thread = useThread(place, parent_id)
  const messages = useMessages(place)
  const me = useMe()
  const problems = useProblems(props.onError)
  const editing = useEditing(thread.items, me?.id ?? null, messages.edit, problems)
  const actions = useActions(messages, { ...props, onReply: undefined, onEdit: editing.begin }, problems)
  useTarget(thread, target, problems)
  const [sent, setSent] = useState(0)
  const send = (content: string) => {
    const pending = thread.send(content)
    if (thread.hasNewer) thread.jumpToNewest()
    setSent(sent + 1)
    return pending
  }
  return (
    <ThreadPane
      parent={thread.parent}
      messages={thread.items}
      me={me?.id ?? null}
      username={me?.username}
      status={thread.status}
      hasOlder={thread.hasOlder}
      isLoadingOlder={thread.isLoadingOlder}
      hasNewer={thread.hasNewer}
      onNewest={thread.jumpToNewest}
      toEnd={sent}
      onOlder={() => problems.watch(thread.loadOlder())}
      target={target}
      onSeen={useSeen(place, parent_id)}
      actions={actions}
      onClose={onClose}
      place={useName(place)}
      {...definedOf({ picture })}
    >
      <Problem problems={problems} />
      <LiveInput of={place} parent_id={parent_id} onSend={send} {...input} {...editing.input} />
    </ThreadPane>
  )
}

/** Marks the thread as read up to what one has seen; replying does that by itself. */
function useSeen(place: Place, parent_id: number): (message: ChatMessage) => void {
  const chat = useChat()
  const { ref } = useConversation(place)
  const seen = useRef(0)
  return ({ id: message_id, author_id, number }) => {
    const last = seen.current
    if (author_id === chat.me.get()?.id || number <= last) return
    seen.current = number
    // Told again with the next reply if this time it was not heard.
    chat.command('mark_read', { ...ref, message_id, parent_id }).catch(() => (seen.current = last))
  }
}

/** Loads older replies until the target is among them; the timeline shows it as soon as it has it. Ids grow: one that is not among newer ones is gone. */
function useTarget(thread: ThreadView, target: { message_id: number } | null, { watch }: Problems): void {
  const { items, status, hasOlder, isLoadingOlder, loadOlder } = thread
  /** What was there already, and what could not be loaded, is not asked for again and again. */
  const over = useRef<object | null>(null)
  const isHere = items.some((item) => item.kind === 'message' && item.message.id === target?.message_id)
  const oldest = items.find((item) => item.kind === 'message')?.message.id ?? Infinity
  const isReady = status === 'ready' && hasOlder && !isLoadingOlder
  useEffect(() => {
    if (isHere) over.current = target
    // A page may be there before it was seen to be under way.
    if (!isReady || target === null || target.message_id >= oldest || over.current === target) return
    const loaded = loadOlder()
    loaded.catch(() => (over.current = target))
    watch(loaded)
  }, [isHere, isReady, oldest, target, loadOlder, watch])
}
