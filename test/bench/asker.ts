// A process of its own: one client that asks one thing after the other, or the server's own queries by the driver alone.
import { createAccess } from '../../src/features/conversations/access.ts'
import { createHistory } from '../../src/features/messages/history.ts'
import { createLogReader, createSearch, createStemmer } from '../../src/features/messages/index.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { connect } from '../../src/platform/db/index.ts'
import { now } from './clock.ts'
import { ask, openWire, type Wire } from './wire.ts'
import { serve } from './worker.ts'
import { createSigner, first_room, first_user } from './world.ts'

/** A frame as a client sends it. */
export interface Asked {
  type: string
  data: Record<string, unknown>
}

let wire: Wire | undefined
let bare: Record<string, (data: never) => Promise<unknown>> | undefined

/** Authenticates as the first user. */
async function open({ port }: { port: number }): Promise<void> {
  wire = await openWire('127.0.0.1', port)
  const reply = await ask(wire, { type: 'authenticate', data: { token: await createSigner()(first_user) } })
  if (reply.type !== 'auth_success') throw new Error(JSON.stringify(reply))
}

/** Milliseconds from the question to the whole answer, of each. */
const askServer = ({ questions }: { questions: Asked[] }): Promise<number[]> =>
  eachOf(questions, async (question) => {
    const reply = await ask(wire!, question)
    if (reply.type === 'error') throw new Error(`${JSON.stringify(question)}: ${JSON.stringify(reply.data)}`)
  })

/** One connection, without socket, frames, checks and limits. */
async function openBare({ url }: { url: string }): Promise<void> {
  const sql = connect({ url, max: 1, connect_timeout: 10_000, query_timeout: 30_000 })
  const conversations = createAccess(sql)
  const indexer = { touch: () => {}, catchUp: async () => true, stop: () => {} }
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

const askBare = ({ questions }: { questions: Asked[] }): Promise<number[]> =>
  eachOf(questions, ({ type, data }) => bare![type]!(data as never))

async function eachOf(questions: readonly Asked[], once: (question: Asked) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (const question of questions) {
    // What this process has to clear away is not what the server takes.
    Bun.gc(true)
    const from = now()
    await once(question)
    times.push(now() - from)
  }
  return times
}

const jobs = { open, askServer, openBare, askBare }
export type AskerJobs = typeof jobs
serve(jobs)
