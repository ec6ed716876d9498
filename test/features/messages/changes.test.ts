import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Actor } from '../../../src/kernel/actor.ts'
import { type MessageHouse, openHouse } from './house.ts'

setDefaultTimeout(30_000)

let house: MessageHouse
let node: ReturnType<MessageHouse['node']>
let [ada, bob, eve, mod, guest] = [] as unknown as [Actor, Actor, Actor, Actor, Actor]
let room = 0
let dm = 0

beforeAll(async () => {
  house = await openHouse()
  node = house.node()
  const people = []
  for (const name of ['ada', 'bob', 'eve', 'mod', 'guest']) people.push(await house.person(name))
  ;[ada, bob, eve, mod, guest] = people as typeof people & [Actor, Actor, Actor, Actor, Actor]
  guest.role = 'guest'
})
afterAll(() => house.close())

beforeEach(async () => {
  room = await house.room([ada, bob, guest])
  await house.enter(room, [mod], 'moderator')
  const [known] = await house.sql<{ id: number }[]>`select id from conversations where kind = 'dm'`
  dm = known?.id ?? (await house.dm(ada, bob))
  node.listen(room)
  node.bus.listen(`u:${ada.id}`)
  node.heard.length = 0
})

const say = (actor: Actor, content: string, more: object = {}) =>
  node.messages.send(actor, { room_id: room, content, ...more })
const events = (id = room) =>
  node.entries(id).map(({ seq, frame }) => ({ seq, ...(JSON.parse(frame) as { type: string; data: Data }) }))
type Data = Record<string, unknown> & { change_seq: number; seq: number }
const made = async (changed: Promise<{ json: string; announce(): void }>) => {
  const { json, announce } = await changed
  announce()
  return JSON.parse(json) as Data
}
const state = async (_actor: Actor, since: number, id = room) =>
  (await node.reader.changes(id, since)).messages as (Data & { id: number; content: string })[]

const commands = {
  edit: (actor: Actor, message_id: number) => node.messages.edit(actor, { message_id, content: 'changed' }),
  delete: (actor: Actor, message_id: number) => node.messages.remove(actor, { message_id }),
  pin: (actor: Actor, message_id: number) => node.messages.pin(actor, { message_id }),
  react: (actor: Actor, message_id: number) => node.messages.react(actor, { message_id, emoji: '👍' }),
  unreact: (actor: Actor, message_id: number) => node.messages.unreact(actor, { message_id, emoji: '👍' }),
  reactions: async (actor: Actor, message_id: number) => node.messages.reactions(actor, { message_id }),
}
type Name = keyof typeof commands

