import { Value } from '@sinclair/typebox/value'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { ThreadUpdated } from '../../../src/features/conversations/thread-schema.ts'
import { eventually } from '../../services/eventually.ts'
import { threadPeople } from './thread-people.ts'

setDefaultTimeout(30_000)
let house: Awaited<ReturnType<typeof threadPeople>>
beforeAll(async () => {
  house = await threadPeople()
})
afterAll(() => house.close())

describe('who is named in a reply of a thread they are not in', () => {
  test('has it in their list from there on, also once the room is read, until the thread is', async () => {
    const { server, bob, eve, question, unread } = house
    const { room_id, parent_id, say } = await question()
    await say(bob, 'I have')
    const { id, number } = await say(bob, 'Or @eve has')
    const thread = { parent_id, unread_count: 1, mention_count: 1, last_read_number: number - 1 }
    expect(await unread(eve, room_id)).toMatchObject([thread])
    await server.ask(`POST /rooms/${room_id}/read`, { message_id: id }, eve.token)
    expect(await unread(eve, room_id)).toMatchObject([thread])
    const marked = await server.ask(`POST /rooms/${room_id}/read`, { message_id: id, parent_id }, eve.token)
    expect(marked.data).toMatchObject({ last_read_number: number, unread_count: 0, mention_count: 0 })
    expect(await unread(eve, room_id)).toEqual([])
  })

  test('hears at once of that, and of what is said after it', async () => {
    const { bob, eve, question, unread, told, counted } = house
    const { room_id, parent_id, say } = await question()
    await say(bob, '@eve has')
    await eventually('eve is told', () => counted(eve, parent_id).length === 1)
    expect(counted(eve, parent_id)).toEqual((await unread(eve, room_id)) as never)
    await say(bob, 'I think')
    await eventually('eve is told', () => told(eve, parent_id).at(-1)?.last_reply?.preview === 'I think')
    expect(counted(eve, parent_id)).toHaveLength(1)
    expect(await unread(eve, room_id)).toMatchObject([{ unread_count: 2, mention_count: 1 }])
  })

  test('hears of it when it is an edit that names them, and when it names them no more', async () => {
    const { bob, eve, question, edit, unread, counted } = house
    const { room_id, parent_id, say } = await question()
    const first = await say(bob, 'Somebody')
    await say(bob, 'I think')
    await edit(bob, first.id, '@eve has')
    await eventually('eve is named', () => counted(eve, parent_id).at(-1)?.mention_count === 1)
    expect(counted(eve, parent_id).at(-1)).toEqual((await unread(eve, room_id))[0] as never)
    expect(await unread(eve, room_id)).toMatchObject([{ unread_count: 2, last_read_number: first.number - 1 }])
    await edit(bob, first.id, 'Nobody has')
    await eventually('eve is not', () => counted(eve, parent_id).at(-1)?.mention_count === 0)
    expect(await unread(eve, room_id)).toMatchObject([{ unread_count: 2, mention_count: 0 }])
  })

  test('has nothing in their list when that reply is deleted', async () => {
    const { server, bob, eve, question, unread, counted } = house
    const { room_id, parent_id, say } = await question()
    const { id } = await say(bob, '@eve has')
    await eventually('eve is told', () => counted(eve, parent_id).length === 1)
    await server.ask(`DELETE /messages/${id}`, undefined, bob.token)
    await eventually('eve is told', () => counted(eve, parent_id).at(-1)?.unread_count === 0)
    expect(await unread(eve, room_id)).toEqual([])
  })
})

test('who takes part stands where they stood when they are named, and hears how often', async () => {
  const { ada, bob, eve, question, unread, counted } = house
  const { room_id, parent_id, say } = await question()
  const own = await say(eve, 'Not me')
  await say(bob, 'I have')
  await say(bob, '@ada and @eve, I have')
  await say(bob, 'Do you hear, @ada?')
  await eventually('ada is told', () => counted(ada, parent_id).at(-1)?.mention_count === 2)
  expect(counted(ada, parent_id).at(-1)).toEqual((await unread(ada, room_id))[0] as never)
  expect(await unread(ada, room_id)).toMatchObject([{ unread_count: 4, mention_count: 2, last_read_number: 0 }])
  expect(await unread(eve, room_id)).toMatchObject([{ unread_count: 3, mention_count: 1, last_read_number: own.number }]) // prettier-ignore
  expect(await house.server.sql`select user_id from thread_reads where message_id = ${parent_id}`).toHaveLength(0)
})

test('what one reads of a thread counts no more as a mention, what is after it does', async () => {
  const { server, ada, bob, question, unread } = house
  const { room_id, parent_id, say } = await question()
  const first = await say(bob, 'Here, @ada')
  await say(bob, 'And here, @ada')
  const marked = await server.ask(`POST /rooms/${room_id}/read`, { message_id: first.id, parent_id }, ada.token)
  expect(marked.data).toMatchObject({ unread_count: 1, mention_count: 1 })
  expect(await unread(ada, room_id)).toMatchObject([{ unread_count: 1, mention_count: 1 }])
})

test.each([
  ['their own name', '@bob has'],
  ['a name that nobody has', '@nobody has'],
  ['the whole room', '@room, who has it?'],
])('nobody takes part because somebody says %s', async (_, content) => {
  const { bob, question, server } = house
  const { parent_id, say } = await question()
  await say(bob, content)
  expect(await server.sql`select from thread_reads where message_id = ${parent_id}`).toHaveLength(0)
})

test('nor of a reply whose first message has expired', async () => {
  const { server, bob, question, edit } = house
  const { parent_id, say } = await question()
  const { id } = await say(bob, 'I have')
  await server.sql`update messages set expires_at = now() where id = ${parent_id}`
  await eventually('the expiry', async () => (await server.sql`select from messages where id = ${parent_id}`).length === 0) // prettier-ignore
  expect((await edit(bob, id, '@eve has')).status).toBe(200)
  expect(await server.sql`select from thread_reads where message_id = ${parent_id}`).toHaveLength(0)
})

test('several are named in one batch of replies, each from the first that names them', async () => {
  const { server, bob, eve, ada, question, unread } = house
  const { room_id, parent_id } = await question()
  const contents = ['one', 'two @eve', 'three @eve @bob', 'four', 'five @bob']
  const sent = await Promise.all(
    contents.map((content) => ada.client.command('send_message', { room_id, content, parent_id })),
  )
  const numbers = sent.map(({ data }) => (data as unknown as { number: number }).number)
  expect(await unread(eve, room_id)).toMatchObject([{ mention_count: 2, last_read_number: (numbers[1] ?? 0) - 1 }])
  expect(await unread(bob, room_id)).toMatchObject([{ mention_count: 2, last_read_number: (numbers[2] ?? 0) - 1 }])
  expect(await server.sql`select from thread_reads where message_id = ${parent_id}`).toHaveLength(2)
})

test('what is told has the shape that is declared', () => {
  const all = [house.ada, house.bob, house.eve].flatMap(({ client }) =>
    client.events.filter(({ type }) => type === 'thread_updated'),
  )
  expect(all.some(({ data }) => data['mention_count'] === 2)).toBe(true)
  for (const { data } of all) {
    expect(Value.Clean(ThreadUpdated, structuredClone(data))).toEqual(data)
    expect([...Value.Errors(ThreadUpdated, data)]).toEqual([])
  }
})
