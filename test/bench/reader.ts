// A process of its own: the server's own queries on one connection of the driver, without socket, frames, checks and limits.
import { createAccess } from '../../src/features/conversations/access.ts'
import { createHistory } from '../../src/features/messages/history.ts'
import { createLogReader, createSearch, createStemmer } from '../../src/features/messages/index.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { connect, type Sql } from '../../src/platform/db/index.ts'
import type { Asked } from './asker.ts'
import { now } from './clock.ts'
import { serve } from './worker.ts'
import { first_room, first_user } from './world.ts'

let sql: Sql | undefined
let bare: Record<string, (data: never) => Promise<unknown>> = {}

function open({ url }: { url: string }): void {
  sql = connect({ url, max: 1, connect_timeout: 10_000, query_timeout: 30_000 })
  const conversations = createAccess(sql)
  const indexer = { touch: () => {}, catchUp: async () => true, stop: async () => {} }
  const actor: Actor = { id: first_user, username: 'bench_0', role: 'user', session_id: '' }
  const { history } = createHistory({ sql, conversations: conversations as never })
  const { search } = createSearch({ sql, conversations, indexer, stemmer: createStemmer(), limits: { max_search_length: 0, max_search_terms: 0 } }) // prettier-ignore
  const { changes } = createLogReader(sql, { resume_limit: 500 })
  bare = {
    get_history: (data: Parameters<typeof history>[1]) => history(actor, data),
    search_messages: (data: Parameters<typeof search>[1]) => search(actor, data),
    sync: ({ cursors: [cursor] }: { cursors: { since_seq: number }[] }) => changes(first_room, cursor!.since_seq, 500),
  }
}

/** Milliseconds of each. */
const askAll = ({ questions }: { questions: Asked[] }): Promise<number[]> =>
  timed(questions.length, (n) => bare[questions[n]!.type]!(questions[n]!.data as never))

/** Milliseconds of a statement that reads nothing and only counts, always as far: what this machine makes of work that is always the same. */
const count = ({ times, up_to }: { times: number; up_to: number }): Promise<number[]> =>
  timed(times, () => sql!`select sum(n % 7) from generate_series(1, ${up_to}::integer) n`)

async function timed(times: number, once: (n: number) => Promise<unknown>): Promise<number[]> {
  const all: number[] = []
  for (let n = 0; n < times; n++) {
    const from = now()
    await once(n)
    all.push(now() - from)
  }
  return all
}

const jobs = { open, askAll, count }
export type ReaderJobs = typeof jobs
serve(jobs)
