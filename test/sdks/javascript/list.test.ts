import { describe, expect, test } from 'bun:test'

import { createList } from '../../../sdks/javascript/src/list.ts'

const room_id = 1
const membership = { room_id, slug: 'kitchen', name: 'Kitchen', seq: 10, message_number: 10, last_read_number: 7, unread_count: 3, mention_count: 1, notification_level: 'all', joined_at: '2026-01-01T00:00:00.000Z' } as const // prettier-ignore
const counted = { room_id, message_number: 10, last_read_number: 7, unread_count: 3, mention_count: 1 }

function listOf() {
  const none = new Promise<never>(() => undefined)
  const list = createList({
    me: () => null,
    dms: () => none,
    onUnknown: () => expect.unreachable(),
  })
  list.set([membership])
  const row = () => list.get({ room_id })
  const told = (data: object) => list.hear('unread_updated', data, null)
  return { list, row, told }
}

test('a room is found by its slug, also by another one that it has later', () => {
  const { list, row } = listOf()
  expect(list.get({ room_id: 'kitchen' })).toBe(row())
  list.set([{ ...membership, slug: 'scullery', is_public: false }])
  expect(list.get({ room_id: 'kitchen' })).toBeNull()
  expect(list.get({ room_id: 'scullery' })).toMatchObject({ ref: { room_id }, is_public: false })
  list.set([{ conversation_id: 2, name: 'bob', seq: 1, message_number: 1, last_read_number: 1, unread_count: 0, mention_count: 0, notification_level: 'all', joined_at: membership.joined_at }]) // prettier-ignore
  expect([list.get({ room_id: 'scullery' }), list.get({ conversation_id: 3 })]).toEqual([null, null])
})

describe('what is unread, as it is told', () => {
  test('ends where one reads', () => {
    const { row, told } = listOf()
    told({ ...counted, last_read_number: 10, unread_count: 0, mention_count: 0 })
    expect(row()).toMatchObject({ last_read_number: 10, unread_count: 0, mention_count: 0 })
  })

  test('does not come back when what was counted before one read comes later', () => {
    const { row, told } = listOf()
    told({ ...counted, last_read_number: 10, unread_count: 0, mention_count: 0 })
    told(counted)
    expect(row()).toMatchObject({ last_read_number: 10, unread_count: 0, mention_count: 0 })
    told({ ...counted, message_number: 12, unread_count: 5, mention_count: 3 })
    expect(row()).toMatchObject({ message_number: 12, unread_count: 2, mention_count: 0 })
  })

  test('is more where a change names one in what is unread, and less where it does so no longer', () => {
    const { row, told } = listOf()
    told({ ...counted, mention_count: 2 })
    expect(row()).toMatchObject({ unread_count: 3, mention_count: 2 })
    told({ ...counted, mention_count: 0 })
    expect(row()).toMatchObject({ unread_count: 3, mention_count: 0 })
  })

  test('grows by what everybody is told, of which the mentions are told apart', () => {
    const { row, told } = listOf()
    told({ room_id, message_number: 11 })
    expect(row()).toMatchObject({ message_number: 11, unread_count: 4, mention_count: 1 })
  })
})
