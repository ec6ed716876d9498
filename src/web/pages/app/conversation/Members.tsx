import { useCallback, useEffect, useRef, useState } from 'react'
import type { protocol } from 'veza-js-sdk'
import { Avatar, useStatuses } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { Menu, type MenuItem } from '../parts/Menu.tsx'
import { More } from '../parts/More.tsx'
import { usePages } from '../parts/use-pages.ts'
import { Failed, Skeleton } from '../parts/Waiting.tsx'
import { useRegion } from '../parts/use-region.ts'
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
  const [search, setSearch] = useState('')
  const room_id = room.asked.value?.id
  const ask = useCallback(
    (cursor: string | null) =>
      chat.command('get_members', {
        room_id: room_id ?? 0,
        limit: page_size,
        ...(cursor !== null && { cursor }),
      }),
    [chat, room_id],
  )
  const list = usePages(room_id === undefined ? null : ask)
  const { again } = list
  // The room is asked for again when somebody comes, goes or changes.
  const known = useRef(room.asked.value)
  useEffect(() => {
    if (known.current !== room.asked.value) again()
    known.current = room.asked.value
  }, [room.asked.value, again])
  const deedsOf = useMemberDeeds(room, again)
  const members = list.pages?.flatMap(({ members }) => members) ?? null
  const status = useStatuses((members ?? []).slice(0, most_followed).map(({ user_id }) => user_id))

  if (members === null)
    return list.error !== null ? <Failed error={list.error} onAgain={again} /> : <Skeleton lines={8} />
  const wanted = search.trim().toLowerCase()
  const found = members.filter(({ username, display_name }) =>
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
      <More of={list} label={words.more} />
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
  const locale = useRegion()
  const { user_id, username, display_name, nickname, muted_until } = member
  const name = nickname ?? display_name ?? username
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
      </span>
      {deeds.length > 0 && <Menu label={words.profile_of(name)} items={deeds} />}
    </li>
  )
}
