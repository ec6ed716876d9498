import type { ChatError, Conversation, Pending, Store } from './api.ts'
import type { Change } from './changes.ts'
import { createCopy } from './copy.ts'
import { Refusal } from './errors.ts'
import { createHistory } from './history.ts'
import type { ConversationOptions, Inner } from './inner.ts'
import { createLog } from './log.ts'
import { membersOf } from './members.ts'
import { isDm, keyOf, placeOf, placeOfRef } from './place.ts'
import type { CommandData, CommandType, DeleteMessageData, EventData, Message, Typing } from './protocol.gen.ts'
import { createReading } from './reading.ts'
import { cell, derived, once, watched } from './store.ts'
import { createThreads } from './threads.ts'
import { timelineOf } from './timeline.ts'
import { createTyping } from './typing.ts'

/** So long a conversation that nobody looks at is followed, for those who come back. */
const linger_ms = 30_000

export function createConversation(options: ConversationOptions): Inner {
  const { ref, connection, outbox, list, me } = options
  let place = placeOfRef(ref)
  let holders = 0
  let users = 0
  let newest_id = 0
  let linger: ReturnType<typeof setTimeout> | undefined
  /** One left, or was put out of it: only somebody's wish, or being a member again, begins it anew, as to follow a public room is to join it. */
  let has_ended = false
  /** What the server has, and the log has not told yet. */
  let acknowledged: { pending: Pending; seq: number }[] = []

  const named = () => place ?? ref
  const changes = derived(() => null)
  const touched = changes.touch
  const copy = createCopy(options.max_messages, touched)
  const receipts = cell<ReadonlyMap<number, number>>(new Map())
  const typing = createTyping((type) => connection.tell(type, named()))
  const history = createHistory({
    copy,
    ask: (which) => connection.command('get_history', { ...named(), ...which }),
    limit: options.max_messages,
    isOpen,
    touched,
  })

  const log = createLog({
    join: (since_seq, settle) => {
      if (since_seq === null) connection.ask('join_room', named(), settle)
      else connection.resume({ ...named(), since_seq }, settle)
    },
    onStanding: (standing) => {
      place ??= placeOf(standing)
      newest_id = Math.max(newest_id, standing.last_message_id ?? 0)
      list.joined(standing)
      // The page was refused as long as one was not in, or came before one was, and then nobody tells what came between.
      if (copy.main.status === 'ready' && log.position() === null) copy.main.status = 'failed'
      retry()
      outbox.again(isOwn)
    },
    onChange: (change) => {
      copy.apply(change)
      if (change.kind === 'put') came(change.message)
    },
    onMissed: (messages) => {
      copy.missed(messages, options.serverNow())
      for (const message of messages) came(message)
    },
    onReset: (newest) => {
      copy.reset(newest)
      for (const message of newest) came(message)
      load()
    },
    onFailed: (error, is_out) => {
      failed(error)
      has_ended = is_out
      if (is_out) list.remove(named())
    },
  })

  function failed(error: ChatError): void {
    clear()
    copy.main.status = 'failed'
    copy.main.error = error
    touched()
  }

  function came(message: Message): void {
    newest_id = Math.max(newest_id, message.id)
    typing.wrote(message.author_id)
    if (message.author_id === me.get()?.id && message.client_id !== undefined) outbox.seen(message.client_id)
  }

  /** Of what the server has, what the log has not told yet. */
  function untold() {
    const position = log.position() ?? Infinity
    return acknowledged.filter(({ seq }) => seq > position)
  }

  const summary = derived(() => list.get(place ?? ref), [list.all])
  /** What one's messages are sent to: by number where the list knows that before one has joined. */
  const target = () => summary.get()?.ref ?? named()
  const isOwn = (pending: Pending) => [ref, target()].some((each) => keyOf(each) === keyOf(pending.ref))
  const pending = () => [...untold().map(({ pending }) => pending), ...outbox.all.get().filter(isOwn)]
  const sources = [changes, outbox.all]
  const timeline = derived(() => timelineOf(copy.main, copy, pending(), me.get()?.id), sources)
  const pinned = derived<readonly Message[]>(() => (copy.pinned() ?? []).flatMap((id) => copy.get(id) ?? []), [changes])
  const threads = createThreads({
    copy,
    history,
    follow: hold,
    pending,
    me: () => me.get()?.id,
    send,
    sources,
  })

  /** Counts who looks at a store. */
  const used = <T>(store: Store<T>) =>
    watched(store, () => {
      users++
      options.onUse()
      return () => {
        users--
      }
    })

  function isOpen(): boolean {
    return holders > 0 || linger !== undefined
  }

  /** Joins, and asks for the newest page and the pins in the same breath. */
  function load(): void {
    has_ended = false
    if (connection.state.get().status !== 'connected') return
    if (copy.main.status === 'failed') copy.clear()
    log.follow()
    history.newest(copy.main)
    threads.load()
    if (copy.pinned() !== null) return
    readPins().catch(() => undefined)
  }

  async function readPins(): Promise<void> {
    const done = copy.asking()
    try {
      const { messages } = await connection.command('get_pinned_messages', named())
      if (log.position() !== null) copy.pins(messages)
    } finally {
      done()
    }
  }

  function hold(): () => void {
    clearTimeout(linger)
    linger = undefined
    options.onUse()
    if (++holders === 1) {
      if (copy.main.status !== 'ready') {
        copy.clear()
        copy.main.status = 'loading'
        touched()
      }
      load()
    }
    return once(() => {
      if (--holders === 0 && !has_ended) linger = setTimeout(letGo, linger_ms)
    })
  }

  function letGo(): void {
    if (log.isLive() && !isDm(ref) && !options.isShared()) connection.ask('leave_room', named(), () => undefined)
    clear()
  }

  function clear(): void {
    clearTimeout(linger)
    linger = undefined
    has_ended = false
    log.end()
    copy.clear()
    typing.clear()
    acknowledged = []
  }

  function send(content: string, given: Parameters<Conversation['send']>[1] = {}): Pending {
    typing.sent()
    return outbox.add(target(), content, given)
  }

  const markRead = createReading({
    ask: (message_id) => connection.command('mark_read', { ...named(), message_id }),
    onMarked: list.marked,
  })

  function hear(type: string, data: unknown, change: Change | null): void {
    if (change !== null) return log.hear(change)
    // Each event has those of the two that it needs.
    const { user_id, message_id } = data as EventData['read_receipt']
    const is_me = user_id === me.get()?.id
    switch (type) {
      case 'typing_start':
      case 'typing_stop':
        if (!is_me) typing.hear(type, data as Typing)
        return
      case 'read_receipt':
        return receipts.set(new Map(receipts.get()).set(user_id, message_id))
      case 'resync':
        return log.resync()
      case 'room_deleted':
        return ended('ROOM_NOT_FOUND')
      case 'member_left':
        if (is_me) ended('PERMISSION_DENIED')
        return
      case 'member_joined':
        if (is_me) retry()
        return
      case 'member_updated':
        if (is_me) outbox.again(isOwn)
        return
      case 'room_updated':
        outbox.again(isOwn)
    }
  }

  /** Where nobody looks, the refusal alone is forgotten. */
  function retry(): void {
    if (copy.main.status !== 'failed') return
    if (isOpen()) load()
    else clear()
  }

  function ended(code: string): void {
    if (!isOpen()) return
    failed(new Refusal(code))
    has_ended = true
  }

  /** For those who hear of it by its event. */
  async function done<C extends CommandType>(type: C, data: CommandData[C]): Promise<void> {
    await connection.command(type, data)
  }

  const shown: Conversation = {
    ref,
    summary: used(summary),
    timeline: used(timeline),
    typing: used(typing.others),
    pinned: used(pinned),
    receipts: used(receipts),
    open: hold,
    loadOlder: () => history.older(copy.main),
    loadNewer: () => history.newer(copy.main),
    jumpTo: (message_id) => history.around(copy.main, message_id),
    jumpToNewest: () => {
      retry()
      return history.toNewest(copy.main)
    },
    keepFrom: (message_id) => copy.keepFrom(message_id ?? Infinity),
    thread: threads.of,
    send,
    retry: outbox.retry,
    discard: outbox.discard,
    edit: (message_id, content) => connection.command('edit_message', { message_id, content }),
    remove: (message_id, reason) => done('delete_message', { message_id, reason } as DeleteMessageData),
    pin: (message_id, wanted = true) => done('pin_message', { message_id, pin: wanted }),
    react: (message_id, emoji) => done('add_reaction', { message_id, emoji }),
    unreact: (message_id, emoji) => done('remove_reaction', { message_id, emoji }),
    markRead: async (message_id) => {
      const wanted = message_id ?? Math.max(newest_id, summary.get()?.last_message?.id ?? 0)
      if (wanted > 0) await markRead(wanted)
    },
    setTyping: typing.set,
    members: () => membersOf(connection, named()),
    leave: async () => {
      await done('leave_room', { ...named(), forget: true })
      ended('PERMISSION_DENIED')
    },
  }

  return {
    shown,
    place: () => place,
    isOpen,
    isUsed: () => isOpen() || users > 0 || pending().length > 0,
    hear,
    resume: () => (isOpen() ? log.resume() : null),
    resumed: (entry) => {
      // It has ended since that was asked.
      if (log.position() !== null) log.resumed(entry)
    },
    wake: () => (has_ended && summary.get() === null) || (isOpen() ? load() : retry()),
    lost: () => {
      log.lost()
      // Where a page on the way would be of a log that is not followed yet, it is asked for again.
      if (copy.main.status === 'loading') copy.main.epoch++
      typing.clear()
    },
    sent: (message_pending, message) => {
      const position = log.position()
      if (position === null || message.seq <= position || message.is_deleted) return
      acknowledged = [...untold(), { pending: message_pending, seq: message.seq }]
      touched()
    },
    clear,
  }
}
