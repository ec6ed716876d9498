import { Elysia } from 'elysia'

import { AppError } from '../../kernel/errors.ts'
import { countedAs } from '../../transport/http/index.ts'
import { MessagePath, Reactions } from './reading-schema.ts'
import { Nothing, ReactionDraft, ReactionPath } from './rest-schema.ts'
import { ReactionChanged } from './schema.ts'
import type { MessageRouteParts } from './timeline-routes.ts'

export interface ReactionRouteParts extends MessageRouteParts {
  /** `[features] message_reactions`. */
  enabled: boolean
}

export const reactionRoutes = ({ messages, guard, rates, enabled }: ReactionRouteParts) =>
  new Elysia({ name: 'reactions', prefix: '/messages/:id/reactions', detail: { tags: ['reactions'] } })
    .use(guard)
    .onBeforeHandle({ as: 'local' }, () => {
      if (!enabled) throw new AppError('FEATURE_DISABLED', { feature: 'message_reactions' })
    })
    .get('', ({ actor, params }) => messages.reactions(actor, { message_id: params.id }), {
      params: MessagePath,
      response: Reactions,
      detail: { summary: 'Who reacted to a message, and how', 'x-permission': 'read_messages' },
    })
    .post(
      '',
      async ({ actor, params, body, set }) => {
        const { data, announce } = await messages.react(actor, { ...body, message_id: params.id })
        announce()
        if (data.unchanged === true) return data
        set.status = 201
        set.headers['location'] = `/api/v1/messages/${params.id}/reactions/${encodeURIComponent(data.emoji)}`
        return data
      },
      {
        params: MessagePath,
        body: ReactionDraft,
        response: { 200: ReactionChanged, 201: ReactionChanged },
        beforeHandle: countedAs(rates, 'reactions'),
        detail: { summary: 'React to a message', 'x-permission': 'add_reactions' },
      },
    )
    .delete(
      '/:emoji',
      async ({ actor, params, set }) => {
        const { announce } = await messages.unreact(actor, { message_id: params.id, emoji: params.emoji })
        announce()
        set.status = 204
      },
      {
        params: ReactionPath,
        response: { 204: Nothing },
        beforeHandle: countedAs(rates, 'reactions'),
        detail: { summary: "Take one's reaction back", 'x-permission': 'add_reactions' },
      },
    )
