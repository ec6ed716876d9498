import type { Message } from 'veza-js-sdk'

/** What one may do with messages. What is left out is not offered. */
export interface MessageActions {
  react?(message: Message, emoji: string, add: boolean): unknown
  /** Adds one's reaction or takes it back, where nobody knows which: the server names ten people of an emoji. Without it `react` adds. */
  toggle?(message: Message, emoji: string): unknown
  reply?(message: Message): unknown
  edit?(message: Message): unknown
  pin?(message: Message, pinned: boolean): unknown
  /** A promise that is kept says "copied". */
  copyLink?(message: Message): unknown
  remove?(message: Message): unknown
  more?(message: Message): unknown
  retry?(client_id: string): unknown
  discard?(client_id: string): unknown
  /** Whether an action is offered on this message. Default: editing only what is one's own text, nothing on what is deleted. */
  may?(action: 'react' | 'reply' | 'edit' | 'pin' | 'copyLink' | 'remove' | 'more', message: Message): boolean
}

export type ActionName = Parameters<NonNullable<MessageActions['may']>>[0]

/** Whether the action is there, and allowed on this message. */
export function offers(actions: MessageActions, action: ActionName, message: Message, me: number | null): boolean {
  if (actions[action] === undefined || message.is_deleted) return false
  if (actions.may !== undefined) return actions.may(action, message)
  return (action !== 'edit' && action !== 'remove') || message.author_id === me
}
