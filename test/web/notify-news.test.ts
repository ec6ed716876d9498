// What is told of, at moments that a real server hardly ever has: each of these went wrong once.
import { expect, test } from 'bun:test'
import type { Chat, Message, Summary } from 'veza-js-sdk'

import { followNews, type News, type Told } from '../../src/web/pages/app/notify/news.ts'
import type { Wish } from '../../src/web/pages/app/notify/wish.ts'
import { eventually } from '../services/eventually.ts'

const me = 1

const row = (room_id: number, over: Partial<Summary> = {}) =>
  ({
    ref: { room_id },
    kind: 'room',
    name: `Room ${room_id}`,
    notification_level: 'all',
    unread_count: 0,
    mention_count: 0,
    last_read_number: 5,
    message_number: 5,
    last_message: null,
    ...over,
  }) as Summary

const mention = (room_id: number, number: number) =>
  ({
    id: room_id * 1000 + number,
    number,
    author_id: 2,
    username: 'bob',
    content: 'hello @ada',
    content_type: 'text',
    mentions: [me],
    is_deleted: false,
  }) as unknown as Message

type Read = (room_id: number, limit: number) => Promise<Message[]>

function follow(wish: Wish, read: Read) {
  let list: Summary[] = [row(1), row(2)]
  const listeners = new Set<() => void>()
  const chat = {
    conversations: {
      get: () => list,
      subscribe: (listener: () => void) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    on: () => () => undefined,
    command: async (_: string, { room_id, limit }: { room_id: number; limit: number }) => ({
      messages: await read(room_id, limit),
    }),
  } as unknown as Chat
  const claimed = new Set<number>()
  const told: Told = {
    upTo: () => Promise.resolve(0),
    claim: (_, __, ids) => {
      const fresh = new Set(ids.filter((id) => !claimed.has(id)))
      for (const id of fresh) claimed.add(id)
      return Promise.resolve(fresh)
    },
  }
  const heard: News[] = []
  const tell = (news: readonly News[]) => heard.push(...news)
  followNews({
    chat,
    user_id: me,
    told,
    inTurn: (_, act) => act(),
    level: () => wish,
    isLookedAt: () => Promise.resolve(false),
    tell,
  })
  const change = (rows: Summary[]) => {
    list = rows
    for (const listener of listeners) listener()
  }
  return { heard, change }
}

const counted = { mention_count: 1, unread_count: 1, message_number: 6 }

test('mentions that were missed in two rooms are told, also when the list changes before the second has its turn', async () => {
  const first = Promise.withResolvers<void>()
  const { heard, change } = follow('mentions', async (room_id) => {
    if (room_id === 1) await first.promise
    return [mention(room_id, 6)]
  })
  const rows = [row(1, counted), row(2, counted)]
  change(rows)
  await Promise.resolve()
  change(rows.map((one) => ({ ...one, slug: 'another' })))
  first.resolve()
  await eventually('both', () => heard.length === 2)
  expect(heard.map(({ message_id }) => message_id)).toEqual([1006, 2006])
})

test('of what was missed a call to the room is told as a mention is, and nothing that only looks like one', async () => {
  const said = (number: number, called?: 'room' | 'here') => ({ ...mention(1, number), mentions: [], ...(called && { called }) }) // prettier-ignore
  const { heard, change } = follow('mentions', () => Promise.resolve([said(6), said(7, 'room'), said(8, 'here')]))
  change([row(1, { mention_count: 1, unread_count: 3, message_number: 8 }), row(2)])
  await eventually('the call', () => heard.length > 0)
  expect(heard.map(({ message_id }) => message_id)).toEqual([1007])
})

test('a mention that could not be read is told when the list comes again', async () => {
  let tries = 0
  const { heard, change } = follow('mentions', (room_id) =>
    (tries += 1) === 1 ? Promise.reject(new Error('NOT_CONNECTED')) : Promise.resolve([mention(room_id, 6)]),
  )
  const rows = [row(1, counted), row(2)]
  change(rows)
  await eventually('a try', () => tries === 1)
  await eventually('the mention', () => {
    change([...rows])
    return heard.length === 1
  })
  expect(heard[0]?.message_id).toBe(1006)
})

test('of many more than were counted, one line says how many', async () => {
  const { heard, change } = follow('all', (room_id, limit) =>
    Promise.resolve(Array.from({ length: limit }, (_, at) => mention(room_id, 305 - limit + 1 + at))),
  )
  change([row(1, { unread_count: 10, message_number: 15 }), row(2)])
  await eventually('the line', () => heard.length === 1)
  expect(heard[0]).toMatchObject({ room: 'Room 1', count: 300 })
})
