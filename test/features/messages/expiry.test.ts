import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createExpiry, createTelling } from '../../../src/features/messages/index.ts'
import type { Actor } from '../../../src/kernel/actor.ts'
import { eventually } from '../../services/eventually.ts'
import { type MessageHouse, openHouse } from './house.ts'

setDefaultTimeout(30_000)

let house: MessageHouse
let node: ReturnType<MessageHouse['node']>
let expiry: ReturnType<typeof createExpiry>
let [ada, bob] = [] as unknown as [Actor, Actor]
let room = 0

beforeAll(async () => {
  house = await openHouse()
  node = house.node()
  ada = await house.person('ada')
  bob = await house.person('bob')
  expiry = createExpiry({
    sql: house.sql,
    telling: createTelling(node.bus),
    threads: node.threads,
    log: node.log,
    change_memory_ms: 3_600_000,
  })
})
afterAll(async () => {
  await expiry.stop()
  await house.close()
})
beforeEach(async () => {
  room = await house.room([ada, bob])
  node.listen(room)
  node.heard.length = 0
})

const say = (content: string, more: object = {}) => node.messages.send(ada, { room_id: room, content, ...more })
const events = () => node.entries(room).map(({ frame }) => JSON.parse(frame) as { type: string; data: object })
const history = async () => (await node.messages.history(bob, { room_id: room })).messages
const changes = (since: number) => node.reader.changes(room, since)
const passes = (...ids: number[]) =>
  house.sql`update messages set expires_at = now() - interval '1 second' where id = any (${ids}::bigint[])`

