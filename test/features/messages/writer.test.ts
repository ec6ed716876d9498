import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Actor } from '../../../src/kernel/actor.ts'
import { type Draft, draft, type MessageHouse, openHouse, upTo, type Written } from './house.ts'
import { eventually } from '../../services/eventually.ts'

let house: MessageHouse
let ada: Actor
let bob: Actor
let cleo: Actor
const people: Actor[] = []

beforeAll(async () => {
  house = await openHouse()
  for (const name of ['ada', 'bob', 'cleo', ...upTo(20).map((n) => `person${n}`)]) people.push(await house.person(name))
  ;[ada, bob, cleo] = people as [Actor, Actor, Actor]
})
afterAll(() => house.close())

/** Writes drafts as one batch, or in those that `sizes` says: behind another message that keeps the only lane busy. */
async function together(
  { writer, batches }: ReturnType<MessageHouse['node']>,
  drafts: Draft[],
  sizes: number[] = [drafts.length],
): Promise<Written[]> {
  const elsewhere = await house.room([ada])
  const first = writer.write(draft(ada, elsewhere, 'keeps the lane busy'))
  const [, ...written] = await Promise.all([first, ...drafts.map(writer.write)])
  expect(batches.slice(-sizes.length - 1)).toEqual([1, ...sizes])
  return written
}

const settled = async <T>(promises: Promise<T>[]) =>
  (await Promise.allSettled(promises)).map((each) =>
    each.status === 'fulfilled' ? each.value : (each.reason as { code?: string }).code,
  )