describe('a change', () => {
  test('takes the next seq, tells it once, and leaves the place in the timeline', async () => {
    const { id } = await say(ada, 'one')
    await made(commands.edit(ada, id))
    await made(commands.react(bob, id))
    await made(commands.pin(mod, id))
    await made(node.messages.pin(mod, { message_id: id, pin: false }))
    await made(commands.unreact(bob, id))
    await made(node.messages.remove(mod, { message_id: id, reason: 'spam' }))
    expect(events().map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'room_message'],
      [2, 'message_edited'],
      [3, 'reaction_added'],
      [4, 'message_pinned'],
      [5, 'message_unpinned'],
      [6, 'reaction_removed'],
      [7, 'message_deleted'],
    ])
    for (const { seq, data } of events()) expect(data.change_seq ?? data.seq).toBe(seq)
    expect(await house.head(room)).toMatchObject({ last_seq: 7, message_count: 1, last_message_id: id })
    expect(await state(bob, 1)).toMatchObject([{ id, seq: 1, change_seq: 7, number: 1, content: '', is_deleted: true }])
  })

  test.each<[Name, () => Promise<unknown>]>([
    ['edit', () => made(commands.edit(ada, last))],
    ['delete', () => made(commands.delete(ada, last))],
    ['pin', () => made(commands.pin(mod, last))],
    ['react', () => made(commands.react(ada, last))],
  ])('%s that changes nothing takes no seq and is not told', async (_name, again) => {
    last = (await say(ada, 'one')).id
    expect(await again()).not.toHaveProperty('unchanged')
    const [before, told] = [await house.head(room), events().length]
    expect(await again()).toMatchObject({ unchanged: true })
    expect(await house.head(room)).toEqual(before)
    expect(events()).toHaveLength(told)
  })
  let last = 0

  const cases: [Name, string, () => Actor, string][] = [
    ['edit', 'somebody else', () => bob, 'PERMISSION_DENIED'],
    ['edit', 'a moderator', () => mod, 'PERMISSION_DENIED'],
    ['edit', 'an outsider', () => eve, 'MESSAGE_NOT_FOUND'],
    ['delete', 'somebody else', () => bob, 'PERMISSION_DENIED'],
    ['delete', 'an outsider', () => eve, 'MESSAGE_NOT_FOUND'],
    ['pin', 'a member', () => bob, 'PERMISSION_DENIED'],
    ['pin', 'an outsider', () => eve, 'MESSAGE_NOT_FOUND'],
    ['react', 'a guest', () => guest, 'PERMISSION_DENIED'],
    ['react', 'an outsider', () => eve, 'MESSAGE_NOT_FOUND'],
    ['unreact', 'a guest', () => guest, 'PERMISSION_DENIED'],
    ['unreact', 'an outsider', () => eve, 'MESSAGE_NOT_FOUND'],
    ['reactions', 'an outsider', () => eve, 'MESSAGE_NOT_FOUND'],
  ]
  test.each(cases)('%s is refused to %s', async (name, _who, who, code) => {
    const { id } = await say(ada, 'one')
    await expect(commands[name](who(), id)).rejects.toMatchObject({ code })
    expect(await house.head(room)).toMatchObject({ last_seq: 1 })
  })

  test.each(Object.keys(commands) as Name[])('%s of a message that is not there', async (name) => {
    await expect(commands[name](ada, 999_999_999)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
  })

  test.each(['edit', 'react', 'pin'] as const)('%s of a deleted message', async (name) => {
    const { id } = await say(mod, 'one')
    await made(commands.delete(mod, id))
    await expect(commands[name](mod, id)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
  })

  test.each(['edit', 'react', 'unreact', 'pin'] as const)('%s in an archived room', async (name) => {
    const { id } = await say(mod, 'one')
    await house.sql`update conversations set archived_at = now() where id = ${room}`
    await expect(commands[name](mod, id)).rejects.toMatchObject({ code: 'PERMISSION_DENIED', details: { reason: 'archived' } }) // prettier-ignore
  })

  test.each(['edit', 'react', 'unreact'] as const)('%s by one who is muted', async (name) => {
    const { id } = await say(ada, 'one')
    await house.sql`update members set muted_until = now() + interval '90 seconds' where conversation_id = ${room} and user_id = ${ada.id}`
    const refusal = await commands[name](ada, id).catch((cause: unknown) => cause)
    expect(refusal).toMatchObject({ code: 'USER_MUTED' })
    const { retry_after } = refusal as { retry_after: number }
    expect(retry_after).toBeWithin(80, 91)
    await expect(say(ada, 'more')).rejects.toMatchObject({ code: 'USER_MUTED' })
  })

  test.each(['edit', 'react', 'pin'] as const)('%s in a blocked DM', async (name) => {
    const { id } = await node.messages.send(ada, { conversation_id: dm, content: 'one' })
    await house.sql`insert into blocks (user_id, blocked_user_id) values (${bob.id}, ${ada.id})`
    await expect(commands[name](ada, id)).rejects.toMatchObject({ code: 'CONVERSATION_BLOCKED' })
    await house.sql`delete from blocks`
  })

  test.each(['edit', 'react', 'pin', 'delete'] as const)(
    '%s in a DM is told to both, by conversation_id',
    async (name) => {
      const { id } = await node.messages.send(ada, { conversation_id: dm, content: `one ${name}` })
      node.heard.length = 0
      await made(commands[name](ada, id))
      const told = { kind: 'log', conversation_id: dm, audience: [ada.id, bob.id] }
      expect(node.heard).toMatchObject([{ ...told, entries: [] }, told])
      expect(events(dm)[0]!.data).toMatchObject({ conversation_id: dm, message_id: id })
      expect(events(dm)[0]!.data).not.toHaveProperty('room_id')
    },
  )

  test('a moderator of the server cannot delete in a DM of two others, nor see it', async () => {
    const { id } = await node.messages.send(ada, { conversation_id: dm, content: 'ours' })
    const admin: Actor = { ...eve, role: 'admin' }
    await expect(commands.delete(admin, id)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
    await expect(commands.delete({ ...bob, role: 'admin' }, id)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  test('of one who only sees the public room', async () => {
    const { id } = await say(ada, 'one')
    await house.sql`update conversations set is_public = true where id = ${room}`
    await expect(commands.react(eve, id)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  test('many at once each take a seq of their own', async () => {
    const { id } = await say(ada, 'one')
    const emoji = [':a:', ':b:', ':c:']
    await Promise.all(emoji.flatMap((each) => [ada, bob, mod].map((actor) => made(node.messages.react(actor, { message_id: id, emoji: each }))))) // prettier-ignore
    await Promise.all([say(bob, 'two'), made(commands.edit(ada, id)), say(bob, 'three')])
    expect(events().map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, n) => n + 1)) // prettier-ignore
    const message = (await state(ada, 0)).find((each) => each.id === id)
    expect(message).toMatchObject({ content: 'changed', reactions: [{ count: 3 }, { count: 3 }, { count: 3 }] })
  })

  test('whose telling was lost is told again from the log, in order', async () => {
    const { id } = await say(ada, 'one')
    await commands.edit(ada, id)
    await commands.react(bob, id)
    const reply = await say(bob, 'two', { parent_id: id })
    await commands.pin(mod, id)
    await node.messages.remove(bob, { message_id: reply.id })
    const { head, entries } = await node.reader.events(room, 0, 6)
    expect(head).toBe(6)
    const told = entries.map(({ seq, frame }) => [seq, JSON.parse(frame)])
    expect(told).toMatchObject([
      [1, { type: 'room_message', data: { id } }],
      [2, { type: 'message_edited', data: { id, content: 'changed', change_seq: 2 } }],
      [
        3,
        {
          type: 'reaction_added',
          data: { message_id: id, seq: 3, emoji: '👍', count: 1, user_id: bob.id, username: 'bob' },
        },
      ],
      [4, { type: 'room_message', data: { id: reply.id, parent_thread_count: 1 } }],
      [5, { type: 'message_pinned', data: { id, change_seq: 5, is_pinned: true } }],
      [6, { type: 'message_deleted', data: { message_id: reply.id, seq: 6, deleted_by: bob.id, reason: null } }],
    ])
  })
})

describe('edit_message', () => {
  test('keeps what it said before, and counts', async () => {
    const { id } = await say(ada, 'one')
    await made(node.messages.edit(ada, { message_id: id, content: 'two', edit_reason: 'typo' }))
    const edited = await made(node.messages.edit(ada, { message_id: id, content: 'three' }))
    expect(edited).toMatchObject({
      id,
      content: 'three',
      is_edited: true,
      edit_count: 2,
      edited_at: expect.any(String),
    })
    const kept =
      await house.sql`select edit_number, content, reason from message_edits where message_id = ${id} order by 1`
    expect([...kept]).toEqual([
      { edit_number: 1, content: 'one', reason: 'typo' },
      { edit_number: 2, content: 'two', reason: null },
    ])
  })

  test.each([
    ['nothing', '  ', 'MESSAGE_EMPTY'],
    ['too much', 'x'.repeat(2001), 'MESSAGE_TOO_LONG'],
    ['NUL', 'a\0b', 'VALIDATION_FAILED'],
  ])('refuses %s', async (_what, content, code) => {
    const { id } = await say(ada, 'one')
    await expect(node.messages.edit(ada, { message_id: id, content })).rejects.toMatchObject({ code })
  })

  test('tells those who are mentioned now and were not before, and counts them', async () => {
    const { id } = await say(ada, 'hello @bob')
    node.bus.listen(`u:${mod.id}`)
    node.bus.listen(`u:${bob.id}`)
    node.heard.length = 0
    await made(node.messages.edit(ada, { message_id: id, content: 'hello @bob and @mod' }))
    const mentioned = () => node.heard.flatMap((each) => (each.kind === 'user' ? [each.user_id] : []))
    expect(mentioned()).toEqual([mod.id])
    await made(node.messages.edit(ada, { message_id: id, content: 'hello @mod' }))
    const rows = await house.sql`select user_id from mentions where message_id = ${id}`
    expect(rows.map((row) => row['user_id'])).toEqual([mod.id])
    expect(await state(ada, 0)).toMatchObject([{ mentions: [mod.id], mention_count: 1 }])
  })
})

describe('delete_message', () => {
  test('leaves nothing of what was said', async () => {
    const { id } = await say(ada, 'secret @bob', { metadata: { client_id: 'c', colour: 'red' } })
    await made(commands.edit(ada, id))
    await made(commands.react(bob, id))
    await made(commands.pin(mod, id))
    await made(commands.delete(ada, id))
    for (const table of ['reactions', 'mentions', 'message_edits'])
      expect(await house.sql`select from ${house.sql(table)} where message_id = ${id}`).toHaveLength(0)
    const [row] = await house.sql`select content, metadata, pinned_at from messages where id = ${id}`
    expect(row).toEqual({ content: '', metadata: null, pinned_at: null })
    expect(await state(bob, 0)).toMatchObject([
      { content: '', is_deleted: true, is_pinned: false, reactions: [], mentions: [], metadata: {} },
    ])
  })

  test('of a moderator is written down', async () => {
    const { id } = await say(ada, 'spam')
    await made(node.messages.remove(mod, { message_id: id, reason: 'spam' }))
    const rows =
      await house.sql`select actor_id, action, target_id, conversation_id, outcome, details from audit_pending where target_id = ${String(id)}`
    expect([...rows]).toEqual([
      { actor_id: mod.id, action: 'message.delete', target_id: String(id), conversation_id: room, outcome: 'success', details: { author_id: ada.id, reason: 'spam' } }, // prettier-ignore
    ])
  })
})

describe('pins', () => {
  test('are listed, the one pinned last first, and bounded', async () => {
    const ids = []
    for (const content of ['one', 'two', 'three', 'four']) ids.push((await say(ada, content)).id)
    for (const id of ids.slice(0, 3)) await made(commands.pin(mod, id))
    await expect(commands.pin(mod, ids[3]!)).rejects.toMatchObject({ code: 'RESOURCE_CONFLICT' })
    const { messages } = await node.messages.pinned(bob, { room_id: room })
    expect(messages.map(({ id }) => id)).toEqual(ids.slice(0, 3).toReversed())
    await expect(node.messages.pinned(eve, { room_id: room })).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' })
  })

  test('name the room of the message, if they name one', async () => {
    const { id } = await say(mod, 'one')
    const other = await house.room([mod])
    await expect(node.messages.pin(mod, { message_id: id, room_id: other })).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' }) // prettier-ignore
    await expect(node.messages.pin(mod, { message_id: id, conversation_id: room })).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' }) // prettier-ignore
    expect(await made(node.messages.pin(mod, { message_id: id, room_id: room }))).toMatchObject({ is_pinned: true })
  })
})

describe('reactions', () => {
  test('are counted by emoji, the first used first', async () => {
    const { id } = await say(ada, 'one')
    for (const [actor, emoji] of [[bob, '🎉'], [ada, '👍'], [mod, '👍']] as const) await made(node.messages.react(actor, { message_id: id, emoji })) // prettier-ignore
    const person = ({ id: user_id, username }: Actor) => ({ user_id, username })
    const reactions = [
      { emoji: '🎉', count: 1, users: [person(bob)] },
      { emoji: '👍', count: 2, users: [person(ada), person(mod)] },
    ]
    expect(await node.messages.reactions(ada, { message_id: id })).toEqual({ room_id: room, room_name: expect.any(String), message_id: id, total_reactions: 3, reactions }) // prettier-ignore
    expect((await node.messages.history(ada, { room_id: room })).messages).toMatchObject([{ reactions }])
    await made(node.messages.unreact(bob, { message_id: id, emoji: '🎉' }))
    expect(await state(ada, 0)).toMatchObject([{ reactions: reactions.slice(1) }])
  })

  test.each(['', 'a', 'thumbs', '👍👍', ':UPPER:', '::', ':a b:', ' 👍', '<b>', "':'", '1'])(
    '%j is no emoji',
    async (emoji) => {
      const { id } = await say(ada, 'one')
      await expect(node.messages.react(ada, { message_id: id, emoji })).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
      })
    },
  )

  test.each(['👍', '👍🏽', '❤️', '❤', '👨‍👩‍👧', '🇫🇷', '1️⃣', ':party_parrot:', ':+1:'])('%s is one', async (emoji) => {
    const { id } = await say(ada, 'one')
    expect(await made(node.messages.react(ada, { message_id: id, emoji }))).toMatchObject({ emoji, count: 1 })
  })

  test('of more kinds than the limit are refused, and one of a known kind is not', async () => {
    const { id } = await say(ada, 'one')
    for (const emoji of [':a:', ':b:', ':c:']) await made(node.messages.react(ada, { message_id: id, emoji }))
    await expect(node.messages.react(bob, { message_id: id, emoji: ':d:' })).rejects.toMatchObject({ code: 'RESOURCE_CONFLICT' }) // prettier-ignore
    expect(await made(node.messages.react(bob, { message_id: id, emoji: ':a:' }))).toMatchObject({ count: 2 })
  })
})

describe('a call to everybody', () => {
  test.each([
    ['a moderator', () => mod, '@room look', 'room', 1],
    ['a moderator', () => mod, '@here look', 'here', 0],
    ['a member', () => ada, '@room look', null, 0],
    ['a moderator without calling', () => mod, 'mail room@example.com', null, 0],
  ] as const)('by %s: %#', async (_who, who, content, scope, rows) => {
    node.bus.listen(`b:${room}`)
    const { id } = await say(who(), content)
    const calls = node.heard.flatMap((each) => (each.kind === 'members' ? [JSON.parse(each.frame)] : []))
    const expected = {
      type: 'mention',
      data: { room_id: room, message_id: id, author_id: who().id, preview: content, scope },
    }
    expect(calls).toMatchObject(scope === null ? [] : [expected])
    expect(await house.sql`select from room_mentions where message_id = ${id}`).toHaveLength(rows)
  })

  test.each([
    ['a moderator', () => mod, 'look @Room.', 'room'],
    ['a moderator', () => mod, '@here look', 'here'],
    ['a moderator', () => mod, '@here and @room', 'room'],
    ['a moderator without calling', () => mod, 'mail room@example.com', undefined],
    ['a member', () => ada, '@room @here', undefined],
  ] as const)('of %s is told by the message, wherever it is read: %#', async (_who, who, content, called) => {
    const sent = await say(who(), content)
    await made(commands.pin(mod, sent.id))
    const told = events().find(({ type }) => type === 'room_message')?.data
    const [pinned] = (await node.messages.pinned(bob, { room_id: room })).messages
    const [read] = (await node.messages.history(ada, { room_id: room })).messages
    const [missed] = await state(ada, 0)
    const one = await node.messages.message(bob, sent.id)
    expect([sent, told, pinned, read, missed, one].map((each) => each?.['called' as never])).toEqual(Array(6).fill(called)) // prettier-ignore
  })

  test('is text in a DM', async () => {
    const sent = await node.messages.send(ada, { conversation_id: dm, content: '@room @here' })
    expect(sent).not.toHaveProperty('called')
  })

  test.each([
    ['stays while the text has it', '@room look', ['@room, look here'], 'room', 1],
    ['is over without it', '@room look', ['look'], undefined, 0],
    ['does not become another', '@room look', ['@here look'], undefined, 0],
    ['nor more', '@here look', ['@room @here look'], 'here', 0],
    ['is not made by an edit', 'look', ['@room look'], undefined, 0],
    ['nor made again', '@room look', ['look', '@room look'], undefined, 0],
  ] as const)('that is edited %s', async (_, content, edits, called, rows) => {
    const { id } = await say(mod, content)
    for (const edit of edits) await made(node.messages.edit(mod, { message_id: id, content: edit }))
    expect(events().at(-1)?.data['called']).toBe(called)
    expect((await state(ada, 0))[0]?.['called']).toBe(called)
    expect(await house.sql`select from room_mentions where message_id = ${id}`).toHaveLength(rows)
  })

  test.each(['deletion', 'expiry'])('ends with the message, by %s', async (end) => {
    const { id } = await say(mod, '@room look', { expires_in: 3600 })
    if (end === 'deletion') await made(commands.delete(mod, id))
    else await house.sql`update messages set expires_at = now() - interval '1 second' where id = ${id}`
    const [missed] = await state(ada, 0)
    expect(missed).toMatchObject({ id, content: '', is_deleted: true })
    expect(missed).not.toHaveProperty('called')
  })
})
