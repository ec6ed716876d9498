// A process of its own: the database's floor. Bare inserts, without the rules, the locks and the sockets of the server.
import { content, createBareRow, open } from './bare-row.ts'
import { now, sleepUntil } from './clock.ts'
import { type Percentiles, percentiles } from './stats.ts'
import { serve } from './worker.ts'

let insert: (() => Promise<void>) | undefined

/** One row after the other, `count` of them, `interval` milliseconds apart: how long a commit takes. */
async function commits({
  url,
  interval,
  count,
}: {
  url: string
  interval: number
  count: number
}): Promise<Percentiles> {
  insert ??= createBareRow(url)
  for (let n = 0; n < 50; n++) await insert()
  const taken: number[] = []
  const start = now()
  for (let n = 0; n < count; n++) {
    await sleepUntil(start + n * interval)
    const begun = now()
    await insert()
    taken.push(now() - begun)
  }
  return percentiles(taken)
}

interface Bulk {
  url: string
  connections: number
  rows: number
  warmup: number
  measured: number
}

/** `unnest` inserts of `rows` rows on each of the connections, one after the other, for `warmup + measured` milliseconds. */
async function bulk({ url, connections, rows, warmup, measured }: Bulk): Promise<{ rows: number; seconds: number }> {
  const sql = open(url, connections)
  await sql`truncate bare_messages`
  const begin = now() + warmup
  const end = begin + measured
  const own_rooms = 4
  let written = 0
  const work = async (connection: number) => {
    const first = 1001 + connection * own_rooms
    let number = 0
    while (now() < end) {
      const rooms = Array.from({ length: rows }, (_, n) => first + (n % own_rooms))
      const numbers = Array.from({ length: rows }, (_, n) => number + n)
      const client_ids = numbers.map((n) => `${connection}-${n}`)
      const contents = numbers.map(() => content)
      number += rows
      await sql`
        insert into bare_messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
        select room, room, n, n, n, client_id, content, 'text', now(), now()
        from unnest(${rooms}::bigint[], ${numbers}::bigint[], ${client_ids}::text[], ${contents}::text[]) as row (room, n, client_id, content)`
      const at = now()
      if (at >= begin && at < end) written += rows
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, n) => work(n)))
  await sql.end()
  return { rows: written, seconds: measured / 1000 }
}

const jobs = { commits, bulk }
export type BareInsertJobs = typeof jobs

if (import.meta.main) serve(jobs)