describe('the writer', () => {
  test('writes in the order it was called, with seq and number without holes', async () => {
    const room = await house.room(people)
    const { writer } = house.node()
    const written = await Promise.all(upTo(300).map((n) => writer.write(draft(people[n % 20]!, room, `${n}`))))
    expect(written.map(({ seq }) => seq)).toEqual(upTo(300))
    const rows = await house.rows(room)
    expect(rows.map(({ content }) => Number(content))).toEqual(upTo(300))
    expect(rows.map(({ number }) => number)).toEqual(upTo(300))
    expect(rows.map(({ id }) => id)).toEqual(written.map(({ id }) => id))
    expect(rows.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(rows.map(({ id }) => id))
    expect(await house.head(room)).toEqual({ last_seq: 300, message_count: 300, last_message_id: rows.at(-1)!.id })
  })

  test('sends one message alone at once, and what arrives meanwhile as one batch', async () => {
    const room = await house.room(people)
    const { writer, batches } = house.node({ lanes: 1 })
    await writer.write(draft(ada, room, 'first'))
    const alone = writer.write(draft(ada, room, 'alone'))
    await new Promise(setImmediate)
    await Promise.all([alone, ...upTo(200).map((n) => writer.write(draft(bob, room, `${n}`)))])
    expect(batches).toEqual([1, 1, 200])
  })

  test('never puts more than max_batch into one statement', async () => {
    const room = await house.room(people)
    const { writer, batches } = house.node({ lanes: 1, max_batch: 40 })
    await Promise.all(upTo(101).map((n) => writer.write(draft(ada, room, `${n}`))))
    expect(batches).toEqual([1, 40, 40, 20])
  })

  test('writes many conversations from many nodes at once, each without holes', async () => {
    const rooms = await Promise.all(upTo(5).map(() => house.room(people)))
    const nodes = upTo(3).map(() => house.node({ lanes: 3, max_batch: 17 }))
    await Promise.all(upTo(600).map((n) => nodes[n % 3]!.writer.write(draft(people[n % 20]!, rooms[n % 5]!, `${n}`))))
    for (const room of rooms) {
      const rows = await house.rows(room)
      expect(rows.map(({ seq }) => seq)).toEqual(upTo(120))
      expect(rows.map(({ number }) => number)).toEqual(upTo(120))
    }
  })
})

describe('a client_id', () => {
  const once = (written: Written[]) => {
    expect(new Set(written.map(({ id }) => id)).size).toBe(1)
    expect(written.map(({ verdict }) => verdict).toSorted()).toEqual([...Array(5).fill('duplicate'), 'sent'])
    const originals = written.flatMap(({ verdict, original }) => (verdict === 'duplicate' && original) || [])
    expect(originals.map(({ id }) => id)).toEqual(Array(5).fill(written[0]!.id))
  }

  test('that comes six times at once is written once, and never twice in one batch', async () => {
    const room = await house.room(people)
    const same = draft(ada, room, 'once', { client_id: 'same' })
    once(await together(house.node({ lanes: 1 }), Array(6).fill(same) as Draft[], Array(6).fill(1) as number[]))
    expect(await house.rows(room)).toHaveLength(1)
  })

  test('that comes six times through two nodes at once is written once', async () => {
    const room = await house.room(people)
    const nodes = upTo(2).map(() => house.node())
    const same = draft(ada, room, 'once', { client_id: 'same' })
    once(await Promise.all(upTo(6).map((n) => nodes[n % 2]!.writer.write(same))))
    expect(await house.rows(room)).toHaveLength(1)
  })

  test('that comes twice at once fares both times as the first', async () => {
    const room = await house.room([ada])
    const same = draft(bob, room, 'no member', { client_id: 'same' })
    const late = draft(ada, room, 'no parent', { client_id: 'late', parent_id: 2 ** 50 })
    const written = await together(house.node({ lanes: 1 }), [same, late, same, late], [2, 2])
    expect(written.map(({ verdict }) => verdict)).toEqual(['ROOM_NOT_FOUND', 'MESSAGE_NOT_FOUND', 'ROOM_NOT_FOUND', 'MESSAGE_NOT_FOUND']) // prettier-ignore
  })

  test('that comes twice at once gives the sender one message and its original', async () => {
    const room = await house.room(people)
    const { messages, entries, listen } = house.node()
    listen(room)
    const wanted = { room_id: room, content: 'once', metadata: { client_id: 'same' } }
    const [one, two, three] = await Promise.all(upTo(3).map(() => messages.send(ada, wanted)))
    expect(one).not.toHaveProperty('duplicate')
    expect([two, three]).toEqual([
      { ...one!, duplicate: true },
      { ...one!, duplicate: true },
    ])
    await new Promise(setImmediate)
    expect(entries(room).map(({ seq }) => seq)).toEqual([1])
  })

  test('is of one author and one conversation', async () => {
    const [here, there] = [await house.room(people), await house.room(people)]
    const { writer } = house.node()
    const drafts = [ada, bob].flatMap((author) =>
      [here, there].map((room) => draft(author, room, 'x', { client_id: 'same' })),
    )
    expect((await Promise.all(drafts.map(writer.write))).map(({ verdict }) => verdict)).toEqual(Array(4).fill('sent'))
  })

  test('of a refused message is free for another try', async () => {
    const room = await house.room([ada])
    const { messages } = house.node()
    const wanted = { room_id: room, content: 'hello', metadata: { client_id: 'later' } }
    expect(await settled([messages.send(bob, wanted), messages.send(bob, wanted)])).toEqual(
      Array(2).fill('ROOM_NOT_FOUND'),
    )
    await house.enter(room, [bob])
    expect(await messages.send(bob, wanted)).toMatchObject({ seq: 1, client_id: 'later' })
  })

  test('gives the original even to one who has since been muted, and after the room was archived', async () => {
    const room = await house.room(people)
    const { messages } = house.node()
    const wanted = { room_id: room, content: 'before', metadata: { client_id: 'before' } }
    const original = await messages.send(ada, wanted)
    await house.sql`update members set muted_until = now() + interval '1 hour' where conversation_id = ${room}`
    await house.sql`update conversations set archived_at = now() where id = ${room}`
    expect(await messages.send(ada, wanted)).toEqual({ ...original, duplicate: true })
  })
})

describe('a reply', () => {
  test('counts in its thread, and shares its seq with its parent’s change', async () => {
    const room = await house.room(people)
    const { messages, entries, listen } = house.node()
    listen(room)
    const parent = await messages.send(ada, { room_id: room, content: 'parent' })
    const replies = await Promise.all(
      upTo(50).map((n) => messages.send(people[n % 20]!, { room_id: room, content: `${n}`, parent_id: parent.id })),
    )
    expect(replies.map(({ parent_id }) => parent_id)).toEqual(Array(50).fill(parent.id))
    const [row] = await house.rows(room)
    expect(row).toMatchObject({ id: parent.id, seq: 1, thread_count: 50, change_seq: 51 })
    const told = entries(room).map(({ frame }) => JSON.parse(frame).data.parent_thread_count)
    expect(told).toEqual([undefined, ...upTo(50)])
  })

  test('counts right when several nodes reply at once', async () => {
    const room = await house.room(people)
    const nodes = upTo(3).map(() => house.node({ max_batch: 7 }))
    const parents = await Promise.all(upTo(2).map((n) => nodes[0]!.writer.write(draft(ada, room, `parent ${n}`))))
    const written = await Promise.all(
      upTo(120).map((n) => nodes[n % 3]!.writer.write(draft(bob, room, `${n}`, { parent_id: parents[n % 2]!.id }))),
    )
    for (const { id } of parents) {
      const own = written.filter((_, index) => parents[(index + 1) % 2]!.id === id)
      expect(own.map((each) => each.parent_thread_count).toSorted((a, b) => a! - b!)).toEqual(upTo(60))
      const row = (await house.rows(room)).find((each) => each.id === id)!
      expect([row.thread_count, row.change_seq]).toEqual([60, Math.max(...own.map(({ seq }) => seq))])
    }
  })

  test.each([
    ['that does not exist', async () => 2 ** 50],
    [
      'of another room',
      async () => (await house.node().writer.write(draft(ada, await house.room([ada]), 'elsewhere'))).id,
    ],
    [
      'that was deleted',
      async (room: number) => {
        const { id } = await house.node().writer.write(draft(ada, room, 'gone'))
        await house.sql`update messages set deleted_at = now() where id = ${id}`
        return id
      },
    ],
  ])('to a message %s is refused', async (_, parent) => {
    const room = await house.room(people)
    const parent_id = await parent(room)
    expect(await settled([house.node().messages.send(ada, { room_id: room, content: 're', parent_id })])).toEqual([
      'MESSAGE_NOT_FOUND',
    ])
  })
})

describe('the statement that writes decides', () => {
  test.each<[string, (room: number) => Promise<unknown>, string]>([
    [
      'of a muted member',
      (room) =>
        house.sql`update members set muted_until = now() + interval '1 hour' where conversation_id = ${room} and user_id = ${bob.id}`,
      'USER_MUTED',
    ],
    [
      'of a member who was removed',
      (room) => house.sql`delete from members where conversation_id = ${room} and user_id = ${bob.id}`,
      'ROOM_NOT_FOUND',
    ],
    [
      'in an archived room',
      (room) => house.sql`update conversations set archived_at = now() where id = ${room}`,
      'PERMISSION_DENIED',
    ],
    [
      'in a deleted room',
      (room) => house.sql`update conversations set deleted_at = now() where id = ${room}`,
      'ROOM_NOT_FOUND',
    ],
  ])('a message %s is refused, its neighbours in the batch are not', async (_, change, code) => {
    const [room, other] = [await house.room(people), await house.room(people)]
    const { messages } = house.node({ lanes: 1 })
    await change(room)
    const answers = await settled([
      messages.send(ada, { room_id: other, content: 'one' }),
      messages.send(bob, { room_id: room, content: 'refused' }),
      messages.send(cleo, { room_id: other, content: 'two' }),
    ])
    expect(answers[1]).toBe(code)
    expect((await house.rows(other)).map(({ content }) => content)).toEqual(['one', 'two'])
    expect((await house.rows(room)).filter(({ author_id }) => author_id === bob.id)).toEqual([])
  })

  test('a mute that has passed holds nobody back', async () => {
    const room = await house.room(people)
    await house.sql`update members set muted_until = now() - interval '1 second' where conversation_id = ${room}`
    expect(await house.node().writer.write(draft(bob, room, 'again'))).toMatchObject({ verdict: 'sent' })
  })

  test('a member removed while the batch waits for the room’s lock does not write', async () => {
    const room = await house.room(people)
    const { writer } = house.node()
    const locked = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const kick = house.sql.begin(async (tx) => {
      await tx`select from conversations where id = ${room} for update`
      await tx`delete from members where conversation_id = ${room} and user_id = ${bob.id}`
      locked.resolve()
      await release.promise
    })
    await locked.promise
    const writing = Promise.all([writer.write(draft(ada, room, 'ada')), writer.write(draft(bob, room, 'bob'))])
    await Bun.sleep(50)
    release.resolve()
    await kick
    expect((await writing).map(({ verdict }) => verdict)).toEqual(['sent', 'ROOM_NOT_FOUND'])
    expect((await house.rows(room)).map(({ content, seq }) => [content, seq])).toEqual([['ada', 1]])
  })

  test('a public room that was not joined says so; a private one does not exist', async () => {
    const { messages } = house.node()
    const [open, hidden] = [await house.room([ada], { is_public: true }), await house.room([ada])]
    expect(
      await settled([open, hidden, 2 ** 50].map((room_id) => messages.send(bob, { room_id, content: 'x' }))),
    ).toEqual(['PERMISSION_DENIED', 'ROOM_NOT_FOUND', 'ROOM_NOT_FOUND'])
  })

  test('a DM one of the two has blocked takes nothing from either, and only that DM', async () => {
    const { messages } = house.node()
    const [blocked, free] = [await house.dm(ada, bob), await house.dm(ada, cleo)]
    await house.sql`insert into blocks (user_id, blocked_user_id) values (${bob.id}, ${ada.id})`
    const answers = await settled([
      messages.send(ada, { conversation_id: blocked, content: 'x' }),
      messages.send(bob, { conversation_id: blocked, content: 'x' }),
      messages.send(cleo, { conversation_id: blocked, content: 'x' }),
      messages.send(ada, { conversation_id: free, content: 'x' }),
    ])
    expect(answers.slice(0, 3)).toEqual(['CONVERSATION_BLOCKED', 'CONVERSATION_BLOCKED', 'CONVERSATION_NOT_FOUND'])
    expect(answers[3]).toMatchObject({ seq: 1, conversation_id: free })
    await house.sql`delete from blocks`
  })

  test('a banned author is refused', async () => {
    const mallory = await house.person('mallory')
    const room = await house.room([mallory])
    await house.sql`update users set status = 'banned' where id = ${mallory.id}`
    expect(await settled([house.node().messages.send(mallory, { room_id: room, content: 'x' })])).toEqual([
      'USER_BANNED',
    ])
  })
})

describe('slow mode', () => {
  test('lets one message through, and says how long the next must wait', async () => {
    const room = await house.room(people, { slow_mode_seconds: 30 })
    const { messages } = house.node()
    await messages.send(bob, { room_id: room, content: 'one' })
    const refused = await messages.send(bob, { room_id: room, content: 'two' }).catch((cause: unknown) => cause)
    expect(refused).toMatchObject({ code: 'SLOW_MODE', retry_after: 30 })
    await house.sql`update members set last_sent_at = last_sent_at - interval '18.5 seconds' where conversation_id = ${room}`
    const later = await messages.send(bob, { room_id: room, content: 'two' }).catch((cause: unknown) => cause)
    expect(later).toMatchObject({ code: 'SLOW_MODE', retry_after: 12 })
    await house.sql`update members set last_sent_at = last_sent_at - interval '11.5 seconds' where conversation_id = ${room}`
    expect(await messages.send(bob, { room_id: room, content: 'two' })).toMatchObject({ seq: 2 })
  })

  test('holds back the second of two in one batch, for as long as it is slow', async () => {
    const room = await house.room(people, { slow_mode_seconds: 30 })
    const node = house.node({ lanes: 1 })
    await node.writer.write(draft(bob, room, 'long ago'))
    await house.sql`update members set last_sent_at = now() - interval '1 hour' where conversation_id = ${room}`
    const same = draft(bob, room, 'two', { client_id: 'same' })
    const written = await together(node, [draft(bob, room, 'one'), same, draft(cleo, room, 'other'), same], [3, 1])
    expect(written.map(({ verdict }) => verdict)).toEqual(['sent', 'SLOW_MODE', 'sent', 'SLOW_MODE'])
    expect(written.map(({ retry_after }) => retry_after)).toEqual([null, 30, null, 30])
  })

  test('does not count a repeat or a refused message as one sent', async () => {
    const room = await house.room(people, { slow_mode_seconds: 30 })
    const node = house.node({ lanes: 1 })
    const first = draft(bob, room, 'one', { client_id: 'one' })
    await node.writer.write(first)
    expect(await node.writer.write(first)).toMatchObject({ verdict: 'duplicate' })
    await house.sql`update members set last_sent_at = now() - interval '1 hour' where conversation_id = ${room}`
    const refused = draft(bob, room, 'refused', { parent_id: 2 ** 50 })
    const verdicts = await together(node, [first, refused, draft(bob, room, 'two')])
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['duplicate', 'MESSAGE_NOT_FOUND', 'sent'])
  })

  test('does not hold back those who moderate the room', async () => {
    const room = await house.room([], { slow_mode_seconds: 30 })
    await house.enter(room, [ada], 'owner')
    await house.enter(room, [bob], 'moderator')
    const { writer } = house.node()
    const written = await Promise.all([ada, ada, bob, bob].map((author) => writer.write(draft(author, room, 'x'))))
    expect(written.map(({ verdict }) => verdict)).toEqual(Array(4).fill('sent'))
  })
})

