import { useMe, useMessages, useThread } from '../hooks.ts'
import { ThreadPane } from '../lists/ThreadPane.tsx'
import { refKey, type Place } from '../ref.ts'
import { LiveInput, type LiveInputProps } from './LiveInput.tsx'
import { definedOf, removeAsked, type LiveMessagesProps } from './LiveMessages.tsx'
import { Problem, useProblems } from './problem.tsx'
import { useEditing } from './use-editing.ts'

export interface LiveThreadPaneProps extends Pick<LiveMessagesProps, 'may' | 'onMore' | 'onRemove'> {
  of: Place
  parent_id: number
  onClose(): unknown
  picture?(user_id: number): string | undefined
  input?: Partial<Omit<LiveInputProps, 'of' | 'parent_id'>> | undefined
}

/** A message, its replies, and a field to reply with. */
export function LiveThreadPane(props: LiveThreadPaneProps) {
  return <Pane key={`${refKey(props.of)} ${props.parent_id}`} {...props} />
}

function Pane(props: LiveThreadPaneProps) {
  const { of: place, parent_id, onClose, picture, may, onMore, onRemove, input } = props
  const thread = useThread(place, parent_id)
  const messages = useMessages(place)
  const me = useMe()
  const problems = useProblems(undefined)
  const editing = useEditing(thread.items, me?.id ?? null, messages.edit, problems)
  return (
    <ThreadPane
      parent={thread.parent}
      messages={thread.items}
      me={me?.id ?? null}
      username={me?.username}
      status={thread.status}
      hasOlder={thread.hasOlder}
      isLoadingOlder={thread.isLoadingOlder}
      onOlder={() => problems.watch(thread.loadOlder())}
      actions={{
        react: (message, emoji, add) => problems.watch(messages.react(message.id, emoji, add)),
        toggle: (message, emoji) => problems.watch(messages.toggleReaction(message.id, emoji)),
        edit: editing.begin,
        remove: (message) => problems.watch(removeAsked(message, onRemove, messages.remove)),
        retry: messages.retry,
        discard: messages.discard,
        ...definedOf({ may, more: onMore }),
      }}
      onClose={onClose}
      {...(picture && { picture })}
    >
      <Problem problems={problems} />
      <LiveInput of={place} parent_id={parent_id} {...input} {...editing.input} />
    </ThreadPane>
  )
}
