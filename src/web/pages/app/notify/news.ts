import type { Chat, Message, protocol, Ref, Summary } from 'veza-js-sdk'

import { refKey } from '../route.ts'
import { type Wish, wishOf } from './wish.ts'

/** What a notification says, and where it leads. */
export interface News {
  key: string
  ref: Ref
  message_id: number
  /** Null of a direct message. */
  room: string | null
  author: string
  /** As it was written. */
  text: string
  /** Not to be read as Markdown. */
  is_code: boolean
  /** How many messages it stands for. */
  count: number
}

/** What a person was told of already, by whichever tab. */
export interface Told {
  /** The number of the newest message of a conversation that was looked at for news. */
  upTo(key: string): Promise<number>
  /** The ones among these messages that nobody has told of; from now on somebody has. `up_to` as above, 0 to leave it. */
  claim(key: string, up_to: number, message_ids: readonly number[]): Promise<ReadonlySet<number>>
}

interface NewsOptions {
  chat: Chat
  user_id: number
  told: Told
  /** One tab after the other. */
  inTurn(name: string, act: () => Promise<void>): Promise<void>
  /** Of this device. */
  level(): Wish
  /** Whether somebody has the conversation in front of them, in any tab. */
  isLookedAt(key: string): Promise<boolean>
  tell(news: readonly News[]): void
}

interface Announced extends Pick<News, 'ref' | 'message_id' | 'room' | 'text'> {
  author_id: number
  username: string
}

/** So many at once are told each; of more, one line says how many. */
const most_told = 3
const page_size = 100

/**
 * Tells of every message that one wants to hear of, once, by one of the tabs. What comes of a conversation that no tab has open is only counted by the server (`unread_updated`) or
 * announced (`mention`), and read from it then. Of what came while no tab was open, the list says how much there is.
 */
