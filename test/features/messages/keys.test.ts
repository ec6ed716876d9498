import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Actor } from '../../../src/kernel/actor.ts'
import { AppError } from '../../../src/kernel/errors.ts'
import type { Scope } from '../../../src/kernel/permissions.ts'
import { type MessageHouse, openHouse } from './house.ts'

// What an API key may is what its owner may, and no more than it was given. Here the owner is a moderator of the server and owns the room.

let house: MessageHouse
let node: ReturnType<MessageHouse['node']>
let owner: Actor
let bob: Actor
let room: number
let other: number

beforeAll(async () => {
  house = await openHouse()
  node = house.node()
  ;[owner, bob] = [await house.person('owner'), await house.person('bob')]
  await house.sql`update users set role = 'moderator' where id = ${owner.id}`
  owner = { ...owner, role: 'moderator' }
})
beforeEach(async () => {
  room = await house.room([bob])
  await house.enter(room, [owner], 'owner')
  other = (await node.messages.send(bob, { room_id: room, content: 'hello' })).id
})
afterAll(() => house.close())

const by = (...scopes: Scope[]): Actor => ({ ...owner, scopes })
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (cause: unknown) => (cause instanceof AppError ? cause.code : cause),
  )

describe('calling everybody', () => {
  const called = async (actor: Actor, content: string) => {
    const before = node.heard.length
    node.bus.listen(`b:${room}`)
    const sent = await node.messages.send(actor, { room_id: room, content })
    const frames = node.heard.slice(before).flatMap((message) => (message.kind === 'members' ? [message.frame] : []))
    const rows = await house.sql`select message_id from room_mentions where conversation_id = ${room}`
    return {
      told: frames.filter((frame) => frame.includes('"mention"')).length,
      counted: rows.length,
      called: sent.called,
    }
  }

  test.each<[string, () => Actor, string, { told: number; counted: number; called: 'room' | 'here' | undefined }]>([
    ['the owner calls the room', () => owner, '@room look', { told: 1, counted: 1, called: 'room' }],
    ['the owner calls who is here', () => owner, '@here look', { told: 1, counted: 0, called: 'here' }],
    [
      'a key with mention_room does',
      () => by('send_messages', 'mention_room'),
      '@room look',
      { told: 1, counted: 1, called: 'room' },
    ],
    ['a key without it does not', () => by('send_messages'), '@room look', { told: 0, counted: 0, called: undefined }],
    ['nor who is here', () => by('send_messages'), '@here look', { told: 0, counted: 0, called: undefined }],
    [
      'whatever else it may',
      () => by('send_messages', 'delete_all_messages'),
      '@Room @HERE',
      { told: 0, counted: 0, called: undefined },
    ],
  ])('%s', async (_, actor, content, expected) => {
    expect(await called(actor(), content)).toEqual(expected)
  })

  test('a key without it mentions people all the same', async () => {
    const { mentions } = await node.messages.send(by('send_messages'), { room_id: room, content: '@room @bob' })
    expect(mentions).toEqual([bob.id])
  })
})

describe('slow mode', () => {
  beforeEach(() => house.sql`update conversations set slow_mode_seconds = 60 where id = ${room}`.execute())
  const twice = async (actor: Actor) => {
    await node.messages.send(actor, { room_id: room, content: 'one' })
    return codeOf(node.messages.send(actor, { room_id: room, content: 'two' }))
  }

  test.each<[string, () => Actor, string | null]>([
    ['does not hold back the owner', () => owner, null],
    ['nor a key with skip_slow_mode', () => by('send_messages', 'skip_slow_mode'), null],
    ['holds back a key without it', () => by('send_messages', 'mention_room'), 'SLOW_MODE'],
  ])('%s', async (_, actor, expected) => {
    expect(await twice(actor())).toBe(expected)
  })

  test('holds back the one and not the other in one batch', async () => {
    const verdicts = await Promise.all(
      [by('send_messages'), owner, by('send_messages'), owner].map((actor) =>
        codeOf(node.messages.send(actor, { room_id: room, content: 'x' })),
      ),
    )
    expect(verdicts).toEqual([null, null, 'SLOW_MODE', null])
  })
})

test.each<[string, Scope, (actor: Actor) => Promise<unknown>]>([
  ['send', 'send_messages', (actor) => node.messages.send(actor, { room_id: room, content: 'x' })],
  ['edit', 'edit_own_messages', async (actor) => {
    const { id } = await node.messages.send(owner, { room_id: room, content: 'x' })
    return node.messages.edit(actor, { message_id: id, content: 'y' })
  }],
  ['delete its own', 'delete_own_messages', async (actor) => {
    const { id } = await node.messages.send(owner, { room_id: room, content: 'x' })
    return node.messages.remove(actor, { message_id: id })
  }],
  ["delete others'", 'delete_all_messages', (actor) => node.messages.remove(actor, { message_id: other })],
  ['pin', 'pin_messages', (actor) => node.messages.pin(actor, { message_id: other })],
  ['react', 'add_reactions', (actor) => node.messages.react(actor, { message_id: other, emoji: '👍' })],
])('a key may %s with %s alone, and not with all but that', async (_, scope, deed) => {
  const all: Scope[] = ['read_messages', 'send_messages', 'send_dm', 'edit_own_messages', 'delete_own_messages', 'delete_all_messages', 'pin_messages', 'add_reactions', 'mention_room', 'manage_rooms'] // prettier-ignore
  expect(await codeOf(deed(by(...all.filter((each) => each !== scope))))).toBe('PERMISSION_DENIED')
  expect(await codeOf(deed(by(scope)))).toBeNull()
}) // prettier-ignore
