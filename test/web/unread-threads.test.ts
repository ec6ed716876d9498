// What waits in the app's list of threads is what a fresh page would read, whatever happened there.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'

import { createThreads, type UnreadThreads } from '../../src/web/pages/app/threads/unread-threads.ts'
import { chatOf, closeChats, type Sockets, sockets } from '../sdks/javascript/people.ts'
import { eventually } from '../services/eventually.ts'
import { type Account, startServer, type TestServer } from '../services/server.ts'

setDefaultTimeout(120_000)

let server: TestServer
const people: Account[] = []
const lists: UnreadThreads[] = []
const chats: ReturnType<typeof chatOf>[] = []
const nets: Sockets[] = []

beforeAll(async () => {
  server = await startServer()
  for (const name of ['ada', 'bob', 'eve']) {
    const who = await server.register(name)
    const net = sockets()
    const chat = chatOf(server, who.token, { WebSocket: net.WebSocket })
    await chat.connect()
    const { threads, follow } = createThreads(chat)
    follow()
    people.push(who)
    lists.push(threads)
    chats.push(chat)
    nets.push(net)
  }
})
afterAll(async () => {
  closeChats()
  await server.close()
})

type Deed = 'reply' | 'mention' | 'edit' | 'delete' | 'expire' | 'read' | 'edit the first' | 'delete the first' | 'expire the first' | 'breathe' // prettier-ignore
interface Step {
  do: Deed
  who: number
  which: number
}

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Deed>('reply') },
    { weight: 6, arbitrary: fc.constantFrom<Deed>('mention', 'edit', 'delete', 'expire', 'read', 'breathe') },
    { weight: 1, arbitrary: fc.constantFrom<Deed>('edit the first', 'delete the first', 'expire the first') },
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
    const named = `@${people[which % 3]?.username ?? ''}`
    const edit = (id: number, content: string, { token }: Account) =>
      server.ask(`PUT /messages/${id}`, { content }, token)
    if (deed === 'reply' || deed === 'mention') {
      const id = await post(actor, `reply ${replies.length} ${deed === 'mention' ? named : ''}`, thread)
      if (id > 0) replies.push({ id, thread, author: actor })
    } else if (deed === 'edit the first') await edit(thread, `Who ${which}?`, which % 2 === 0 ? ada : bob)
    else if (deed === 'delete the first')
      await server.ask(`DELETE /messages/${thread}`, undefined, (which % 2 === 0 ? ada : bob).token)
    else if (deed === 'expire the first') await expire(thread)
    else if (deed === 'breathe') await since(performance.now(), which * 12)
    else if (reply === undefined) return
    else if (deed === 'edit') await edit(reply.id, `edit ${which} ${which % 2 === 0 ? named : ''}`, reply.author)
    else if (deed === 'delete') await server.ask(`DELETE /messages/${reply.id}`, undefined, reply.author.token)
    else if (deed === 'expire') await expire(reply.id)
    else await server.ask(`POST /rooms/${room_id}/read`, { message_id: reply.id, parent_id: reply.thread }, actor.token)
  }
  return { room_id, take }
}

const since = (began: number, ms: number) => eventually('a while', () => performance.now() - began >= ms)

const asRead = async ({ token }: Account) =>
  ((await server.ask('GET /users/me/unread?limit=1', undefined, token)).data as { threads: object[] }).threads

/** The place in the conversation goes on with other threads, too. */
const withoutSeq = (threads: readonly object[] | null | undefined) =>
  threads?.map((thread) => ({ ...thread, seq: undefined }))

test('after any replies, mentions, edits, deletions, expiries and marks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const { take } = await begun()
      for (const each of steps) await take(each)
      for (const [index, who] of people.entries()) {
        let seen: unknown
        let read: unknown
        await eventually('the list as it is read', async () => {
          ;[seen, read] = [withoutSeq(lists[index]?.get()), withoutSeq(await asRead(who))]
          return Bun.deepEquals(seen, read)
        }).catch(() => expect(seen).toEqual(read))
      }
    }),
    { numRuns: 12, endOnFailure: true },
  )
})

