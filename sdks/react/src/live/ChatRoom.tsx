import { useState, type ReactNode } from 'react'

import { useMe, useMessages } from '../hooks.ts'
import { refKey, type Place } from '../ref.ts'
import { LiveInput, type LiveInputProps } from './LiveInput.tsx'
import { LiveConnectionBar, LiveTypingLine } from './lists.tsx'
import { LiveMessages, definedOf, type LiveMessagesProps } from './LiveMessages.tsx'
import { LiveThreadPane } from './LiveThreadPane.tsx'
import { Problem, useProblems } from './problem.tsx'
import { useEditing } from './use-editing.ts'

export interface ChatRoomProps extends Omit<LiveMessagesProps, 'onEdit' | 'isTyping' | 'onReply'> {
  of: Place
  /** Where a thread opens. Default: in place of the timeline's side. */
  onReply?: LiveMessagesProps['onReply']
  input?: Partial<Omit<LiveInputProps, 'of' | 'parent_id'>>
  /** At the end of the line that says who types, such as who has read. */
  aside?: ReactNode
}

/** A whole conversation: connection, timeline, who types, composer, and the thread one opens. As tall as what is around it. */
export function ChatRoom(props: ChatRoomProps) {
  // What is open, edited or read out is of one conversation.
  return <Room key={refKey(props.of)} {...props} />
}

function Room({ of: place, onReply, input, aside, ...props }: ChatRoomProps) {
  const messages = useMessages(place)
  const me = useMe()
  const problems = useProblems(props.onError)
  const editing = useEditing(messages.items, me?.id ?? null, messages.edit, problems)
  const [isTyping, setTyping] = useState(false)
  const [thread, setThread] = useState<number | null>(null)
  const { picture, may, onMore, onRemove, linkOf, onCopied, onError } = props
  return (
    <div className="vz-chat-room">
      <div className="vz-conversation">
        <LiveConnectionBar />
        <LiveMessages
          of={place}
          {...definedOf(props)}
          isTyping={isTyping}
          onEdit={editing.begin}
          onReply={onReply ?? (({ id }) => setThread(id))}
        />
        <Problem problems={problems} />
        <div className="vz-typing-row">
          <LiveTypingLine of={place} />
          {aside}
        </div>
        <LiveInput of={place} {...input} {...editing.input} onTyping={setTyping} />
      </div>
      {thread !== null && onReply === undefined && (
        <LiveThreadPane
          of={place}
          parent_id={thread}
          onClose={() => setThread(null)}
          {...definedOf({ picture, may, onMore, onRemove, linkOf, onCopied, onError })}
        />
      )}
    </div>
  )
}
