import { Elysia } from 'elysia'

import type { Actor } from '../../kernel/actor.ts'
import type { Guard } from '../../transport/http/index.ts'
import { DmPath } from './dm-schema.ts'
import { type MarkRead, Pointer, PointerDraft, ReceiptPage, ReceiptQuery } from './read-schema.ts'
import type { Reads } from './reads.ts'
import { RoomPath, roomRef } from './schema.ts'

/** How far one has read and how far the others, in a room and in a DM. */
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
    .get(
      '/rooms/:id/receipts',
      ({ actor, params, query }) => reads.listReceipts(actor, { room_id: roomRef(params.id) }, query),
      {
        params: RoomPath,
        query: ReceiptQuery,
        response: ReceiptPage,
        detail: { tags: ['rooms'], summary: 'How far the others in a room have read', 'x-permission': 'read_messages' },
      },
    )
    .get(
      '/conversations/:id/receipts',
      ({ actor, params, query }) => reads.listReceipts(actor, { conversation_id: params.id }, query),
      {
        params: DmPath,
        query: ReceiptQuery,
        response: ReceiptPage,
        detail: {
          tags: ['conversations'],
          summary: 'How far the other person of a DM has read',
          'x-permission': 'read_messages',
        },
      },
    )
}
