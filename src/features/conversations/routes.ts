import { Elysia } from 'elysia'

import type { Rates } from '../../platform/limits/index.ts'
import { countedAs, type Guard } from '../../transport/http/index.ts'
import { Archive, Room, RoomChange, RoomDraft, RoomPage, RoomPath, RoomQuery, roomRef } from './schema.ts'
import type { Conversations } from './service.ts'

export interface RoomRouteParts {
  conversations: Conversations
  guard: Guard
  rates: Rates
}

export const roomRoutes = ({ conversations, guard, rates }: RoomRouteParts) =>
  new Elysia({ name: 'rooms', prefix: '/rooms', detail: { tags: ['rooms'] } })
    .use(guard)
    .get('', ({ actor, query }) => conversations.listRooms(actor, query), {
      query: RoomQuery,
      response: RoomPage,
      detail: { summary: 'Rooms the caller may see', 'x-permission': 'read_messages' },
    })
    .post(
      '',
      async ({ actor, body, set }) => {
        const room = await conversations.createRoom(actor, body)
        set.status = 201
        set.headers['location'] = `/api/v1/rooms/${room.id}`
        return room
      },
      {
        body: RoomDraft,
        response: { 201: Room },
        detail: { summary: 'Create a room', 'x-permission': 'create_rooms' },
      },
    )
    .get('/:id', ({ actor, params }) => conversations.room(actor, roomRef(params.id)), {
      params: RoomPath,
      response: Room,
      detail: { summary: 'A room, by id or slug', 'x-permission': 'read_messages' },
    })
    .put('/:id', ({ actor, params, body }) => conversations.changeRoom(actor, roomRef(params.id), body), {
      params: RoomPath,
      body: RoomChange,
      response: Room,
      detail: { summary: 'Change the settings of a room', 'x-permission': 'manage_rooms' },
    })
    .delete(
      '/:id',
      async ({ actor, params, set }) => {
        await conversations.deleteRoom(actor, roomRef(params.id))
        set.status = 204
      },
      { params: RoomPath, detail: { summary: 'Delete a room', 'x-permission': 'delete_rooms' } },
    )
    .post(
      '/:id/archive',
      ({ actor, params, body }) => conversations.archiveRoom(actor, roomRef(params.id), body.archived),
      {
        params: RoomPath,
        body: Archive,
        response: Room,
        detail: { summary: 'Archive a room, or bring it back', 'x-permission': 'manage_rooms' },
      },
    )
    .post('/:id/join', ({ actor, params }) => conversations.joinRoom(actor, roomRef(params.id)), {
      params: RoomPath,
      response: Room,
      beforeHandle: countedAs(rates, 'joins'),
      detail: { summary: 'Become a member of a public room', 'x-permission': 'join_rooms' },
    })
    .post(
      '/:id/leave',
      async ({ actor, params, set }) => {
        await conversations.removeMember(actor, roomRef(params.id), 'me')
        set.status = 204
      },
      { params: RoomPath, detail: { summary: 'End the own membership', 'x-permission': 'join_rooms' } },
    )
