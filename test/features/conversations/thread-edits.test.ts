import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { eventually } from '../../services/eventually.ts'
import { threadPeople } from './thread-people.ts'

setDefaultTimeout(30_000)
let house: Awaited<ReturnType<typeof threadPeople>>
beforeAll(async () => {
  house = await threadPeople()
})
afterAll(() => house.close())

/** A thread of ada's in which bob and then eve have replied: ada has both to read, bob one, eve none. */
async function talk() {
  const { ada, bob, eve, question, told } = house
  const one = await question()
  const replies = [await one.say(bob, 'I have'), await one.say(eve, 'Not me')] as const
  for (const who of [ada, bob, eve]) await eventually('all is told', () => told(who, one.parent_id).at(-1)?.thread_count === 2) // prettier-ignore
  return { ...one, replies }
}

describe('an edit is told to those who have the thread in their list', () => {
  test('of its newest reply', async () => {
    const { ada, bob, eve, edit, unread, counted } = house
    const { room_id, parent_id, replies } = await talk()
    await edit(eve, replies[1].id, 'Or me')
    for (const [who, unread_count] of [
      [ada, 2],
      [bob, 1],
    ] as const) {
      // prettier-ignore
      await eventually('they are told', () => counted(who, parent_id).at(-1)?.last_reply?.preview === 'Or me')
      expect(counted(who, parent_id).at(-1)).toMatchObject({ unread_count, thread_count: 2 })
      expect(counted(who, parent_id).at(-1)).toEqual((await unread(who, room_id))[0] as never)
    }
    expect(counted(eve, parent_id)).toEqual([])
  })

  test('of its first message', async () => {
    const { ada, bob, eve, edit, unread, counted } = house
    const { room_id, parent_id } = await talk()
    await edit(ada, parent_id, 'Who has the lock?')
    for (const who of [ada, bob]) {
      await eventually('they are told', () => counted(who, parent_id).at(-1)?.preview === 'Who has the lock?')
      expect(counted(who, parent_id).at(-1)).toEqual((await unread(who, room_id))[0] as never)
    }
    expect(counted(eve, parent_id)).toEqual([])
  })

  test('but not of an older reply, which the list does not show', async () => {
    const { ada, bob, eve, edit, told, counted, unread } = house
    const { room_id, parent_id, replies } = await talk()
    // Whose reply was told of together with the next one was told how they stand.
    const before = [ada, bob].map((who) => counted(who, parent_id).length)
    await edit(bob, replies[0].id, 'I had')
    // Of one thread all is told in turn.
    await edit(eve, replies[1].id, 'Or me')
    for (const who of [ada, bob])
      await eventually('they are told', () => counted(who, parent_id).at(-1)?.last_reply?.preview === 'Or me')
    expect([ada, bob].map((who) => counted(who, parent_id).length)).toEqual(before.map((count) => count + 1))
    expect(told(ada, parent_id).at(-1)?.last_reply?.preview).toBe('Or me')
    expect(await unread(ada, room_id)).toMatchObject([{ last_reply: { preview: 'Or me' } }])
  })

  test('at most once a second of each thread', async () => {
    const { ada, eve, edit, counted } = house
    const { parent_id, replies } = await talk()
    const began = performance.now()
    for (let n = 1; n <= 20; n++) await edit(eve, replies[1].id, `Try ${n}`)
    await eventually('the last is told', () => counted(ada, parent_id).at(-1)?.last_reply?.preview === 'Try 20')
    expect(counted(ada, parent_id).length).toBeLessThanOrEqual(2 + (performance.now() - began) / 1_000)
  })
})

test('of two states of a thread the later has the higher seq, told or read', async () => {
  const { ada, bob, eve, server, edit, unread, told } = house
  const { room_id, parent_id, replies } = await talk()
  const deeds = [
    () => edit(eve, replies[1].id, 'Or me'),
    () => server.ask(`DELETE /messages/${replies[0].id}`, undefined, bob.token),
    () => edit(ada, parent_id, 'Who has the lock?'),
    () => server.sql`update messages set expires_at = now() where id = ${replies[0].id}`,
  ]
  for (const deed of deeds) {
    const before = told(ada, parent_id).length
    await deed()
    await eventually('ada is told', () => told(ada, parent_id).length > before)
  }
  const seqs = told(ada, parent_id).map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
  expect(new Set(seqs).size).toBeGreaterThan(deeds.length)
  expect((await unread(ada, room_id))[0]?.seq).toBe(seqs.at(-1) ?? 0)
})
