import { useCallback, useMemo } from 'react'
import type { Message as ChatMessage } from 'veza-js-sdk'

import { copyText } from '../copy.ts'
import type { MessagesView } from '../hooks.ts'
import { useLatest } from '../latest.ts'
import type { MessageActions } from '../timeline/actions.ts'
import type { Problems } from './problem.tsx'

export interface ActionProps {
  /** Opens the thread of a message. Without it threads are not offered. */
  onReply?: ((message: ChatMessage) => unknown) | undefined
  /** Begins editing. Without it editing is not offered. */
  onEdit?: ((message: ChatMessage) => unknown) | undefined
  onMore?: ((message: ChatMessage) => unknown) | undefined
  /** Asked before a message is deleted. Default: at once. */
  onRemove?: ((message: ChatMessage) => boolean | Promise<boolean>) | undefined
  /** The address of a message, which "copy link" copies. Without it that is not offered. */
  linkOf?: ((message: ChatMessage) => string) | undefined
  /** Told once a link is copied. */
  onCopied?: (() => unknown) | undefined
  /** Keep the function: another one draws the messages again, as they may offer something else. */
  may?: MessageActions['may'] | undefined
}

type Messages = Pick<MessagesView, 'react' | 'toggleReaction' | 'pin' | 'remove' | 'retry' | 'discard'>

/** What one may do with the messages of a conversation and of its threads. */
export function useActions(messages: Messages, props: ActionProps, problems: Problems): MessageActions {
  const latest = useLatest(props)
  const { react, toggleReaction, pin, remove, retry, discard } = messages
  const { watch } = problems
  const watched = useCallback(
    (begun: Promise<void>) => {
      watch(begun)
      return begun
    },
    [watch],
  )
  // Only whether they are there: the rows are not to be drawn again because a function is another.
  const [reply, edit, more, link] = [props.onReply, props.onEdit, props.onMore, props.linkOf].map((one) => one !== undefined) // prettier-ignore
  const { may } = props
  return useMemo(
    (): MessageActions => ({
      react: (message, emoji, add) => watch(react(message.id, emoji, add)),
      toggle: (message, emoji) => watch(toggleReaction(message.id, emoji)),
      pin: (message, pinned) => watch(pin(message.id, pinned)),
      remove: (message) => watch(removeAsked(message, latest.current.onRemove, remove)),
      retry,
      discard,
      ...(reply === true && { reply: (message: ChatMessage) => latest.current.onReply?.(message) }),
      ...(edit === true && { edit: (message: ChatMessage) => latest.current.onEdit?.(message) }),
      ...(more === true && { more: (message: ChatMessage) => latest.current.onMore?.(message) }),
      ...(link === true && { copyLink: (message: ChatMessage) => watched(copyLink(latest.current, message)) }),
      ...(may && { may }),
    }),
    [latest, react, toggleReaction, pin, remove, retry, discard, watch, watched, reply, edit, more, link, may],
  )
}

/** Deletes it, unless whoever is asked does not want to, or does it. */
async function removeAsked(
  message: ChatMessage,
  ask: ActionProps['onRemove'],
  remove: (message_id: number) => Promise<void>,
): Promise<void> {
  if (ask === undefined || (await ask(message))) await remove(message.id)
}

async function copyLink({ linkOf, onCopied }: ActionProps, message: ChatMessage): Promise<void> {
  if (linkOf === undefined) return
  await copyText(linkOf(message))
  onCopied?.()
}
