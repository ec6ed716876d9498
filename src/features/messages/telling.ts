import { firstCharacters } from '../../kernel/first-characters.ts'
import type { Bus, Channel, LogEntry } from '../../platform/bus/index.ts'
import { creationEvent, type MessageRow } from './message.ts'

/** The two people of a DM; both null for a room. */
export interface Pair {
  dm_low: number | null
  dm_high: number | null
}

/** How everybody hears of what happened to messages. All of it after the commit, and none of it waits. */
export function createTelling(bus: Bus) {
  /** One position of the log, as its live event. */
  function log(conversation_id: number, pair: Pair, entry: LogEntry, first_seq = entry.seq): void {
    publish(conversation_id, audienceOf(pair), first_seq, [entry])
  }

  /**
   * A position of the log that is being committed, and not by the writer. Of a DM that no node has heard of yet, the answer to what is written next may be read
   * first, and its event would hide this one's.
   */
  function expected(conversation_id: number, pair: Pair, seq: number): void {
    const audience = audienceOf(pair)
    if (audience !== null) publish(conversation_id, audience, seq, [])
  }

  function publish(
    conversation_id: number,
    audience: number[] | null,
    first_seq: number,
    entries: readonly LogEntry[],
  ): void {
    const channels: Channel[] =
      audience === null ? [`c:${conversation_id}`] : audience.map((user_id): Channel => `u:${user_id}`)
    bus.publish(channels, { v: 1, kind: 'log', conversation_id, audience, first_seq, entries })
  }

  function created(
    row: MessageRow,
    pair: Pair,
    { first_seq, parent_thread_count }: { first_seq: number; parent_thread_count: number | null },
    json?: string,
  ): void {
    const frame = creationEvent(row, parent_thread_count, json)
    log(row.conversation_id, pair, { seq: row.seq, frame, complete: isComplete(row) }, first_seq)
  }

  /** Tells those who are mentioned, on their own feeds. */
  function mentioned(people: readonly number[], row: MessageRow): void {
    if (people.length === 0) return
    const frame = mentionEvent(row)
    for (const user_id of people)
      if (user_id !== row.author_id) bus.publish([`u:${user_id}`], { v: 1, kind: 'user', user_id, frame })
  }

  /** Tells every connected member of a room. */
  function called(row: MessageRow, by: 'room' | 'here'): void {
    bus.publish([`b:${row.conversation_id}`], {
      v: 1,
      kind: 'members',
      conversation_id: row.conversation_id,
      frame: mentionEvent(row, by),
    })
  }

  return { log, expected, created, mentioned, called }
}

const audienceOf = ({ dm_low, dm_high }: Pair): number[] | null =>
  dm_low === null || dm_high === null ? null : [dm_low, dm_high]

export type Telling = ReturnType<typeof createTelling>

/** Whether a creation's event is all there is to say: it did not change its parent, was not changed since, and will not vanish. */
export const isComplete = (row: MessageRow): boolean =>
  row.parent_id === null && row.change_seq === row.seq && row.expires_at === null

function mentionEvent(row: MessageRow, scope?: 'room' | 'here'): string {
  const place =
    row.room_name === null
      ? { conversation_id: row.conversation_id }
      : { room_id: row.conversation_id, room_name: row.room_name }
  const preview = firstCharacters(row.content, 100)
  const data = { ...place, message_id: row.id, author_id: row.author_id, username: row.username, preview, scope }
  return JSON.stringify({ type: 'mention', data })
}
