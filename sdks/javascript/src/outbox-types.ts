import type { OutboxStorage, Pending, Ref, SendOptions } from './api.ts'
import type { Message } from './protocol.gen.ts'
import type { Derived } from './store.ts'

export interface OutboxOptions {
  storage: OutboxStorage
  /** The same conversation by its number, where that is known. */
  refOf(ref: Ref): Ref
  send(pending: Pending): Promise<Message>
  /** The server has it. */
  onSent(pending: Pending, message: Message): void
}

export interface Outbox {
  readonly all: Derived<readonly Pending[]>
  add(ref: Ref, content: string, options: SendOptions): Pending
  retry(client_id: string): void
  /** Unless the server may have it. */
  discard(client_id: string): void
  /** What was refused for now may be taken: those that wait are tried. */
  again(isOf: (pending: Pending) => boolean): void
  /** A message of one's own was seen that is still on its way: nobody needs to send it again. */
  seen(client_id: string): void
  /** Whose it is, as far as is known: what was kept for them is loaded. Nothing is sent before `confirmed`. */
  belongsTo(owner: string, confirmed: boolean): void
  /** There is a connection. */
  wake(): void
  lost(): void
  close(): void
}

/** What the outbox knows of one message. */
export interface Entry {
  pending: Pending
  /** When it is safe to try. */
  kept: Promise<unknown>
  /** It is of an earlier run or another tab, which may be sending it, or was put into the storage: if it is not there any more, another tab has sent it, or the server may have let it go. */
  is_asked_for: boolean
  /** When the server may first have had it, in milliseconds of `Date.now()`; NaN before. */
  sent_at: number
  /** Taken back before it was sent. */
  is_unwanted?: boolean
  /** It is being tried, maybe under the slug of a room whose number is known only since. */
  is_going?: boolean
}
