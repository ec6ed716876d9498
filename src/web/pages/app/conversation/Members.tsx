import { useCallback, useEffect, useState } from 'react'
import type { protocol } from 'veza-js-sdk'
import { Avatar, regionalOf, useStatuses } from 'veza-react-components'

import { useLocale, useSignedIn, useStore, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Menu, type MenuItem } from '../parts/Menu.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { Failed, Skeleton } from '../parts/Waiting.tsx'
import { useMemberDeeds } from './member-deeds.ts'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

const page_size = 100
const most_followed = 200
const roles = ['owner', 'admin', 'moderator', 'member'] as const

/** The members of a room by role, with presence, and what one may do with them. */
export function Members({ room }: { room: RoomFacts }) {
  const chat = useSignedIn()
  const words = useText(conversation_words)
  const [pages, setPages] = useState(1)
  const [search, setSearch] = useState('')
  const room_id = room.asked.value?.id
  const ask = useCallback(async () => {
    const members: protocol.Member[] = []
    let cursor: string | null = null
    for (let page = 0; page < pages && (page === 0 || cursor !== null); page++) {
      const answer: protocol.RoomMembersData = await chat.command('get_members', {
        room_id: room_id ?? 0,
        limit: page_size,
        ...(cursor !== null && { cursor }),
      })
      members.push(...answer.members)
      cursor = answer.next_cursor
    }
    return { members, has_more: cursor !== null }
  }, [chat, room_id, pages])
  const [{ value, error }, again] = useAsked(room_id === undefined ? null : ask)
  // The room is asked for again when somebody comes, goes or changes.
  useEffect(again, [room.asked.value, again])
  const deedsOf = useMemberDeeds(room, again)
  const status = useStatuses((value?.members ?? []).slice(0, most_followed).map(({ user_id }) => user_id))

  if (error !== null) return <Failed error={error} onAgain={again} />
  if (value === null) return <Skeleton lines={8} />
  const wanted = search.trim().toLowerCase()
  const found = value.members.filter(({ username, display_name }) =>
    [username, display_name ?? ''].some((name) => name.toLowerCase().includes(wanted)),
  )
  return (
    <div className="app-side-body">
      <input
        type="search"
        className="app-input"
        aria-label={words.find_member}
        placeholder={words.find_member}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      {roles.map((role) => {
        const members = found.filter((member) => member.role === role)
        if (members.length === 0) return null
        return (
          <section key={role} aria-label={words.groups[role]}>
            <h3>{words.groups[role]}</h3>
            <ul className="app-people">
              {members.map((member) => (
                <MemberRow
                  key={member.user_id}
                  member={member}
                  status={status(member.user_id) ?? (member.is_online ? 'online' : 'offline')}
                  deeds={deedsOf(member)}
                />
              ))}
            </ul>
          </section>
        )
      })}
      {value.has_more && <Button onClick={() => setPages(pages + 1)}>{words.more}</Button>}
    </div>
  )
}

interface RowProps {
  member: protocol.Member
  status: 'online' | 'away' | 'busy' | 'offline'
  deeds: MenuItem[]
}

function MemberRow({ member, status, deeds }: RowProps) {
  const words = useText(conversation_words)
  const chat = useSignedIn()
  const me = useStore(chat.me)
  const locale = useLocale()
  const { user_id, username, display_name, nickname, muted_until } = member
  const name = nickname ?? display_name ?? username
  const until = new Intl.DateTimeFormat(regionalOf(locale), { dateStyle: 'short', timeStyle: 'short' })
  return (
    <li className="app-member">
      <Avatar user_id={user_id} name={name} size="small" status={status} />
      <span className="app-member-name">
        {name} {name !== username && <span className="app-muted">@{username}</span>}
        {user_id === me?.id && <span className="app-muted"> ({words.you})</span>}
        {typeof muted_until === 'string' && (
          <span className="app-small"> {words.muted_until(until.format(new Date(muted_until)))}</span>
        )}
      </span>
      {deeds.length > 0 && <Menu label={words.profile_of(name)} items={deeds} />}
    </li>
  )
}
