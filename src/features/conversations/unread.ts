import { createCoalescer } from '../../kernel/coalesce.ts'
import type { Log } from '../../kernel/log.ts'
import { within } from '../../kernel/within.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Sql } from '../../platform/db/index.ts'
import { advance, type Reached, type StandingRow, standings } from './read-queries.ts'
import type { UnreadUpdated } from './read-schema.ts'

export interface UnreadOptions {
  sql: Sql
  bus: Bus
  log: Log
}

export type Unread = ReturnType<typeof createUnread>

/** What a message that was sent changes in read states. */
interface Counted {
  id: number
  conversation_id: number
  author_id: number
  number: number
}

type Pointer = Reached & { tries: number }

const interval_ms = 1_000
const max_keys = 100_000
const max_pointers = 20_000
const at_a_time = 2_000
const max_tries = 5
const write_timeout_ms = 5_000
/** What is committed is told within this time. */
const look_ms = 50
const most_looks = 10

export const unreadUpdated = (data: UnreadUpdated): string => JSON.stringify({ type: 'unread_updated', data })

export const placeOfId = (conversation_id: number, dm: boolean) =>
  dm ? { conversation_id } : { room_id: conversation_id }

/**
 * What a sent message does to badges: every member learns how many messages there are, and its author has read up to there. The author's pointer is written
 * within a second, in bulk: a crash loses that second of pointers, and no message.
 */
