// A process of its own: the floors of REST. A route of Elysia with nothing behind it, and the queries of the server's routes with nothing before them.
import { Elysia } from 'elysia'
import { page } from '../../src/features/messages/queries.ts'
import { sessionById } from '../../src/features/accounts/queries.ts'
import { createBareRow, open } from './bare-row.ts'
import { now } from './clock.ts'
import { serve } from './worker.ts'

/** Answers with a JSON text of `size` bytes, made for each request from an object, as an answer is. */
function listen({ size }: { size: number }): { port: number } {
  const text = 'x'.repeat(Math.max(0, size - '{"success":true,"data":{"text":""}}'.length))
  const app = new Elysia()
    .get('/bare', () => ({ success: true, data: { text } }))
    .post('/bare', ({ body, set }) => {
      set.status = 201
      return { success: true, data: { text, got: (body as { content: string }).content.length > 0 } }
    })
    .listen({ hostname: '127.0.0.1', port: 0 })
  return { port: app.server!.port! }
}

export type Query = 'session' | 'page' | 'row'

/** How often one of the server's queries alone is answered by so many connections of the driver, one after the other on each. */
async function query(wish: {
  url: string
  kind: Query
  connections: number
  user_id: number
  session_id: string
  room_id: number
  warmup: number
  measured: number
}): Promise<{ answered: number; seconds: number }> {
  const { url, connections, user_id, session_id, room_id } = wish
  const sql = open(url, connections)
  const row = createBareRow(url)
  const ask: Record<Query, () => Promise<unknown>> = {
    session: () => sessionById(sql, session_id, user_id).then((rows) => rows.length),
    page: () =>
      page(sql, room_id, {
        limit: 51,
        before: undefined,
        after: undefined,
        parent_id: undefined,
        without_replies: false,
        pinned_only: false,
      }),
    row,
  }
  const begin = now() + wish.warmup
  const end = begin + wish.measured
  let answered = 0
  const work = async () => {
    while (now() < end) {
      await ask[wish.kind]()
      const at = now()
      if (at >= begin && at < end) answered++
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  await sql.end()
  return { answered, seconds: wish.measured / 1000 }
}

const jobs = { listen, query }
export type BareHttpJobs = typeof jobs

if (import.meta.main) serve(jobs)
