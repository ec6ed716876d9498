import { useCallback, useDeferredValue, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useShell, useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { Link } from '../parts/Link.tsx'
import { useAsked } from '../parts/use-asked.ts'
import { Failed, Skeleton } from '../parts/Waiting.tsx'
import { room_words } from './words.ts'

const page_size = 50

/** The public rooms by name, to join or to open. */
export function Browse({ onCreate, onOpened }: { onCreate(): void; onOpened?(): void }) {
  const chat = useSignedIn()
  const words = useText(room_words)
  const [search, setSearch] = useState('')
  const [pages, setPages] = useState(1)
  const asked_search = useDeferredValue(search.trim())
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const found = await Promise.all(
        Array.from({ length: pages }, (_, page) =>
          chat.rest('GET /rooms', {
            query: {
              filter: 'public',
              limit: page_size,
              offset: page * page_size,
              ...(asked_search !== '' && { search: asked_search }),
            },
            signal,
          }),
        ),
      )
      return { rooms: found.flatMap(({ rooms }) => rooms), has_more: found.at(-1)?.has_more ?? false }
    },
    [chat, asked_search, pages],
  )
  const [{ value, error }, again] = useAsked(ask)

  return (
    <div className="app-browse">
      <div className="app-form-row">
        <input
          type="search"
          className="app-input"
          placeholder={words.find_room}
          aria-label={words.find_room}
          value={search}
          onChange={(event) => {
            setSearch(event.target.value)
            setPages(1)
          }}
        />
        <Button onClick={onCreate}>{words.create}</Button>
      </div>
      {error !== null ? (
        <Failed error={error} onAgain={again} />
      ) : value === null ? (
        <Skeleton lines={8} />
      ) : value.rooms.length === 0 ? (
        <p className="app-muted">{asked_search === '' ? words.no_rooms : words.no_such_room}</p>
      ) : (
        <ul className="app-cards">
          {value.rooms.map((room) => (
            <RoomCard key={room.id} room={room} {...(onOpened !== undefined && { onOpened })} />
          ))}
        </ul>
      )}
      {value?.has_more === true && <Button onClick={() => setPages(pages + 1)}>{words.more}</Button>}
    </div>
  )
}

function RoomCard({ room, onOpened }: { room: shapes.Room; onOpened?(): void }) {
  const words = useText(room_words)
  const { router } = useShell()
  const is_in = room.user_role !== null
  const route = { at: 'conversation', ref: { room_id: room.slug }, message: null } as const
  return (
    <li className="app-card">
      <div className="app-card-text">
        <Link to={route} {...(onOpened !== undefined && { onClick: onOpened })}>
          {room.name}
        </Link>
        <p className="app-muted">{room.topic ?? room.description}</p>
        <p className="app-small">
          {words.members(room.member_count)}
          {is_in && ` · ${words.joined}`}
          {room.is_archived && ` · ${words.archived}`}
        </p>
      </div>
      <Button
        aria-label={is_in ? words.open_room(room.name) : words.join_room(room.name)}
        onClick={() => {
          onOpened?.()
          router.go(route)
        }}
      >
        {is_in ? words.open : words.join}
      </Button>
    </li>
  )
}
