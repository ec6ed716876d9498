import type { Chat, protocol, shapes, Store } from 'veza-js-sdk'

import { createStore } from '../settable.ts'

/** Threads that one takes part in, with replies of others that one has not read; the one with the newest first. Null until known. */
export type UnreadThreads = Store<readonly shapes.UnreadThread[] | null>

/** `follow` keeps them up to date until what it returns is called. What came without a connection is read with the next one. */
export function createThreads(chat: Chat): { threads: UnreadThreads; follow(): () => void } {
  const store = createStore<readonly shapes.UnreadThread[] | null>(null)
  let is_reading = false
  /** Something came while it was being read, which may not be in the answer. */
  let is_stale = false
  let has_ended = false
  let was_connected = false

  async function read(): Promise<void> {
    is_stale = true
    if (is_reading) return
    is_reading = true
    try {
      while (is_stale && !has_ended) {
        is_stale = false
        const { threads } = await chat.rest('GET /users/me/unread', { query: { limit: 1 } })
        store.set(threads)
      }
    } finally {
      is_reading = false
    }
  }

  /** Without an answer there is what was there before; the next connection asks again. */
  const readAgain = () => {
    read().catch((error: unknown) => error)
  }

  function change(make: (threads: readonly shapes.UnreadThread[]) => readonly shapes.UnreadThread[]): void {
    is_stale = true
    store.set(make(store.get() ?? []))
  }

  const without = (parent_id: number) => (threads: readonly shapes.UnreadThread[]) =>
    threads.filter((one) => one.parent_id !== parent_id)

  const put = (thread: shapes.UnreadThread) =>
    change((threads) =>
      [thread, ...without(thread.parent_id)(threads)].toSorted(
        (a, b) => b.last_reply.message_id - a.last_reply.message_id,
      ),
    )

  function updated({ last_reply, last_read_number, unread_count, ...thread }: protocol.ThreadUpdatedData): void {
    const { parent_id } = thread
    const before = store.get()?.find((one) => one.parent_id === parent_id)
    const is_own = last_reply?.author_id === chat.me.get()?.id
    // What two nodes tell may cross. What is known has counted an older reply already; what else an older state says, only the server can.
    if (before !== undefined && (thread.seq ?? Infinity) < (before.seq ?? 0))
      return is_own || unread_count !== undefined ? readAgain() : undefined
    // One's own reply says that one has read what was before.
    if (last_reply === null || unread_count === 0 || is_own) return change(without(parent_id))
    // A count may be overtaken by the news that one has read.
    if (before === undefined || (last_read_number ?? Infinity) < before.last_read_number) return readAgain()
    if (last_read_number !== undefined && unread_count !== undefined)
      return put({ ...thread, last_reply, last_read_number, unread_count })
    const count = before.unread_count + Math.max(0, thread.thread_count - before.thread_count)
    put({ ...before, ...thread, last_reply, unread_count: Math.min(100, count) })
  }

  const isOf = (one: { room_id?: number }, room_id: number) => one.room_id === room_id
  const leave = (room_id: number) => change((threads) => threads.filter((one) => !isOf(one, room_id)))
  const connected = () => {
    const is_connected = chat.connection.get().status === 'connected'
    if (is_connected && !was_connected) readAgain()
    was_connected = is_connected
  }

  function follow(): () => void {
    has_ended = false
    connected()
    const ends = [
      chat.connection.subscribe(connected),
      chat.on('thread_updated', updated),
      chat.on('thread_read', ({ parent_id, last_read_number }) => {
        const known = store.get()?.find((one) => one.parent_id === parent_id)
        if (known === undefined || known.last_reply.number <= last_read_number) change(without(parent_id))
        // How many are left only the server knows.
        else readAgain()
      }),
      chat.on('room_deleted', ({ room_id }) => leave(room_id)),
      chat.on('member_left', ({ room_id, user_id }) => {
        if (user_id === chat.me.get()?.id) leave(room_id)
      }),
    ]
    return () => {
      has_ended = true
      was_connected = false
      for (const end of ends) end()
    }
  }

  return { threads: store, follow }
}
