import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import { Room, RoomDraft, RoomPage, RoomPath, RoomQuery } from './schema.ts'
import type { Conversations } from './service.ts'

/** Only digits are an id: no slug is. */
const roomRef = (text: string): number | string => (/^\d{1,15}$/.test(text) ? Number(text) : text)

export const roomRoutes = ({ conversations, guard }: { conversations: Conversations; guard: Guard }) =>
  new Elysia({ name: 'rooms', prefix: '/rooms', detail: { tags: ['rooms'] } })
    .use(guard)
    .get('', ({ actor, query }) => conversations.listRooms(actor, query), {
      query: RoomQuery,
      response: RoomPage,
      detail: { summary: 'Rooms the caller may see' },
    })
    .get('/:id', ({ actor, params }) => conversations.room(actor, roomRef(params.id)), {
      params: RoomPath,
      response: Room,
      detail: { summary: 'A room, by id or slug' },
    })
    .post(
      '',
      async ({ actor, body, set }) => {
        const room = await conversations.createRoom(actor, body)
        set.status = 201
        set.headers['location'] = `/api/v1/rooms/${room.id}`
        return room
      },
      { body: RoomDraft, response: { 201: Room }, detail: { summary: 'Create a room' } },
    )
