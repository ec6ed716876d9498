import type { Server } from 'bun'

import { close_codes, type CloseReason } from './close-codes.ts'
import { createPace } from './pace.ts'
import type { Session } from './session.ts'

/**
 * Everything that leaves by a socket. A full send buffer never skips an event: the socket is closed with 4008 and its client resumes.
 *
 * `max_send_buffer` bytes may wait for one reader, and the longest answer he was given beside them. Buffers are looked at before more than `unseen_bytes` have
 * been published since the last look. The runtime knows no limit: its own would be one for all sockets, and would end one without a word for an event that
 * comes while a long answer is on its way.
 *
 * Both wait until those who run have had their say, so that one write carries all there is for a socket. Then what was sent leaves first and what was
 * published after it: an answer that is sent before an event is published arrives before it.
 */
export interface Outlet {
  publish(topic: string, frame: string): void
  send(session: Session, frame: string): void
  /** Writes what waits, so that a subscription made next begins after it. */
  flush(): void
  close(session: Session, reason: CloseReason, text?: string): void
  /** Closes a reader who is too slow for what the runtime sends him by itself. */
  look(session: Session): void
}

const unseen_bytes = 8 * 1024 * 1024
const look_every_ms = 100
const pause_steps = 32

export interface OutletOptions {
  server(): Server<Session>
  sessions(): Iterable<Session>
  /** Bytes; 0 means no limit. */
  max_send_buffer: number
  onSlow(): void
  onError(cause: unknown): void
}

export function createOutlet({ server, sessions, max_send_buffer, onSlow, onError }: OutletOptions): Outlet {
  let unseen = 0
  let timer: Timer | undefined

  let answered: Session[] = []
  let published: { topic: string; frame: string }[] = []
  let scheduled = false

  const answer = () => {
    const sessions = answered
    answered = []
    for (const session of sessions) flushOne(session)
  }

  const fanOut = createPace(() => {
    const events = published
    published = []
    for (const { topic, frame } of events) broadcast(topic, frame)
  })

  const flush = () => {
    answer()
    if (published.length > 0) fanOut.now()
  }

  /**
   * All the messages of a batch are answered by promise chains that advance side by side, so a pause longer than such a chain meets them all. It costs a
   * microsecond, where a turn of a busy event loop costs milliseconds. If a chain is longer, there are two writes instead of one and nothing else.
   */
  const flushSoon = async () => {
    scheduled = true
    for (let step = 0; step < pause_steps; step++) await Promise.resolve()
    scheduled = false
    answer()
    if (published.length > 0) fanOut.ask()
  }

  const schedule = () => {
    if (!scheduled) flushSoon().catch(onError)
  }

  const flushOne = (session: Session) => {
    const { outbox, ws } = session
    session.outbox = null
    if (outbox === null || ws === null || session.stage === 'closed') return
    if (outbox.length === 1) return write(session, ws, outbox)
    ws.cork(() => write(session, ws, outbox))
  }

  const write = (session: Session, ws: NonNullable<Session['ws']>, frames: readonly string[]) => {
    for (const frame of frames) {
      const sent = ws.send(frame)
      if (sent > 0 || max_send_buffer === 0) continue
      // A reply may be larger than the limit, as after a long absence: nobody is late with what has only just been sent.
      session.reply_bytes = Math.max(session.reply_bytes, Buffer.byteLength(frame))
      if (sent === 0 || isBehind(session)) return tooSlow(session)
    }
  }

  const isBehind = ({ ws, reply_bytes }: Session) =>
    ws !== null && ws.getBufferedAmount() > max_send_buffer + reply_bytes

  const close = (session: Session, reason: CloseReason, text: string = reason) => {
    if (reason !== 'too_slow') flushOne(session)
    if (session.stage === 'closed' || session.ws === null) return
    session.ws.close(close_codes[reason], text)
  }

  const tooSlow = (session: Session) => {
    onSlow()
    close(session, 'too_slow', 'send buffer full: reconnect and resume')
  }

  const lookAtAll = () => {
    clearTimeout(timer)
    timer = undefined
    unseen = 0
    const slow = []
    for (const session of sessions()) {
      if (session.stage !== 'closed' && isBehind(session)) slow.push(session)
    }
    for (const session of slow) tooSlow(session)
  }

  const broadcast = (topic: string, frame: string) => {
    if (max_send_buffer === 0) {
      server().publish(topic, frame)
      return
    }
    // A unit of UTF-16 is at most three bytes of UTF-8.
    unseen += frame.length * 3
    if (unseen > unseen_bytes) lookAtAll()
    // -1: somebody's buffer has begun to fill. 0: dropped, or nobody listens. Either way it is worth a look, though not at every frame.
    const result = server().publish(topic, frame)
    if (result < 0 || (result === 0 && server().subscriberCount(topic) > 0))
      timer ??= setTimeout(lookAtAll, look_every_ms)
  }

  return {
    close,
    flush,
    look: (session) => {
      if (max_send_buffer > 0 && session.stage !== 'closed' && isBehind(session)) tooSlow(session)
    },
    publish: (topic, frame) => {
      published.push({ topic, frame })
      schedule()
    },
    send: (session, frame) => {
      if (session.stage === 'closed') return
      if (session.outbox !== null) {
        session.outbox.push(frame)
        return
      }
      session.outbox = [frame]
      answered.push(session)
      schedule()
    },
  }
}
