import type { ReactNode } from 'react'
import type { Summary } from 'veza-js-sdk'

import { Avatar, type Status } from '../Avatar.tsx'
import { Icon } from '../Icon.tsx'
import { useShownName } from '../names.ts'
import { isOf, refKey, type Place } from '../ref.ts'
import { useWords } from '../settings.tsx'

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
  const { conversations, selected = null, onSelect, status, note, picture, empty, isNew, isUnsent } = props
  const words = useWords()
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
                  <RoomLine
                    summary={summary}
                    isSelected={isSelected(summary)}
                    isNew={!isSelected(summary) && isNew?.(summary) === true}
                    isUnsent={isUnsent?.(summary) === true}
                    onSelect={onSelect}
                    status={summary.other_user === null ? undefined : status?.(summary.other_user.user_id)}
                    note={summary.other_user === null ? undefined : note?.(summary.other_user.user_id)}
                    picture={summary.other_user === null ? undefined : picture?.(summary.other_user.user_id)}
                  />
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
    </nav>
  )
}

interface RoomLineProps {
  summary: Summary
  isSelected: boolean
  isNew: boolean
  isUnsent: boolean
  onSelect(summary: Summary): unknown
  status: Status | undefined
  note: string | undefined
  picture: string | undefined
}

function RoomLine({ summary, isSelected, isNew, isUnsent, onSelect, status, note, picture }: RoomLineProps) {
  const words = useWords()
  const { unread_count, mention_count, other_user } = summary
  const shownName = useShownName()
  const name = other_user === null ? summary.name : shownName(summary.name)
  const isUnread = unread_count > 0 && !isSelected
  return (
    <button
      type="button"
      className={['vz-room', isUnread && 'vz-unread', isSelected && 'vz-selected'].filter(Boolean).join(' ')}
      aria-current={isSelected ? 'page' : undefined}
      title={note}
      onClick={() => onSelect(summary)}
    >
      {other_user === null ? (
        <span className="vz-room-sign" aria-hidden="true">
          {/* Whom a new DM is with comes a moment later. */}
          {summary.kind === 'dm' ? '@' : summary.is_public === false ? <Icon name="lock" /> : '#'}
        </span>
      ) : (
        <Avatar user_id={other_user.user_id} name={name} size="small" status={status} picture={picture} />
      )}
      <span className="vz-room-name">{name}</span>
      {isUnsent && (
        <span className="vz-unsent" title={words.unsent}>
          <Icon name="send" />
          <span className="vz-hidden">{words.unsent}</span>
        </span>
      )}
      {isNew && <span className="vz-label">{words.newRoom}</span>}
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
