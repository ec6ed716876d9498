import type { Me, Summary } from './api.ts'
import { type Change, deleted } from './changes.ts'
import type { Standing } from './log.ts'
import { keyOf, type Named, placeOf } from './place.ts'
import type { DmListData, DmSummary, EventData, Membership, Message, ReadMarkedData } from './protocol.gen.ts'
import type { shapes } from './rest.ts'
import { derived, type Derived } from './store.ts'

export interface ListOptions {
  me(): Me | null
  /** Pages of `list_dms`. */
  dms(cursor: string | null): Promise<DmListData>
  /** Something came of a conversation that is not here. */
  onUnknown(): void
}

export interface List {
  readonly all: Derived<readonly Summary[] | null>
  /** A room by its slug as well. */
  get(named: Named): Summary | null
  /** All memberships, as they are at this moment. */
  set(memberships: readonly Membership[]): void
  joined(standing: Standing): void
  marked(marked: ReadMarkedData): void
  /** One is not in it any more. */
  remove(named: Named): void
  /** With the change of a log that it tells, if any. */
  hear(type: string, data: unknown, change: Change | null): void
}

/** The conversations of the user: who they are from the server, kept up to date by the user's own feed. */
export function createList(options: ListOptions): List {
  let rows: Map<string, Summary> | null = null
  /** Messages whose mention was counted, which come on every connection and may come again. */
  const counted = new Set<number>()
  const all = derived<readonly Summary[] | null>(() => (rows === null ? null : [...rows.values()].sort(compare)))

  function change(named: Named, make: (row: Summary) => Partial<Summary>): void {
    const key = keyOf(named)
    const row = rows?.get(key)
    if (row === undefined) {
      if (rows !== null) options.onUnknown()
      return
    }
    rows?.set(key, { ...row, ...make(row) })
    all.touch()
  }

  const get = (named: Named): Summary | null =>
    rows?.get(keyOf(named)) ?? [...(rows?.values() ?? [])].find(({ slug }) => slug === named.room_id) ?? null

  function set(memberships: readonly Membership[]): void {
    const before = rows
    rows = new Map(memberships.map((each) => [keyOf(each), rowOf(each, before?.get(keyOf(each)))]))
    all.touch()
    if (memberships.some(({ conversation_id }) => conversation_id !== undefined)) dms(null)
  }

  /** What `memberships` does not say. Without it the list is there all the same. */
  function dms(cursor: string | null): void {
    options.dms(cursor).then(
      ({ conversations, next_cursor }) => {
        for (const each of conversations) dm(each)
        if (next_cursor !== null) dms(next_cursor)
      },
      () => undefined,
    )
  }

  function dm({ conversation_id, other_user: { user_id, username }, last_message, is_blocked }: DmSummary): void {
    change({ conversation_id }, (row) => ({
      name: username,
      other_user: { user_id, username },
      is_blocked,
      last_message: newer(row.last_message, last_message),
    }))
  }

  const room = ({ id, slug, name, is_public }: Pick<shapes.Room, 'id' | 'slug' | 'name' | 'is_public'>) =>
    change({ room_id: id }, () => ({ slug, name, is_public }))

  function arrived(message: Message): void {
    const is_own = message.author_id === options.me()?.id
    change(message, (row) => {
      const last_read_number = is_own ? Math.max(row.last_read_number, message.number) : row.last_read_number
      const message_number = Math.max(row.message_number, message.number)
      return {
        last_message: newer(row.last_message, message),
        message_number,
        last_read_number,
        unread_count: Math.max(0, message_number - last_read_number),
        ...(is_own && message_number === message.number && { mention_count: 0 }),
      }
    })
  }

  function counts(data: EventData['unread_updated']): void {
    change(data, (row) => {
      const message_number = Math.max(row.message_number, data.message_number)
      const read = data.last_read_number ?? row.last_read_number
      const last_read_number = Math.max(row.last_read_number, read)
      return {
        message_number,
        last_read_number,
        unread_count: Math.max(0, message_number - last_read_number),
        // What was counted before one read further is over.
        mention_count: (read < last_read_number ? null : data.mention_count) ?? row.mention_count,
      }
    })
  }

  function mentioned(mention: EventData['mention']): void {
    if (mention.scope === 'here' || mention.author_id === options.me()?.id || counted.has(mention.message_id)) return
    counted.add(mention.message_id)
    if (counted.size > 5000) counted.clear()
    change(mention, (row) => ({ mention_count: Math.min(1000, row.mention_count + 1) }))
  }

  function remove(named: Named): void {
    if (rows?.delete(keyOf(named))) all.touch()
  }

  function logged(named: Named, of: Change): void {
    if (of.kind === 'put') {
      const { message } = of
      if (of.at === message.seq) arrived(message)
      else last(named, message.id, () => message)
    } else if (of.kind === 'deleted') last(named, of.data.message_id, (message) => deleted(message, of.data))
    else if (of.kind === 'gone') last(named, of.message_id, (message) => deleted(message, { seq: of.at }))
  }

  function hear(type: string, data: unknown, of: Change | null): void {
    if (of !== null) return logged(data as Named, of)
    switch (type) {
      case 'unread_updated':
        return counts(data as EventData['unread_updated'])
      case 'mention':
        return mentioned(data as EventData['mention'])
      case 'dm_blocked':
        return change(data as Named, () => ({ is_blocked: (data as EventData['dm_blocked']).is_blocked }))
      case 'room_updated':
        return room(data as EventData['room_updated'])
      case 'member_joined':
        if (
          (data as EventData['member_joined']).user_id === options.me()?.id &&
          rows?.has(keyOf(data as Named)) !== true
        )
          options.onUnknown()
        return
      case 'member_left':
        if ((data as EventData['member_left']).user_id === options.me()?.id) remove(data as Named)
        return
      case 'room_deleted':
        remove(data as Named)
    }
  }

  function last(named: Named, id: number, make: (message: Message) => Message): void {
    const row = rows?.get(keyOf(named))
    if (row?.last_message?.id === id) change(named, () => ({ last_message: make(row.last_message as Message) }))
  }

  return {
    all,
    get,
    set,
    joined: (standing) => {
      const { message_number, last_read_number, unread_count } = standing
      const room = 'slug' in standing && { name: standing.room_name, slug: standing.slug, is_public: standing.is_public } // prettier-ignore
      change(standing, () => ({ message_number, last_read_number, unread_count, ...room }))
    },
    marked: ({ last_read_number, unread_count, mention_count, ...named }) =>
      change(named, () => ({ last_read_number, unread_count, mention_count })),
    remove,
    hear,
  }
}

const blank = { slug: null, is_public: null, other_user: null, is_blocked: false, last_message: null }

function rowOf(membership: Membership, before: Summary | undefined): Summary {
  const { room_id, conversation_id: _, seq: __, ...now } = membership
  return { ...blank, ...before, ...now, ref: placeOf(membership), kind: room_id !== undefined ? 'room' : 'dm' }
}

const newer = (one: Message | null, other: Message | null): Message | null =>
  one === null || (other !== null && (other.id > one.id || (other.id === one.id && other.change_seq >= one.change_seq)))
    ? other
    : one

/** Rooms by name, then DMs, the one that was written in last first. */
const compare = (one: Summary, other: Summary): number =>
  other.kind.localeCompare(one.kind) ||
  (one.kind === 'room'
    ? one.name.localeCompare(other.name)
    : (other.last_message?.id ?? 0) - (one.last_message?.id ?? 0))
