import { Elysia } from 'elysia'

import { countedAs } from '../../transport/http/index.ts'
import type { Changed } from './changes.ts'
import { EditPage, EditQuery, MessagePath, ThreadPage, ThreadQuery } from './reading-schema.ts'
import { Report, ReportDraft } from './report-schema.ts'
import { Deletion, Edit, Nothing, Pin } from './rest-schema.ts'
import { ChangedMessage, Message } from './schema.ts'
import type { MessageRouteParts } from './timeline-routes.ts'

/** Single messages, in rooms and DMs alike. */
export const messageRoutes = ({ messages, guard, rates }: MessageRouteParts) =>
  new Elysia({ name: 'messages', prefix: '/messages/:id', detail: { tags: ['messages'] } })
    .use(guard)
    .get('', ({ actor, params }) => messages.message(actor, params.id), {
      params: MessagePath,
      response: Message,
      detail: { summary: 'A message', 'x-permission': 'read_messages' },
    })
    .put('', async ({ actor, params, body }) => told(await messages.edit(actor, { ...body, message_id: params.id })), {
      params: MessagePath,
      body: Edit,
      response: ChangedMessage,
      beforeHandle: countedAs(rates, 'edits'),
      detail: { summary: "Change one's own message", 'x-permission': 'edit_own_messages' },
    })
    .delete(
      '',
      async ({ actor, params, query, set }) => {
        told(await messages.remove(actor, { ...query, message_id: params.id }))
        set.status = 204
      },
      {
        params: MessagePath,
        query: Deletion,
        response: { 204: Nothing },
        beforeHandle: countedAs(rates, 'edits'),
        detail: { summary: 'Delete a message', 'x-permission': ['delete_own_messages', 'delete_all_messages'] },
      },
    )
    .get('/thread', ({ actor, params, query }) => messages.thread(actor, params.id, query), {
      params: MessagePath,
      query: ThreadQuery,
      response: ThreadPage,
      detail: { summary: 'A message and the replies to it', 'x-permission': 'read_messages' },
    })
    .get('/history', ({ actor, params, query }) => messages.edits(actor, params.id, query), {
      params: MessagePath,
      query: EditQuery,
      response: EditPage,
      detail: { summary: 'What a message said before its edits', 'x-permission': 'read_messages' },
    })
    .post(
      '/pin',
      async ({ actor, params, body }) => told(await messages.pin(actor, { message_id: params.id, pin: body.pinned })),
      {
        params: MessagePath,
        body: Pin,
        response: ChangedMessage,
        beforeHandle: countedAs(rates, 'edits'),
        detail: { summary: 'Pin a message, or unpin it', 'x-permission': 'pin_messages' },
      },
    )
    .post(
      '/report',
      async ({ actor, params, body, set }) => {
        const { report, created } = await messages.report(actor, { ...body, message_id: params.id })
        if (!created) return report
        set.status = 201
        // RFC 9110, 15.3.2: what the address itself stands for, the report of the one who asks.
        set.headers['location'] = `/api/v1/messages/${params.id}/report`
        return report
      },
      {
        params: MessagePath,
        body: ReportDraft,
        response: { 200: Report, 201: Report },
        beforeHandle: countedAs(rates, 'reports'),
        detail: { summary: 'Report a message to the moderators', 'x-permission': 'read_messages' },
      },
    )

/** Over REST nobody waits for their answer before the others hear of it. */
const told = <T extends object>({ data, announce }: Changed<T>): T => {
  announce()
  return data
}
