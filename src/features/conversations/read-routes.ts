import { Elysia } from 'elysia'

import type { Actor } from '../../kernel/actor.ts'
import type { Guard } from '../../transport/http/index.ts'
import { DmPath } from './dm-schema.ts'
import { type MarkRead, Pointer, PointerDraft } from './read-schema.ts'
import type { Reads } from './reads.ts'
import { RoomPath, roomRef } from './schema.ts'

/** How far one has read, in a room and in a DM. */
export function readRoutes({ reads, guard }: { reads: Reads; guard: Guard }) {
  const mark = async (actor: Actor, wanted: MarkRead) => {
    const { marked, announce } = await reads.markRead(actor, wanted)
    announce()
    return marked
  }

  return new Elysia({ name: 'reads' })
    .use(guard)
    .post('/rooms/:id/read', ({ actor, params, body }) => mark(actor, { room_id: roomRef(params.id), ...body }), {
      params: RoomPath,
      body: PointerDraft,
      response: Pointer,
      detail: { tags: ['rooms'], summary: 'Mark a room as read up to a message', 'x-permission': 'read_messages' },
    })
    .post(
      '/conversations/:id/read',
      ({ actor, params, body }) => mark(actor, { conversation_id: params.id, ...body }),
      {
        params: DmPath,
        body: PointerDraft,
        response: Pointer,
        detail: {
          tags: ['conversations'],
          summary: 'Mark a DM as read up to a message',
          'x-permission': 'read_messages',
        },
      },
    )
}
