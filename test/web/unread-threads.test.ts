// What waits in the app's list of threads is what a fresh page would read, whatever happened there.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'

import { createThreads, type UnreadThreads } from '../../src/web/pages/app/threads/unread-threads.ts'
import { chatOf, closeChats } from '../sdks/javascript/people.ts'
import { eventually } from '../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(120_000)

let server: TestServer
const people: Account[] = []
const lists: UnreadThreads[] = []

beforeAll(async () => {
  server = await startServer()
  for (const name of ['ada', 'bob', 'eve']) {
    const who = await server.register(name)
    const chat = chatOf(server, who.token)
    await chat.connect()
    const { threads, follow } = createThreads(chat)
    follow()
    people.push(who)
    lists.push(threads)
  }
})
afterAll(async () => {
  closeChats()
  await server.close()
})

type Deed = 'reply' | 'delete' | 'expire' | 'read' | 'delete the first' | 'expire the first' | 'breathe'
interface Step {
  do: Deed
  who: number
  which: number
}

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Deed>('reply') },
    { weight: 4, arbitrary: fc.constantFrom<Deed>('delete', 'expire', 'read', 'breathe') },
    { weight: 1, arbitrary: fc.constantFrom<Deed>('delete the first', 'expire the first') },
  ),
  who: fc.nat(2),
  which: fc.nat(99),
})

/** A room with two threads, one of ada's and one of bob's. */
async function begun() {
  const [ada, bob, eve] = people as [Account, Account, Account]
  const room_id = await server.room(ada, {})
  for (const { token } of [bob, eve]) await server.ask(`POST /rooms/${room_id}/join`, undefined, token)
  const post = async (who: Account, content: string, parent_id?: number) => {
    const { data } = await server.ask(`POST /rooms/${room_id}/messages`, { content, parent_id }, who.token)
    // Of what is deleted there are no more replies.
    return (data as { id: number } | undefined)?.id ?? 0
  }
  const threads = [await post(ada, 'Who has the key?'), await post(bob, 'Who has the time?')]
  const replies: { id: number; thread: number; author: Account }[] = []
  const expire = (id: number) => server.sql`update messages set expires_at = now() where id = ${id}`

  async function take({ do: deed, who, which }: Step): Promise<void> {
    const thread = threads[which % 2] ?? 0
    const actor = people[who] ?? ada
    const reply = replies[which % Math.max(1, replies.length)]
    if (deed === 'reply') {
      const id = await post(actor, `reply ${replies.length}`, thread)
      if (id > 0) replies.push({ id, thread, author: actor })
    } else if (deed === 'delete the first')
      await server.ask(`DELETE /messages/${thread}`, undefined, (which % 2 === 0 ? ada : bob).token)
    else if (deed === 'expire the first') await expire(thread)
    else if (deed === 'breathe') await since(performance.now(), which * 12)
    else if (reply === undefined) return
    else if (deed === 'delete') await server.ask(`DELETE /messages/${reply.id}`, undefined, reply.author.token)
    else if (deed === 'expire') await expire(reply.id)
    else await server.ask(`POST /rooms/${room_id}/read`, { message_id: reply.id, parent_id: reply.thread }, actor.token)
  }
  return { room_id, take }
}

const since = (began: number, ms: number) => eventually('a while', () => performance.now() - began >= ms)

const asRead = async ({ token }: Account) =>
  ((await server.ask('GET /users/me/unread?limit=1', undefined, token)).data as { threads: object[] }).threads

test('after any replies, deletions, expiries and marks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const { take } = await begun()
      for (const each of steps) await take(each)
      for (const [index, who] of people.entries()) {
        let seen: unknown
        let read: unknown
        await eventually('the list as it is read', async () => {
          ;[seen, read] = [lists[index]?.get(), await asRead(who)]
          return Bun.deepEquals(seen, read)
        }).catch(() => expect(seen).toEqual(read))
      }
    }),
    { numRuns: 12, endOnFailure: true },
  )
})
