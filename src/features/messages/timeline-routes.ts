import { Elysia } from 'elysia'
import type { Actor } from '../../kernel/actor.ts'
import type { Rates } from '../../platform/limits/index.ts'
import { countedAs, type Guard } from '../../transport/http/index.ts'
import { DmPath, RoomPath, roomRef } from '../conversations/index.ts'
import { IdempotencyKey, keyed } from './idempotency-schema.ts'
import { MessagePage, MessageQuery } from './reading-schema.ts'
import { DraftBody, SentMessage } from './rest-schema.ts'
import type { MessageDraft } from './schema.ts'
import type { Messages } from './service.ts'

export interface MessageRouteParts {
  messages: Messages
  guard: Guard
  rates: Rates
}

/** The messages of a room, and of a DM. */
export function timelineRoutes({ messages, guard, rates }: MessageRouteParts) {
  const send = async (
    actor: Actor,
    draft: MessageDraft,
    set: { status?: unknown; headers: Record<string, unknown> },
  ) => {
    const sent = await messages.send(actor, draft)
    if (sent.duplicate === true) return sent
    set.status = 201
    set.headers['location'] = `/api/v1/messages/${sent.id}`
    return sent
  }

  return new Elysia({ name: 'timelines', detail: { tags: ['messages'] } })
    .use(guard)
    .get(
      '/rooms/:id/messages',
      ({ actor, params, query }) => messages.timeline(actor, { room_id: roomRef(params.id) }, query),
      {
        params: RoomPath,
        query: MessageQuery,
        response: MessagePage,
        detail: { summary: 'Messages of a room', 'x-permission': 'read_messages' },
      },
    )
    .post(
      '/rooms/:id/messages',
      ({ actor, params, body, headers, set }) =>
        send(actor, { ...keyed(body, headers['idempotency-key']), room_id: roomRef(params.id) }, set),
      {
        params: RoomPath,
        headers: IdempotencyKey,
        body: DraftBody,
        response: { 200: SentMessage, 201: SentMessage },
        beforeHandle: countedAs(rates, 'messages'),
        detail: { summary: 'Send a message to a room', 'x-permission': 'send_messages' },
      },
    )
    .get(
      '/conversations/:id/messages',
      ({ actor, params, query }) => messages.timeline(actor, { conversation_id: params.id }, query),
      {
        params: DmPath,
        query: MessageQuery,
        response: MessagePage,
        detail: { summary: 'Messages of a DM', 'x-permission': 'read_messages' },
      },
    )
    .post(
      '/conversations/:id/messages',
      ({ actor, params, body, headers, set }) =>
        send(actor, { ...keyed(body, headers['idempotency-key']), conversation_id: params.id }, set),
      {
        params: DmPath,
        headers: IdempotencyKey,
        body: DraftBody,
        response: { 200: SentMessage, 201: SentMessage },
        beforeHandle: countedAs(rates, 'messages'),
        detail: { summary: 'Send a message in a DM', 'x-permission': 'send_dm' },
      },
    )
}
