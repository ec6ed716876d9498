import type { Member } from 'veza-js-sdk'

import { Avatar, type Status } from '../Avatar.tsx'
import { useWords } from '../settings.tsx'
import { type Gone, useGone, useKeptFocus } from './use-kept-focus.ts'

export interface MemberListProps {
  members: readonly Member[] | null
  onSelect?(member: Member): unknown
  /** Default: online or offline, as the member list says. */
  status?(user_id: number): Status | undefined
  /** What the member says beside it. */
  note?(user_id: number): string | undefined
  picture?(user_id: number): string | undefined
}

const order = ['owner', 'admin', 'moderator', 'member']

/** The members by their role. */
export function MemberList({ members, onSelect, status, note, picture }: MemberListProps) {
  const words = useWords()
  const gone = useGone()
  if (members === null) return <div className="vz-skeletons" aria-hidden="true">{[0, 1, 2].map((n) => <div key={n} className="vz-skeleton" />)}</div> // prettier-ignore
  const nameOf = (role: string) => (Object.hasOwn(words.roles, role) ? words.roles[role] : role)
  const roles = [...new Set([...order, ...members.map(({ role }) => role)])]
  return (
    <section className="vz-members" aria-label={words.members}>
      {roles.map((role) => {
        const list = members.filter((member) => member.role === role)
        if (list.length === 0) return null
        return (
          <div key={role} role="group" aria-label={nameOf(role)}>
            <h3 className="vz-section-title">{nameOf(role)}</h3>
            <ul>
              {list.map((member) => (
                <li key={member.user_id}>
                  <MemberLine
                    member={member}
                    gone={gone}
                    status={status?.(member.user_id) ?? (member.is_online ? 'online' : 'offline')}
                    note={note?.(member.user_id)}
                    picture={picture?.(member.user_id)}
                    onSelect={onSelect}
                  />
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </section>
  )
}

interface MemberLineProps {
  member: Member
  gone: Gone
  status: Status
  note: string | undefined
  picture: string | undefined
  onSelect: ((member: Member) => unknown) | undefined
}

function MemberLine({ member, gone, status, note, picture, onSelect }: MemberLineProps) {
  const { user_id, username, display_name } = member
  const button = useKeptFocus(gone, user_id)
  const line = (
    <>
      <Avatar user_id={user_id} name={display_name ?? username} size="small" status={status} picture={picture} />
      <span className="vz-room-name">{display_name ?? username}</span>
      {display_name !== null && <span className="vz-quiet">@{username}</span>}
      {note !== undefined && (
        <span className="vz-quiet vz-note" title={note} dir="auto">
          {note}
        </span>
      )}
    </>
  )
  if (onSelect === undefined) return <div className="vz-member">{line}</div>
  return (
    <button ref={button} type="button" className="vz-member" onClick={() => onSelect(member)}>
      {line}
    </button>
  )
}