describe('a message with expires_in', () => {
  test('says when it goes, and goes by itself: from the live feed, the history and the database', async () => {
    await say('stays')
    const sent = await say('goes', { expires_in: 1 })
    const life = Date.parse(sent.expires_at!) - Date.parse(sent.created_at)
    expect(life).toBe(1000)
    const gone = await eventually('the expiry', () => events().find(({ type }) => type === 'message_deleted'))
    expect(Date.now() - Date.parse(sent.expires_at!)).toBeWithin(0, 1000)
    expect(gone.data).toMatchObject({ room_id: room, message_id: sent.id, seq: 3, deleted_by: null, reason: 'expired' })
    expect((await history()).map(({ content }) => content)).toEqual(['stays'])
    expect(await house.rows(room)).toHaveLength(1)
  })

  test('takes with it all that hangs on it', async () => {
    const sent = await say('goes @bob', { expires_in: 60 })
    await node.messages.edit(ada, { message_id: sent.id, content: 'goes too @bob' })
    await node.messages.react(bob, { message_id: sent.id, emoji: '👍' })
    await passes(sent.id)
    await expiry.sweep()
    for (const table of ['messages', 'reactions', 'mentions', 'message_edits'])
      expect(await house.sql`select from ${house.sql(table)} where ${house.sql(table === 'messages' ? 'id' : 'message_id')} = ${sent.id}`).toHaveLength(0) // prettier-ignore
    const [{ text } = { text: '' }] = await house.sql<{ text: string }[]>`select string_agg(changes::text, ' ') as text from changes where conversation_id = ${room}` // prettier-ignore
    expect(text).not.toContain('goes')
  })

  test('is not shown in the moment between its time and its removal', async () => {
    const sent = await say('goes', { expires_in: 60, metadata: { secret: 1 } })
    await passes(sent.id)
    const shown = [await history(), (await changes(0)).messages, (await node.reader.events(room, 0, 1)).entries]
    expect(JSON.stringify(shown)).not.toContain('goes')
    expect(JSON.stringify(shown)).not.toContain('secret')
    await expect(node.messages.react(bob, { message_id: sent.id, emoji: '👍' })).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' }) // prettier-ignore
    await expect(say('reply', { parent_id: sent.id })).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
  })

  test('is told to those who come back, in the order of the log', async () => {
    const [one, two] = [await say('one', { expires_in: 60 }), await say('two')]
    await passes(one.id)
    await expiry.sweep()
    await node.messages.edit(ada, { message_id: two.id, content: 'two!' })
    expect(await changes(2)).toMatchObject({
      seq: 4,
      reset: false,
      messages: [
        {
          id: one.id,
          uuid: one.uuid,
          seq: 1,
          number: 1,
          change_seq: 3,
          is_deleted: true,
          content: '',
          author_id: ada.id,
        },
        { id: two.id, change_seq: 4, content: 'two!' },
      ],
    })
    expect((await changes(3)).messages).toMatchObject([{ id: two.id }])
  })

  test('whose note the log has forgotten makes who comes back begin anew', async () => {
    const [one, two] = [await say('one', { expires_in: 60 }), await say('two')]
    await passes(one.id)
    await expiry.sweep()
    await house.sql`update changes set at = now() - interval '2 hours' where conversation_id = ${room}`
    await expiry.tidy()
    expect(await house.sql`select from changes where conversation_id = ${room}`).toHaveLength(0)
    expect(await changes(2)).toMatchObject({ seq: 3, reset: true, messages: [{ id: two.id }] })
    expect(await changes(3)).toEqual({ seq: 3, reset: false, messages: [] })
  })

  test('lowers the thread count of its parent, at the same seq', async () => {
    const parent = await say('parent')
    const replies = []
    for (const content of ['a', 'b', 'c']) replies.push(await say(content, { parent_id: parent.id, expires_in: 60 }))
    await passes(replies[0]!.id, replies[1]!.id)
    await expiry.sweep()
    expect(events().slice(4)).toMatchObject([
      { data: { message_id: replies[0]!.id, parent_id: parent.id, parent_thread_count: 2, seq: 5 } },
      { data: { message_id: replies[1]!.id, parent_id: parent.id, parent_thread_count: 1, seq: 6 } },
    ])
    expect((await history())[0]).toMatchObject({ id: parent.id, thread_count: 1, change_seq: 6 })
  })

  test('and its reply going at once are both gone', async () => {
    const parent = await say('parent', { expires_in: 60 })
    const reply = await say('reply', { parent_id: parent.id, expires_in: 60 })
    await passes(parent.id, reply.id)
    await expiry.sweep()
    expect(await house.rows(room)).toHaveLength(0)
    expect(await house.head(room)).toMatchObject({ last_seq: 4, last_message_id: null })
  })

  test('many in several rooms go in batches, while others write', async () => {
    const other = await house.room([ada])
    const ids: number[] = []
    await Promise.all(
      Array.from({ length: 450 }, async (_, n) => {
        const { id } = await node.messages.send(ada, { room_id: n % 2 ? room : other, content: `${n}`, expires_in: 60 })
        ids.push(id)
      }),
    )
    await passes(...ids)
    await Promise.all([expiry.sweep(), ...Array.from({ length: 50 }, (_, n) => say(`stays ${n}`))])
    await expiry.sweep()
    const seqs = node.entries(room).map(({ seq }) => seq).toSorted((a, b) => a - b) // prettier-ignore
    expect(seqs).toEqual(Array.from({ length: 225 + 225 + 50 }, (_, n) => n + 1))
    expect((await house.rows(room)).length + (await house.rows(other)).length).toBe(50)
  })
})

describe('a room', () => {
  test.each([
    [5, undefined, 5],
    [60, 10, 10],
    [5, 3600, 5],
  ])('that lets messages live %p s, one of %p s lives %p s', async (ttl, expires_in, seconds) => {
    await house.sql`update conversations set message_ttl_seconds = ${ttl} where id = ${room}`
    const sent = await say('goes', expires_in === undefined ? {} : { expires_in })
    expect(Date.parse(sent.expires_at!) - Date.parse(sent.created_at)).toBe(seconds * 1000)
  })

  test('that keeps messages for some days loses the older ones, and only them', async () => {
    const [one, two, three] = [await say('one'), await say('two'), await say('three')]
    await house.sql`update messages set created_at = now() - interval '3 days' where id in (${one.id}, ${two.id})`
    await house.sql`update conversations set message_retention_days = 2 where id = ${room}`
    await expiry.tidy()
    expect((await history()).map(({ id }) => id)).toEqual([three.id])
    expect(events().slice(3)).toMatchObject([{ type: 'message_deleted' }, { type: 'message_deleted' }])
  })
})
