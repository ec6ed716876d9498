import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import { Room, RoomDraft, RoomPage, RoomQuery } from './schema.ts'
import type { Conversations } from './service.ts'

export const roomRoutes = ({ conversations, guard }: { conversations: Conversations; guard: Guard }) =>
  new Elysia({ name: 'rooms', prefix: '/rooms', detail: { tags: ['rooms'] } })
    .use(guard)
    .get('', ({ actor, query }) => conversations.listRooms(actor, query), {
      query: RoomQuery,
      response: RoomPage,
      detail: { summary: 'Rooms the caller may see' },
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