export function createUnread({ sql, bus, log }: UnreadOptions) {
  const badges = createCoalescer<number, { number: number; dm: boolean }>({
    interval_ms,
    max_keys,
    emit: (conversation_id, { number, dm }) =>
      bus.publish([`b:${conversation_id}`], { v: 1, kind: 'badge', conversation_id, dm, message_number: number }),
    merge: (before, next) => (next.number > before.number ? next : before),
  })

  const own = createCoalescer<string, Counted & { dm: boolean }>({
    interval_ms,
    max_keys,
    emit: (_, { author_id, conversation_id, number, dm }) => {
      // Others may have written since, and mentioned the author.
      const message_number = Math.max(number, badges.latest(conversation_id)?.number ?? 0)
      const frame = unreadUpdated({
        ...placeOfId(conversation_id, dm),
        message_number,
        last_read_number: number,
        unread_count: message_number - number,
        ...(message_number === number && { mention_count: 0 }),
      })
      bus.publish([`u:${author_id}`], { v: 1, kind: 'user', user_id: author_id, frame })
    },
    merge: (before, next) => (next.number > before.number ? next : before),
  })

  // By author, as an author's pointers are written before anybody asks for them.
  const pointers = new Map<number, Map<number, Pointer>>()
  let waiting = 0
  let timer: Timer | undefined
  const writing = new Map<number, Promise<void>>()
  /** By conversation: who is to be told how much is unread, and who came since one looks. */
  const due = new Map<number, { people: Set<number>; more: Set<number> }>()
  const recounting = new Set<Promise<void>>()

  function remember(pointer: Pointer): void {
    const mine = pointers.get(pointer.user_id) ?? new Map<number, Pointer>()
    if (mine.size === 0) pointers.set(pointer.user_id, mine)
    const known = mine.get(pointer.conversation_id)
    if (known !== undefined && known.number >= pointer.number) return
    if (known === undefined) waiting++
    mine.set(pointer.conversation_id, pointer)
    timer ??= setTimeout(writeSoon, interval_ms).unref()
  }

  /** All that wait, or those of one author. */
  function take(user_id?: number): Pointer[] {
    const taken = user_id === undefined ? [...pointers.values()] : [pointers.get(user_id) ?? new Map<number, Pointer>()]
    if (user_id === undefined) pointers.clear()
    else pointers.delete(user_id)
    const all = taken.flatMap((mine) => [...mine.values()])
    waiting -= all.length
    return all
  }

  const writeSoon = () => {
    writeAll().catch((error: unknown) => log.error('Read pointers of authors are stuck', { error }))
  }

  function writeAll(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    return write(take())
  }

  /** Never rejects: what could not be written is tried again, a few times. */
  function write(all: readonly Pointer[]): Promise<void> {
    if (all.length === 0) return Promise.resolve()
    const done = attempt(all).then((left) => {
      for (const { user_id } of all) if (writing.get(user_id) === done) writing.delete(user_id)
      for (const each of left)
        if (each.tries < max_tries && waiting < max_pointers) remember({ ...each, tries: each.tries + 1 })
    })
    for (const { user_id } of all) writing.set(user_id, done)
    return done
  }

  /** Gives those that could not be written. */
  async function attempt(all: readonly Pointer[]): Promise<Pointer[]> {
    const left: Pointer[] = []
    for (let from = 0; from < all.length; from += at_a_time) {
      const some = all.slice(from, from + at_a_time)
      try {
        const had = await within(write_timeout_ms, advance(sql, some))
        const free = new Set(had.map((each) => `${each.user_id}:${each.conversation_id}`))
        left.push(...some.filter((each) => !free.has(`${each.user_id}:${each.conversation_id}`)))
      } catch (error) {
        log.warn('Read pointers of authors could not be written', { error, pointers: all.length - from })
        return [...left, ...all.slice(from)]
      }
    }
    return left
  }

  /**
   * Whoever counts by the events of messages must not be told of one that they hear of later, nor without one that they have heard of: where one is written
   * meanwhile, it is counted again.
   */
  async function recountOf(conversation_id: number): Promise<void> {
    let before = -1
    for (let look = 1; ; look++) {
      const asked = due.get(conversation_id)
      if (asked === undefined) return
      const { people, more } = asked
      for (const user_id of more) people.add(user_id)
      more.clear()
      await Promise.all(Array.from(people, settle))
      const rows = await standings(sql, conversation_id, [...people])
      const number = rows[0]?.message_count ?? before
      const is_quiet = number === before && (badges.latest(conversation_id)?.number ?? 0) <= number
      const is_last = look % most_looks === 0
      const is_all = more.size === 0
      // More people while one looks are a reason to look again, and none to say nothing.
      const is_told = is_last || (is_quiet && is_all)
      if (is_told) {
        for (const row of rows) tellStanding(conversation_id, row)
        people.clear()
      }
      // Where there is no row, none of them is a member any more.
      if (is_all && (is_told || rows.length === 0)) due.delete(conversation_id)
      else await Bun.sleep(look_ms)
      before = number
    }
  }

  function tellStanding(conversation_id: number, row: StandingRow): void {
    const { user_id, kind, message_count, last_read_number, mention_count } = row
    const frame = unreadUpdated({
      ...placeOfId(conversation_id, kind === 'dm'),
      message_number: message_count,
      last_read_number,
      unread_count: Math.max(0, message_count - last_read_number),
      mention_count,
    })
    bus.publish([`u:${user_id}`], { v: 1, kind: 'user', user_id, frame })
  }

  /** Resolves when this user's own messages no longer count as unread. */
  async function settle(user_id: number): Promise<void> {
    await writing.get(user_id)
    if (pointers.has(user_id)) await write(take(user_id))
  }

  return {
    /** A message that may have been read long ago names these people now, or no longer: they are told how much of that is unread. Returns at once. */
    recount: (conversation_id: number, people: readonly number[]): void => {
      if (people.length === 0) return
      const before = due.get(conversation_id)
      if (before !== undefined) {
        for (const user_id of people) before.more.add(user_id)
        return
      }
      due.set(conversation_id, { people: new Set(), more: new Set(people) })
      const done = recountOf(conversation_id)
        .catch((error: unknown) => {
          due.delete(conversation_id)
          log.warn('Whom a change mentions was not told what is unread', { error, conversation_id })
        })
        .finally(() => recounting.delete(done))
      recounting.add(done)
    },
    /** A message was committed. Returns at once. */
    sent: (message: Counted, dm: boolean): void => {
      const { id, conversation_id, author_id, number } = message
      badges.put(conversation_id, { number, dm })
      own.put(`${author_id}:${conversation_id}`, { id, conversation_id, author_id, number, dm })
      remember({ user_id: author_id, conversation_id, number, message_id: id, tries: 0 })
      if (waiting >= max_pointers) writeSoon()
    },
    settle,
    /** Says and writes what waits. */
    flush: async (): Promise<void> => {
      badges.flush()
      own.flush()
      await Promise.all([...recounting, ...writing.values(), writeAll()])
    },
  }
}
