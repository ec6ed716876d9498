import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import { Bot, BotChange, BotPage, BotPath, BotQuery, NewBot } from './schema.ts'
import type { Bots } from './service.ts'

/** Of people: owners come to their own bots whatever their role. Of keys: those that may make bots, or look after users. */
const keeping: ['create_bots', 'manage_users'] = ['create_bots', 'manage_users']

export const botRoutes = ({ bots, guard }: { bots: Bots; guard: Guard }) =>
  new Elysia({ name: 'bots', prefix: '/bots', detail: { tags: ['bots'] } })
    .use(guard)
    .post(
      '',
      async ({ actor, body, set }) => {
        const bot = await bots.create(actor, body)
        set.status = 201
        set.headers['location'] = `/api/v1/bots/${bot.id}`
        return bot
      },
      { body: NewBot, response: { 201: Bot }, detail: { summary: 'Make a bot', 'x-permission': 'create_bots' } },
    )
    .get('', ({ actor, query }) => bots.list(actor, query), {
      query: BotQuery,
      response: BotPage,
      detail: { summary: 'Your bots; all bots for those who manage users', 'x-permission': keeping },
    })
    .get('/:id', ({ actor, params }) => bots.find(actor, params.id), {
      params: BotPath,
      response: Bot,
      detail: { summary: 'A bot', 'x-permission': keeping },
    })
    .put('/:id', ({ actor, params, body }) => bots.change(actor, params.id, body), {
      params: BotPath,
      body: BotChange,
      response: Bot,
      detail: { summary: 'Change the names of a bot', 'x-permission': keeping },
    })
    .delete(
      '/:id',
      async ({ actor, params, set }) => {
        await bots.remove(actor, params.id)
        set.status = 204
      },
      {
        params: BotPath,
        response: { 204: Type.Void({ description: 'Nothing.' }) },
        detail: { summary: 'Delete a bot, with its keys', 'x-permission': keeping },
      },
    )