export function followNews({ chat, user_id, told, inTurn, level, isLookedAt, tell }: NewsOptions): () => void {
  /** The list as it was last. */
  let rows: ReadonlyMap<string, Summary> | null = null
  /** By conversation: the number of the newest message that needs no telling any more. */
  const done = new Map<string, number>()
  const waiting = new Set<string>()
  /** Those that could not be looked at. */
  const missed = new Set<string>()
  let turns = Promise.resolve()

  const isOwn = (author_id: number) => author_id === user_id
  const since = (key: string, row: Summary) => Math.max(done.get(key) ?? 0, row.last_read_number)

  /** One after the other, and of all tabs one at a time. What fails for want of a connection is looked at again when the list is read anew. */
  function take(turn: () => Promise<void>): void {
    turns = turns.then(() => inTurn(`veza tells ${user_id}`, turn)).catch((error: unknown) => void error)
  }

  function look(): void {
    const list = chat.conversations.get()
    if (list === null) return
    const before = rows
    rows = new Map(list.map((row) => [refKey(row.ref), row]))
    for (const [key, row] of rows) {
      // Until its turn has come, it is not done with.
      if (waiting.has(key)) continue
      if (before !== null && (missed.has(key) || isNews(key, row, before.get(key)))) {
        waiting.add(key)
        missed.delete(key)
        take(() =>
          attend(key).catch((error: unknown) => {
            missed.add(key)
            throw error
          }),
        )
      } else done.set(key, row.message_number)
    }
  }

  function isNews(key: string, row: Summary, before: Summary | undefined): boolean {
    if (row.message_number <= since(key, row)) return false
    const wish = wishOf(row, level())
    if (wish !== 'mentions') return wish === 'all'
    // A mention has an event of its own. What was missed for want of a connection shows by both being more at once.
    return (
      before !== undefined && row.mention_count > before.mention_count && row.message_number > before.message_number
    )
  }

  async function attend(key: string): Promise<void> {
    waiting.delete(key)
    const row = rows?.get(key)
    if (row === undefined) return
    const from = Math.max(since(key, row), await told.upTo(key))
    const up_to = row.message_number
    if (from < up_to) {
      const messages = (await isLookedAt(key)) ? [] : await read(row, from)
      const concerning = messages.filter((message) => concerns(message, row))
      const newest = Math.max(up_to, messages.at(-1)?.number ?? 0)
      const fresh = await told.claim(key, newest, concerning.map(({ id }) => id)) // prettier-ignore
      // Of more than a page nobody knows whose they are.
      const unread = messages.length < page_size ? 0 : newest - from - messages.length
      report(key, row, concerning.filter(({ id }) => fresh.has(id)), unread) // prettier-ignore
    }
    done.set(key, up_to)
  }

  /** What is newer than a number, the newest page at most. */
  async function read({ ref, last_message, message_number }: Summary, from: number): Promise<readonly Message[]> {
    if (last_message?.number === message_number && from === message_number - 1) return [last_message]
    const newest = async (limit: number) => (await chat.command('get_history', { ...ref, limit })).messages
    const few = Math.min(page_size, message_number - from + 5)
    const messages = await newest(few)
    // More have come since they were counted.
    const is_short = messages.length === few && (messages[0]?.number ?? 0) > from + 1
    return (is_short ? await newest(page_size) : messages).filter(({ number }) => number > from)
  }

  const concerns = ({ author_id, is_deleted, mentions, called }: Message, row: Summary): boolean => {
    if (is_deleted || isOwn(author_id)) return false
    const wish = wishOf(row, level())
    return wish === 'all' || (wish === 'mentions' && (mentions.includes(user_id) || called === 'room'))
  }

  function report(key: string, row: Summary, messages: readonly Message[], unread: number): void {
    const all = messages.map(({ id, username, content, content_type }): News => {
      const text = content_type === 'encrypted' ? '' : content
      const room = row.kind === 'room' ? row.name : null
      return {
        key,
        ref: row.ref,
        message_id: id,
        room,
        author: username,
        text,
        is_code: content_type === 'code',
        count: 1,
      }
    })
    const [first] = all
    const last = all.at(-1)
    if (first === undefined || last === undefined) return
    tell(all.length <= most_told ? all : [{ ...last, message_id: first.message_id, count: all.length + unread }])
  }

  function mentioned(data: protocol.MentionData): void {
    const { room_id, room_name, conversation_id, message_id, author_id, username, preview } = data
    const ref: Ref = room_id === undefined ? { conversation_id: conversation_id ?? 0 } : { room_id }
    announce({ ref, message_id, author_id, username, room: room_name ?? null, text: preview })
  }

  /** Tells of a message that is meant for one. */
  function announce(one: Announced): void {
    const { ref, message_id, author_id, username, room, text } = one
    const key = refKey(ref)
    // Who was added to a room just now hears of it before the list has it.
    const row = rows?.get(key) ?? ({ kind: 'room', notification_level: 'all' } as const)
    if (isOwn(author_id) || wishOf(row, level()) === 'none') return
    take(async () => {
      const fresh = await told.claim(key, 0, [message_id])
      if (fresh.size === 0 || (await isLookedAt(key))) return
      tell([{ key, ref, message_id, room, author: username, text, is_code: false, count: 1 }])
    })
  }

  /** Whoever takes part in a thread is told of replies as of mentions. With a count it is no reply that is told. */
  function replied(data: protocol.ThreadUpdatedData): void {
    const { room_id, room_name, conversation_id = 0, last_reply, unread_count } = data
    if (last_reply === null || unread_count !== undefined) return
    const { message_id, author_id, username, preview } = last_reply
    const ref: Ref = room_id === undefined ? { conversation_id } : { room_id }
    announce({ ref, message_id, author_id, username, room: room_name ?? null, text: preview })
  }

  look()
  const ends = [chat.conversations.subscribe(look), chat.on('mention', mentioned), chat.on('thread_updated', replied)]
  return () => {
    for (const end of ends) end()
  }
}
