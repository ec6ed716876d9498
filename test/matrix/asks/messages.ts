import { type Asking, type Askings, no_id, plain } from '../asking.ts'
import type { Standing } from '../columns.ts'
import { dm, dmMessage, message, room, roomMessage } from '../places.ts'

/** A message in a room. */
const aMessage = (body?: object, able: Standing = 'own'): Asking => ({
  able,
  make: async (cell, { sql }) => ({ params: { id: await roomMessage(sql, cell) }, ...(body && { body }) }),
})

const aDmMessage = (body?: object): Asking => ({
  make: async (cell, { sql }) => ({ params: { id: await dmMessage(sql, cell) }, ...(body && { body }) }),
})

const inRoom = (body?: object): Asking => ({
  able: 'member',
  make: async (cell, { sql }) => ({ params: { id: (await room(sql, cell)).id }, ...(body && { body }) }),
})

const inDm = (body?: object): Asking => ({
  make: async (cell, { sql }) => ({ params: { id: await dm(sql, cell) }, ...(body && { body }) }),
})

const words = { content: 'and biscuits' }

export const messages: Askings = {
  'GET /rooms/{id}/messages': inRoom(),
  'POST /rooms/{id}/messages': inRoom(words),
  'POST /rooms/{id}/read': {
    able: 'member',
    make: async (cell, { sql }) => {
      const { id } = await room(sql, cell)
      return { params: { id }, body: { message_id: await message(sql, id, cell.bystander) } }
    },
  },
  'GET /rooms/{id}/receipts': inRoom(),
  'GET /messages/{id}': aMessage(),
  'GET /messages/{id}, in a DM': aDmMessage(),
  'PUT /messages/{id}': aMessage(words),
  'PUT /messages/{id}, in a DM': aDmMessage(words),
  'DELETE /messages/{id}': aMessage(),
  'DELETE /messages/{id}, in a DM': aDmMessage(),
  'GET /messages/{id}/thread': aMessage(),
  'GET /messages/{id}/history': aMessage(),
  'POST /messages/{id}/pin': aMessage({ pinned: true }, 'room owner'),
  'POST /messages/{id}/pin, in a DM': aDmMessage({ pinned: true }),
  'POST /messages/{id}/report': {
    able: 'member',
    make: async (cell, { sql }) => ({
      params: { id: await roomMessage(sql, cell, { guests: false }) },
      body: { reason: 'spam' },
    }),
  },
  'GET /messages/{id}/reactions': aMessage(),
  'POST /messages/{id}/reactions': aMessage({ emoji: '👍' }),
  'DELETE /messages/{id}/reactions/{emoji}': {
    make: async (cell, { sql }) => {
      const id = await roomMessage(sql, cell)
      await sql`
        insert into reactions (message_id, conversation_id, user_id, emoji)
        select id, conversation_id, ${cell.asker.id}, '👍' from messages where id = ${id}`
      return { params: { id, emoji: '👍' } }
    },
  },
  'GET /search/messages': plain({ query: { q: 'tea' } }),
  'GET /search/messages, in a room': {
    able: 'member',
    make: async (cell, { sql }) => ({ query: { q: 'tea', room_id: (await room(sql, cell)).id } }),
    absent: () => ({ query: { q: 'tea', room_id: no_id } }),
  },
  'GET /search/messages, in a DM': {
    make: async (cell, { sql }) => ({ query: { q: 'tea', conversation_id: await dm(sql, cell) } }),
    absent: () => ({ query: { q: 'tea', conversation_id: no_id } }),
  },

  'GET /conversations': plain(),
  // `other's` is somebody who has blocked the asker; `own` is for notes to oneself.
  'POST /conversations': {
    make: async ({ as, asker, holder }, { sql }) => {
      if (as === "other's") await sql`insert into blocks (user_id, blocked_user_id) values (${holder.id}, ${asker.id})`
      return { body: { user_id: as === 'own' ? asker.id : holder.id } }
    },
  },
  'GET /conversations/{id}': inDm(),
  'GET /conversations/{id}/messages': inDm(),
  'POST /conversations/{id}/messages': inDm(words),
  'POST /conversations/{id}/block': inDm({ blocked: true }),
  'POST /conversations/{id}/read': {
    make: async (cell, { sql }) => {
      const id = await dm(sql, cell)
      return { params: { id }, body: { message_id: await message(sql, id, cell.holder) } }
    },
  },
  'GET /conversations/{id}/receipts': inDm(),
}
