import type { ReactNode } from 'react'
import type { Summary } from 'veza-js-sdk'

import { Avatar, type Status } from '../Avatar.tsx'
import { Icon } from '../Icon.tsx'
import { useShownName } from '../names.ts'
import { isOf, refKey, type Place } from '../ref.ts'
import { useWords } from '../settings.tsx'
import { type Gone, useGone, useKeptFocus } from './use-kept-focus.ts'

export interface RoomListProps {
  /** Null while it is not known. */
  conversations: readonly Summary[] | null
  /** The one that is open. */
  selected?: Place | null
  onSelect(summary: Summary): unknown
  /** Presence of the other person of a DM. */
  status?(user_id: number): Status | undefined
  /** What the other person of a DM says beside it; seen where one points. */
  note?(user_id: number): string | undefined
  picture?(user_id: number): string | undefined
  /** Whether one has not looked into it yet, such as after being added to it. */
  isNew?(summary: Summary): boolean
  /** Whether something one wrote there is not sent, as the server did not take it. */
  isUnsent?(summary: Summary): boolean
  /** Instead of the sentence where there is none. */
  empty?: ReactNode
}

/** The conversations: unread ones first, then rooms, then direct messages. */
export function RoomList(props: RoomListProps) {
  const { conversations, selected = null, empty } = props
  const words = useWords()
  const gone = useGone()
  if (conversations === null) return <div className="vz-skeletons" aria-hidden="true">{[0, 1, 2].map((n) => <div key={n} className="vz-skeleton" />)}</div> // prettier-ignore
  if (conversations.length === 0) return <div className="vz-empty">{empty ?? <p>{words.noConversations}</p>}</div>
  const isSelected = (summary: Summary) => selected !== null && isOf(summary, selected)
  const isUnread = (summary: Summary) => summary.unread_count > 0 && !isSelected(summary)
  const read = conversations.filter((one) => !isUnread(one))
  const sections = [
    { title: words.unread, list: conversations.filter(isUnread) },
    { title: words.rooms, list: read.filter(({ kind }) => kind === 'room') },
    { title: words.directMessages, list: read.filter(({ kind }) => kind === 'dm') },
  ]
  return (
    <nav className="vz-rooms" aria-label={words.conversations}>
      {sections.map(({ title, list }) =>
        list.length === 0 ? null : (
          <section key={title} aria-label={title}>
            <h3 className="vz-section-title">{title}</h3>
            <ul>
              {list.map((summary) => (
                <li key={refKey(summary.ref)}>
                  <RoomLine {...props} summary={summary} isSelected={isSelected(summary)} gone={gone} />
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
    </nav>
  )
}

interface RoomLineProps extends RoomListProps {
  summary: Summary
  isSelected: boolean
  gone: Gone
}

function RoomLine(props: RoomLineProps) {
  const { summary, isSelected, gone, onSelect, status, note, picture, isNew, isUnsent } = props
  const words = useWords()
  const line = useKeptFocus(gone, refKey(summary.ref))
  const { unread_count, mention_count, other_user } = summary
  const shownName = useShownName()
  const name = other_user === null ? summary.name : shownName(summary.name)
  const isUnread = unread_count > 0 && !isSelected
  return (
    <button
      ref={line}
      type="button"
      className={['vz-room', isUnread && 'vz-unread', isSelected && 'vz-selected'].filter(Boolean).join(' ')}
      aria-current={isSelected ? 'page' : undefined}
      title={other_user === null ? undefined : note?.(other_user.user_id)}
      onClick={() => onSelect(summary)}
    >
      {other_user === null ? (
        <span className="vz-room-sign" aria-hidden="true">
          {/* Whom a new DM is with comes a moment later. */}
          {summary.kind === 'dm' ? '@' : summary.is_public === false ? <Icon name="lock" /> : '#'}
        </span>
      ) : (
        <Avatar
          user_id={other_user.user_id}
          name={name}
          size="small"
          status={status?.(other_user.user_id)}
          picture={picture?.(other_user.user_id)}
        />
      )}
      <span className="vz-room-name">{name}</span>
      {isUnsent?.(summary) === true && (
        <span className="vz-unsent" title={words.unsent}>
          <Icon name="send" />
          <span className="vz-hidden">{words.unsent}</span>
        </span>
      )}
      {!isSelected && isNew?.(summary) === true && <span className="vz-label">{words.newRoom}</span>}
      {isUnread && <span className="vz-hidden">{words.unreadCount(unread_count)}</span>}
      {mention_count > 0 && (
        <span className="vz-badge">
          <span aria-hidden="true">{mention_count > 99 ? '99+' : mention_count}</span>
          <span className="vz-hidden">{words.mentions(mention_count)}</span>
        </span>
      )}
    </button>
  )
}
