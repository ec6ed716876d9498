import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Actor } from '../../src/kernel/actor.ts'
import { type MessageHouse, openHouse } from '../features/messages/house.ts'

setDefaultTimeout(30_000)

let house: MessageHouse
let node: ReturnType<MessageHouse['node']>
let [ada, bob, cyd] = [] as unknown as [Actor, Actor, Actor]
let room = 0

beforeAll(async () => {
  house = await openHouse()
  node = house.node()
  ada = await house.person('ada')
  bob = await house.person('bob')
  cyd = await house.person('cyd')
  room = await house.room([ada, bob, cyd])
  node.listen(room)
})
afterAll(() => house.close())

const say = (content: string, more: object = {}) => node.messages.send(ada, { room_id: room, content, ...more })
const done = async (change: Promise<{ json: string; announce(): void }>) => {
  const { json, announce } = await change
  announce()
  return JSON.parse(json) as { seq: number; timestamp: string }
}
const now = async (id: number) =>
  (await node.messages.history(ada, { room_id: room })).messages.find((each) => each.id === id)!

test('a deletion and its event are of one moment, so that who was there knows the message as who comes later', async () => {
  for (let time = 0; time < 30; time++) {
    const { id } = await say(`gone ${time}`)
    const { timestamp } = await done(node.messages.remove(ada, { message_id: id }))
    expect((await now(id)).updated_at).toBe(timestamp)
  }
})

test('a creation that is told again after later changes has its own position', async () => {
  const { id, seq } = await say('told twice')
  await done(node.messages.edit(ada, { message_id: id, content: 'told again' }))
  const { entries } = await node.reader.events(room, seq - 1, seq + 1)
  const told = entries.map(({ seq, frame }) => ({ at: seq, ...(JSON.parse(frame) as { type: string; data: object }) }))
  expect(told).toMatchObject([
    { at: seq, type: 'room_message', data: { seq, change_seq: seq } },
    { at: seq + 1, type: 'message_edited', data: { seq, change_seq: seq + 1 } },
  ])
})

test('emoji keep their order as long as anybody reacts with them, as who counts events would have it', async () => {
  const { id } = await say('react')
  const react = (actor: Actor, emoji: string) => done(node.messages.react(actor, { message_id: id, emoji }))
  const unreact = (actor: Actor, emoji: string) => done(node.messages.unreact(actor, { message_id: id, emoji }))
  await react(ada, '👍')
  await react(bob, '🎉')
  await react(cyd, '👍')
  await unreact(ada, '👍')
  const order = async () => (await now(id)).reactions.map(({ emoji }) => emoji)
  expect(await order()).toEqual(['👍', '🎉'])
  expect((await node.messages.reactions(ada, { message_id: id })).reactions.map(({ emoji }) => emoji)).toEqual(['👍', '🎉']) // prettier-ignore
  await unreact(cyd, '👍')
  await react(cyd, '👍')
  expect(await order()).toEqual(['🎉', '👍'])
})
