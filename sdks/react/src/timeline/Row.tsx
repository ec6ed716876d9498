import { memo, type ReactNode } from 'react'
import type { Message as ChatMessage, TimelineItem } from 'veza-js-sdk'

import { useShownName } from '../names.ts'
import { useSettings } from '../settings.tsx'
import type { MessageActions } from './actions.ts'
import { Message, PendingMessage } from './Message.tsx'
import { itemTime, type RowPlace } from './rows.ts'

interface RowProps extends RowPlace {
  item: TimelineItem
  index: number
  /** -1: not known. */
  count: number
  me: number | null
  username: string | undefined
  actions: MessageActions
  isActive: boolean
  isFocusable: boolean
  isHighlighted: boolean
  setActive(key: string | null): void
  picture: ((user_id: number) => string | undefined) | undefined
  faces: ((message_id: number) => readonly { user_id: number; username: string }[] | undefined) | undefined
  newReplies: number
  nameOf(user_id: number): string | undefined
  extra: ((message: ChatMessage) => ReactNode) | undefined
}

/** A message with what stands before it: the day, the line "new". One element, so that its height is the row's. */
export const Row = memo(function Row(props: RowProps) {
  const { item, day, isNew, isGrouped, me, username, actions, setActive } = props
  const { words, dates } = useSettings()
  const name = useShownName()(item.kind === 'message' ? item.message.username : (username ?? ''))
  const author = item.kind === 'message' ? item.message.author_id : me
  const picture = author === null ? undefined : props.picture?.(author)
  return (
    <div
      className="vz-row"
      data-key={item.key}
      // A finger that scrolls enters one after the other; only where it is lifted does it mean one.
      onPointerEnter={({ pointerType }) => pointerType !== 'touch' && setActive(item.key)}
      onPointerUp={() => setActive(item.key)}
    >
      {day !== null && (
        <div className="vz-day">
          <span>{day}</span>
        </div>
      )}
      {isNew && (
        <div className="vz-new">
          <span>{words.newMessages}</span>
        </div>
      )}
      <article
        className={props.isHighlighted ? 'vz-message vz-highlight' : 'vz-message'}
        aria-label={words.messageOf(name, dates.time(itemTime(item)))}
        aria-posinset={props.index + 1}
        aria-setsize={props.count}
        tabIndex={props.isFocusable ? 0 : -1}
        onFocus={() => setActive(item.key)}
      >
        {item.kind === 'pending' ? (
          <PendingMessage
            pending={item.pending}
            me={me}
            username={username}
            isGrouped={isGrouped}
            actions={actions}
            picture={picture}
          />
        ) : (
          <Message
            message={item.message}
            me={me}
            username={username}
            nameOf={props.nameOf}
            isGrouped={isGrouped}
            actions={actions}
            isActive={props.isActive}
            picture={picture}
            newReplies={props.newReplies}
            {...facesOf(props.faces, item.message.id)}
          >
            {props.extra?.(item.message)}
          </Message>
        )}
      </article>
    </div>
  )
})

function facesOf(faces: RowProps['faces'], message_id: number) {
  const found = faces?.(message_id)
  return found === undefined ? {} : { faces: found }
}
