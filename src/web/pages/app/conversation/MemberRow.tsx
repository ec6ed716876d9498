import type { ReactNode } from 'react'
import type { protocol } from 'veza-js-sdk'
import { Avatar } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { useRegion } from '../parts/use-region.ts'
import { Note } from './Note.tsx'
import { conversation_words } from './words.ts'

interface Props {
  member: protocol.Member
  status: 'online' | 'away' | 'busy' | 'offline'
  /** What they say beside it. */
  note: string | null | undefined
  /** At the end of the line, such as what one may do with them. */
  children: ReactNode
}

export const nameOf = ({ nickname, display_name, username }: protocol.Member): string =>
  nickname ?? display_name ?? username

/** A member as a line. */
export function MemberRow({ member, status, note, children }: Props) {
  const words = useText(conversation_words)
  const chat = useSignedIn()
  const me = useStore(chat.me)
  const locale = useRegion()
  const { user_id, username, muted_until } = member
  const name = nameOf(member)
  const until = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short' })
  return (
    <li className="app-member">
      <Avatar user_id={user_id} name={name} size="small" status={status} />
      <span className="app-member-name">
        {name} {name !== username && <span className="app-muted">@{username}</span>}
        {user_id === me?.id && <span className="app-muted"> ({words.you})</span>}
        {typeof muted_until === 'string' && (
          <span className="app-small"> {words.muted_until(until.format(new Date(muted_until)))}</span>
        )}
        <Note text={note} />
      </span>
      {children}
    </li>
  )
}
