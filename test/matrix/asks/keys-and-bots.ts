import { createKey, prefixOf } from '../../../src/features/accounts/api-key-text.ts'
import { hashSecret } from '../../../src/platform/crypto/index.ts'
import { type Asking, type Askings, no_id, plain } from '../asking.ts'
import { bot, ownerOf } from '../places.ts'

const key = (user_id?: number) => ({ name: 'notices', permissions: ['read_messages'], ...(user_id && { user_id }) })

/** A bot of the asker's, or of somebody else. */
const aBot = (body?: object): Asking => ({
  able: 'admin in',
  make: async (cell, { sql }) => ({ params: { id: await bot(sql, ownerOf(cell)) }, ...(body && { body }) }),
})

export const keysAndBots: Askings = {
  'POST /auth/api-keys': { make: () => ({ body: key() }) },
  'POST /auth/api-keys, for a bot': {
    make: async (cell, { sql }) => ({ body: key(await bot(sql, ownerOf(cell))) }),
    absent: () => ({ body: key(no_id) }),
  },
  'GET /auth/api-keys': plain(),
  'GET /auth/api-keys, of a bot': {
    make: async (cell, { sql }) => ({ query: { user_id: await bot(sql, ownerOf(cell)) } }),
    absent: () => ({ query: { user_id: no_id } }),
  },
  'GET /auth/api-keys, of a person': {
    make: (cell) => ({ query: { user_id: ownerOf(cell).id } }),
    absent: () => ({ query: { user_id: no_id } }),
  },
  'DELETE /auth/api-keys/{id}': {
    make: async (cell, { sql }) => {
      const text = createKey()
      const [made] = await sql<{ id: string }[]>`
        insert into api_keys (user_id, created_by, name, prefix, key_hash, permissions, created_at)
        values (${ownerOf(cell).id}, ${ownerOf(cell).id}, 'notices', ${prefixOf(text)}, ${hashSecret(text)}, '{read_messages}', now())
        returning id`
      return { params: { id: made?.id ?? '' } }
    },
  },
  'POST /bots': {
    able: 'admin in',
    make: () => ({ body: { username: `bot-${crypto.randomUUID().slice(0, 18)}` } }),
  },
  'GET /bots': plain({}, 'admin in'),
  'GET /bots/{id}': aBot(),
  'PUT /bots/{id}': aBot({ display_name: 'A bot' }),
  'DELETE /bots/{id}': aBot(),
}
