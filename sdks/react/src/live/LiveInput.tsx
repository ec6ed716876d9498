import { ChatInput, type ChatInputProps } from '../composer/ChatInput.tsx'
import { useConversation, useMe, useName } from '../hooks.ts'
import { refKey, type Place } from '../ref.ts'
import { definedOf } from './LiveMessages.tsx'
import { useStore } from '../store.ts'
import { useSources } from './use-sources.ts'
import { Waiting } from './Waiting.tsx'
import { wrote } from './wrote.ts'

export interface LiveInputProps extends Partial<Omit<ChatInputProps, 'to' | 'draftKey'>> {
  of: Place
  /** Replies go to this message. */
  parent_id?: number
}

/** The composer of a conversation: sends there, completes its members and one's rooms, tells that one types, keeps the draft. */
export function LiveInput({ of: place, parent_id, ...props }: LiveInputProps) {
  const conversation = useConversation(place)
  const name = useName(place)
  const me = useMe()
  // A room has two addresses, and one draft: that of its number.
  const ref = useStore(conversation.summary)?.ref ?? conversation.ref
  const isKnown = typeof (ref as { room_id?: unknown }).room_id !== 'string'
  const sources = useSources(conversation)
  const keyOf = (place: Place) => `${refKey(place)}${parent_id === undefined ? '' : ` thread ${parent_id}`}`
  return (
    <>
      <Waiting of={conversation} parent_id={parent_id ?? null} isDisabled={props.isDisabled === true} />
      <ChatInput
        key={keyOf(place)}
        to={parent_id === undefined ? name : undefined}
        maxLength={me?.limits.max_message_length ?? 2000}
        sources={sources}
        draftKey={me !== null && isKnown ? `${me.id} ${keyOf(ref)}` : undefined}
        onSend={(content) => {
          if (parent_id !== undefined) return conversation.thread(parent_id).send(content)
          const pending = conversation.send(content)
          wrote(conversation)
          return pending
        }}
        {...definedOf(props)}
        onTyping={(isTyping) => {
          conversation.setTyping(isTyping)
          props.onTyping?.(isTyping)
        }}
      />
    </>
  )
}
