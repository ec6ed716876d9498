import { useCallback, useDeferredValue, useState } from 'react'
import type { shapes } from 'veza-js-sdk'

import { useShell, useSignedIn, useText } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { codeOf } from '../parts/explain.ts'
import { Outcome } from '../parts/Form.tsx'
import { Link } from '../parts/Link.tsx'
import { More } from '../parts/More.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { usePages } from '../parts/use-pages.ts'
import { Waiting } from '../parts/Waiting.tsx'
import { room_words } from './words.ts'

const page_size = 50

/** The public rooms by name, to join or to open. */
export function Browse({ onCreate, onOpened }: { onCreate(): void; onOpened?(): void }) {
  const chat = useSignedIn()
  const words = useText(room_words)
  const [search, setSearch] = useState('')
  const asked_search = useDeferredValue(search.trim())
  const ask = useCallback(
    async (cursor: string | null, signal: AbortSignal) => {
      const offset = Number(cursor ?? 0)
      const { rooms, has_more } = await chat.rest('GET /rooms', {
        query: {
          filter: 'public',
          limit: page_size,
          offset,
          ...(asked_search !== '' && { search: asked_search }),
        },
        signal,
      })
      return { rooms, next_cursor: has_more ? String(offset + page_size) : null }
    },
    [chat, asked_search],
  )
  const list = usePages(ask)
  const value = list.pages?.flatMap(({ rooms }) => rooms) ?? null

  return (
    <div className="app-browse">
      <div className="app-form-row">
        <input
          type="search"
          className="app-input"
          placeholder={words.find_room}
          aria-label={words.find_room}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Button onClick={onCreate}>{words.create}</Button>
      </div>
      <Waiting asked={{ value, error: list.error }} onAgain={list.again} lines={8}>
        {(rooms) =>
          rooms.length === 0 ? (
            <p className="app-muted">{asked_search === '' ? words.no_rooms : words.no_such_room}</p>
          ) : (
            <ul className="app-cards">
              {rooms.map((room) => (
                <RoomCard key={room.id} room={room} {...(onOpened !== undefined && { onOpened })} />
              ))}
            </ul>
          )
        }
      </Waiting>
      <More of={list} label={words.more} />
    </div>
  )
}

function RoomCard({ room, onOpened }: { room: shapes.Room; onOpened?(): void }) {
  const words = useText(room_words)
  const chat = useSignedIn()
  const { router } = useShell()
  const deed = useDeed()
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
        <Outcome of={deed} />
      </div>
      <Button
        aria-label={is_in ? words.open_room(room.name) : words.join_room(room.name)}
        aria-disabled={deed.busy}
        onClick={() =>
          deed.run(async () => {
            // Of one that is deleted meanwhile its page says so.
            if (!is_in)
              await chat.rest('POST /rooms/{id}/join', { path: { id: String(room.id) } }).catch((error: unknown) => {
                if (codeOf(error) !== 'ROOM_NOT_FOUND') throw error
              })
            onOpened?.()
            router.go(route)
          })
        }
      >
        {is_in ? words.open : words.join}
      </Button>
    </li>
  )
}
