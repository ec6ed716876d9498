import { connect, type Sql } from '../../src/platform/db/index.ts'

export const open = (url: string, max: number): Sql =>
  connect({ url, max, connect_timeout: 10_000, query_timeout: 30_000, application_name: 'veza-chat bench' })

/** As long as what is sent to the server. */
export const content =
  'All of this has been said before, and whoever says it again says it to a thousand people at once: #{n}#'

let written = 0

/** One row of `bare_messages` by a prepared statement: the least that a committed message costs. */
export function createBareRow(url: string): () => Promise<void> {
  const sql = open(url, 4)
  return async () => {
    const n = ++written
    await sql`
      insert into bare_messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
      values (${process.pid}, 1, ${n}, ${n}, ${n}, ${crypto.randomUUID()}, ${content}, 'text', now(), now())`
  }
}