describe('mentions', () => {
  test.each([
    ['of members, in the order they are named', 'hi @CLEO and @ada, and @cleo again', ['cleo', 'ada']],
    ['of nobody, of outsiders and of addresses', '@nobody @outsider mail@ada.example x@ada', []],
    ['before what ends a sentence', '(@ada). @bob! @cleo...', ['ada', 'bob', 'cleo']],
  ])('%s', async (_, content, expected) => {
    const room = await house.room([ada, bob, cleo])
    if (content.includes('outsider')) await house.person('outsider')
    const sent = await house.node().messages.send(ada, { room_id: room, content })
    const byName = new Map(people.map(({ id, username }) => [username, id]))
    const ids = expected.map((name) => byName.get(name)!)
    expect([sent.mentions, sent.mention_count]).toEqual([ids, ids.length])
    const rows = await house.sql<{ user_id: number; number: number }[]>`
      select user_id, number from mentions where conversation_id = ${room} order by user_id`
    expect(rows.map(({ user_id, number }) => [user_id, number])).toEqual(
      ids.toSorted((a, b) => a - b).map((id) => [id, sent.number]),
    )
  })

  test('reach the mentioned on their own feed, once, and not the author', async () => {
    const room = await house.room([ada, bob])
    const { messages, bus, heard } = house.node()
    for (const { id } of [ada, bob]) bus.listen(`u:${id}`)
    await messages.send(ada, { room_id: room, content: '@bob @ada look' })
    await new Promise(setImmediate)
    const told = heard.flatMap((message) =>
      message.kind === 'user' ? [[message.user_id, JSON.parse(message.frame)]] : [],
    )
    expect(told.filter(([, { type }]) => type !== 'unread_updated')).toEqual([
      [
        bob.id,
        {
          type: 'mention',
          data: expect.objectContaining({
            room_id: room,
            author_id: ada.id,
            username: 'ada',
            preview: '@bob @ada look',
          }),
        },
      ],
    ])
  })
})

test('a batch that gives way to another transaction is written again', async () => {
  const [one, two] = [await house.room([ada]), await house.room([ada])]
  const { writer } = house.node({ lanes: 1 })
  const [held, waiting] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  // It holds the later one and then wants the earlier: the opposite of the order in which everybody locks.
  const other = house.sql.begin(async (tx) => {
    await tx`select from conversations where id = ${two} for update`
    held.resolve()
    await waiting.promise
    await tx`select from conversations where id = ${one} for update`
  })
  await held.promise
  const writing = Promise.all([one, two].map((room) => writer.write(draft(ada, room, 'hello'))))
  await eventually('the batch waits for a lock', async () => {
    const rows =
      await house.sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%send_messages%'`
    return rows.length > 0
  })
  waiting.resolve()
  const outcomes = await Promise.allSettled([other, writing])
  expect(outcomes[1]).toMatchObject({ status: 'fulfilled', value: [{ verdict: 'sent' }, { verdict: 'sent' }] })
})
