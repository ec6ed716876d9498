import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'

import type { Guard } from '../../transport/http/index.ts'
import { ApiKeyPage, ApiKeyPath, ApiKeyQuery, MadeApiKey, NewApiKey } from './api-key-schema.ts'
import type { ApiKeys } from './api-keys.ts'

/** For people who have signed in: a key cannot make, see or end keys. */
export const apiKeyRoutes = ({ apiKeys, guard }: { apiKeys: ApiKeys; guard: Guard }) =>
  new Elysia({ name: 'api-keys', prefix: '/auth/api-keys', detail: { tags: ['auth'] } })
    .use(guard)
    .post(
      '',
      async ({ actor, body, set }) => {
        const made = await apiKeys.create(actor, body)
        set.status = 201
        set.headers['location'] = `/api/v1/auth/api-keys/${made.id}`
        return made
      },
      { body: NewApiKey, response: { 201: MadeApiKey }, detail: { summary: 'Make an API key' } },
    )
    .get('', ({ actor, query }) => apiKeys.list(actor, query), {
      query: ApiKeyQuery,
      response: ApiKeyPage,
      detail: { summary: 'The API keys of a user' },
    })
    .delete(
      '/:id',
      async ({ actor, params, set }) => {
        await apiKeys.revoke(actor, params.id)
        set.status = 204
      },
      {
        params: ApiKeyPath,
        response: { 204: Type.Void({ description: 'Nothing.' }) },
        detail: { summary: 'Revoke an API key' },
      },
    )