const key = 18
/** Between what is read of a thread that is to be told and the telling of it lies what `during` does. */
async function held(during: (isHeld: () => Promise<boolean>) => Promise<void>): Promise<void> {
  const { sql } = server
  await sql`alter function thread_people rename to thread_people_at_once`
  await sql.unsafe(`
    create function thread_people(p_conversation bigint, p_thread bigint, p_rows integer) returns setof bigint language plpgsql stable as $$
    begin
      perform pg_advisory_xact_lock_shared(${key});
      return query select * from thread_people_at_once(p_conversation, p_thread, p_rows);
    end $$`)
  const isHeld = async () =>
    (await sql`select from pg_locks where locktype = 'advisory' and objid = ${key} and not granted`).length > 0
  try {
    await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${key})`
      await during(isHeld)
    })
  } finally {
    await sql`drop function thread_people`
    await sql`alter function thread_people_at_once rename to thread_people`
  }
}

// The count was read before, and told after the mark.
test('after a mark that overtakes what is told of the thread', async () => {
  const [ada, bob] = people as [Account, Account]
  const [list] = lists as [UnreadThreads]
  const room_id = await server.room(ada, {})
  await server.ask(`POST /rooms/${room_id}/join`, undefined, bob.token)
  const post = async (who: Account, content: string, parent_id?: number) =>
    ((await server.ask(`POST /rooms/${room_id}/messages`, { content, parent_id }, who.token)).data as { id: number }).id
  const parent_id = await post(ada, 'Who has the key?')
  let told = 0
  chats[0]?.on('thread_updated', ({ thread_count }) => (told = thread_count))
  const [first, second] = [await post(bob, 'I have', parent_id), await post(bob, 'Or not', parent_id)]
  const own = () => list.get()?.filter((one) => one.parent_id === parent_id)
  await eventually('both are told', () => told === 2 && own()?.[0]?.unread_count === 2)
  await held(async (isHeld) => {
    await server.ask(`DELETE /messages/${second}`, undefined, bob.token)
    await eventually('what is left is being told', isHeld)
    await server.ask(`POST /rooms/${room_id}/read`, { message_id: first, parent_id }, ada.token)
    await eventually('nothing is unread', () => own()?.length === 0)
    // A list that is being read again would be right by chance.
    for (let n = 0; n < 10; n++) await asRead(ada)
  })
  // Later replies are told later.
  const next = await post(bob, 'I have', parent_id)
  await eventually('the next is unread', () => own()?.[0]?.last_reply.message_id === next)
  expect(own()).toMatchObject([{ unread_count: 1, last_read_number: 2 }])
})

/** Ada's list of a thread of hers in which bob has replied; `later` keeps what a deed has the server tell her until it is called. */
async function listed() {
  const [ada, bob] = people as [Account, Account]
  const [list] = lists as [UnreadThreads]
  const [net] = nets as [Sockets]
  const room_id = await server.room(ada, {})
  await server.ask(`POST /rooms/${room_id}/join`, undefined, bob.token)
  const post = async (who: Account, content: string, parent_id?: number) =>
    ((await server.ask(`POST /rooms/${room_id}/messages`, { content, parent_id }, who.token)).data as { id: number }).id
  const parent_id = await post(ada, 'Who has the key?')
  const own = () => list.get()?.find((one) => one.parent_id === parent_id)
  const seen = (text: string) => eventually(`${text} is seen`, () => own()?.last_reply.preview === text)
  const reply = (who: Account, text: string) => post(who, text, parent_id)
  const first = await reply(bob, 'one')
  await seen('one')
  async function later(deed: () => Promise<unknown>): Promise<() => void> {
    const kept: object[] = []
    net.loses = ({ type, ...frame }) => type === 'thread_updated' && kept.push({ type, ...frame }) > 0
    await deed()
    await eventually('ada would be told', () => kept.length > 0)
    net.loses = () => false
    return () => {
      for (const frame of kept) net.tell(frame)
    }
  }
  return { ada, bob, first, own, seen, reply, later, is: async () => expect(own()).toEqual(await asListed(ada, parent_id)) } // prettier-ignore
}

const asListed = async (who: Account, parent_id: number) =>
  (await asRead(who)).find((one) => 'parent_id' in one && one.parent_id === parent_id) as never

// As of two nodes that tell of one thread.
test('after news that cross: of two replies', async () => {
  const { bob, own, seen, reply, later, is } = await listed()
  const tell = await later(() => reply(bob, 'two'))
  await reply(bob, 'three')
  await seen('three')
  tell()
  expect(own()).toMatchObject({ unread_count: 3, last_reply: { preview: 'three' } })
  await is()
})

test('after news that cross: of one that is gone and one that came', async () => {
  const { bob, first, own, seen, reply, later, is } = await listed()
  const tell = await later(() => server.ask(`DELETE /messages/${first}`, undefined, bob.token))
  await reply(bob, 'two')
  await eventually('it is asked for', () => own()?.last_reply.preview === 'two')
  tell()
  await eventually('what is left is known', () => own()?.unread_count === 1)
  await seen('two')
  await is()
})

test("after news that cross: of one's own reply and of one that came after it", async () => {
  const { ada, bob, own, reply, later, is } = await listed()
  const tell = await later(() => reply(ada, 'two'))
  await reply(bob, 'three')
  await eventually('it is told', () => own()?.last_reply.preview === 'three')
  tell()
  await eventually('what is left is known', () => own()?.unread_count === 1)
  await is()
})

test('after news that cross: of two edits', async () => {
  const { bob, first, own, seen, later, is } = await listed()
  const edit = (content: string) => server.ask(`PUT /messages/${first}`, { content }, bob.token)
  const tell = await later(() => edit('before'))
  await edit('after')
  await seen('after')
  tell()
  expect(own()?.last_reply.preview).toBe('after')
  await is()
})
