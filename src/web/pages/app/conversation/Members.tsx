import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import type { protocol } from 'veza-js-sdk'
import { usePresences } from 'veza-react-components'

import { useSignedIn, useStore, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Menu, type MenuItem } from '../parts/Menu.tsx'
import { More } from '../parts/More.tsx'
import { useTry } from '../parts/use-deed.ts'
import { useEnd } from '../parts/use-end.ts'
import { useFocusKept } from '../parts/use-focus-kept.ts'
import { usePages, type Pages } from '../parts/use-pages.ts'
import { Failed, Skeleton } from '../parts/Waiting.tsx'
import { useMemberDeeds } from './member-deeds.ts'
import { MemberRow, nameOf } from './MemberRow.tsx'
import { outranks } from './permissions.ts'
import type { RoomFacts } from './use-room.ts'
import { conversation_words } from './words.ts'

const page_size = 100
/** Pages that are read for those who are muted, until one asks for more. */
const most_read = 10
const most_followed = 200
const roles = ['owner', 'admin', 'moderator', 'member'] as const

/** The members of a room by role, with presence, and what one may do with them. */
export default function Members({ room }: { room: RoomFacts }) {
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
  useEnd(firstEnd(members ?? []), again)
  const presenceOf = usePresences((members ?? []).slice(0, most_followed).map(({ user_id }) => user_id))

  const [only, setOnly] = useState<'all' | 'muted'>('all')
  useRest(list, only === 'muted')
  const which = useRef<HTMLSelectElement>(null)
  // A mute ends, or a member leaves, while one is at their line.
  const kept = useFocusKept(which)
  const ended = () => {
    again()
    // The button that was pressed goes with its line.
    which.current?.focus()
  }

  if (members === null)
    return list.error !== null ? <Failed error={list.error} onAgain={again} /> : <Skeleton lines={8} />
  const wanted = search.trim().toLowerCase()
  const found = members.filter((member) =>
    [member.username, member.display_name ?? '', member.nickname ?? ''].some((name) =>
      name.toLowerCase().includes(wanted),
    ),
  )
  const rowOf = (member: protocol.Member, end: ReactNode) => (
    <MemberRow
      key={member.user_id}
      member={member}
      status={presenceOf(member.user_id)?.status ?? (member.is_online ? 'online' : 'offline')}
      note={presenceOf(member.user_id)?.message}
    >
      {end}
    </MemberRow>
  )
  return (
    <div className="app-side-body" onFocus={kept}>
      <div className="app-form-row">
        <input
          type="search"
          className="app-input"
          aria-label={words.find_member}
          placeholder={words.find_member}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {room.may('mute_users') && (
          <select
            ref={which}
            className="app-input"
            aria-label={words.which_members}
            value={only}
            onChange={(event) => setOnly(event.target.value === 'muted' ? 'muted' : 'all')}
          >
            <option value="all">{words.all_members}</option>
            <option value="muted">{words.muted_members}</option>
          </select>
        )}
      </div>
      {only === 'muted' ? (
        <Muted members={found} has_more={list.more !== null} room={room} onChanged={ended}>
          {rowOf}
        </Muted>
      ) : (
        roles.map((role) => {
          const members = found.filter((member) => member.role === role)
          if (members.length === 0) return null
          return (
            <section key={role} aria-label={words.groups[role]}>
              <h3>{words.groups[role]}</h3>
              <ul className="app-people">
                {members.map((member) => rowOf(member, <Deeds name={nameOf(member)} items={deedsOf(member)} />))}
              </ul>
            </section>
          )
        })
      )}
      <More of={list} label={words.more} />
    </div>
  )
}

/** When the first of their mutes is over, which nobody is told of. */
const firstEnd = (members: protocol.Member[]): string | null =>
  members.flatMap(({ muted_until }) => muted_until ?? []).toSorted()[0] ?? null

function Deeds({ name, items }: { name: string; items: MenuItem[] }) {
  const words = useText(conversation_words)
  return items.length === 0 ? null : <Menu label={words.profile_of(name)} items={items} />
}

/** Reads on by itself as far as is reasonable: the server has no list of those who are muted. */
function useRest({ pages, more, error }: Pages<unknown>, is_wanted: boolean): void {
  const next = useRef(more)
  useEffect(() => {
    next.current = more
  })
  const reads_on = is_wanted && error === null && more !== null && (pages?.length ?? 0) < most_read
  useEffect(() => {
    if (reads_on) next.current?.()
  }, [reads_on])
}

interface MutedProps {
  members: protocol.Member[]
  has_more: boolean
  room: RoomFacts
  onChanged(): void
  children(member: protocol.Member, end: ReactNode): ReactNode
}

/** Whose mute is in force, each to be ended. */
function Muted({ members, has_more, room, onChanged, children }: MutedProps) {
  const chat = useSignedIn()
  const words = useText(conversation_words)
  const attempt = useTry()
  const me = useStore(chat.me)
  const muted = members.filter(({ muted_until }) => typeof muted_until === 'string')
  const room_id = room.asked.value?.id ?? 0
  const end = ({ user_id }: protocol.Member) => {
    const path = { id: String(room_id), user_id }
    attempt(chat.rest('PUT /rooms/{id}/members/{user_id}', { path, body: { muted_until: null } }).then(onChanged))
  }
  if (muted.length === 0)
    return <p className="app-muted">{has_more ? words.none_muted_yet(members.length) : words.nobody_muted}</p>
  return (
    <ul className="app-people">
      {muted.map((member) =>
        children(
          member,
          outranks(me?.role ?? null, room.room_role, member.role) && (
            <Button kind="quiet" aria-label={words.unmute_of(nameOf(member))} onClick={() => end(member)}>
              {words.unmute}
            </Button>
          ),
        ),
      )}
    </ul>
  )
}
