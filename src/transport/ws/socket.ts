import type { ServerWebSocket, WebSocketHandler } from 'bun'

import { authenticate } from './authenticate.ts'
import { encodeError } from './codec.ts'
import { dispatch } from './dispatch.ts'
import { countError, type Node } from './node.ts'
import type { LiveSession, Proof, Session } from './session.ts'

type Socket = ServerWebSocket<Session>

/**
 * The native handlers. Bun calls `message` for the next frame while an async handler still awaits, so frames are queued here: the commands of one socket
 * run strictly one after the other, and a client who sends faster than that is cut off at a bound.
 */
export function createSocketHandlers(node: Node): WebSocketHandler<Session> {
  const { connections, deadlines, limits, metrics, outlet } = node
  const max_frames = limits.inbound_queue_frames || Infinity
  const max_bytes = limits.inbound_queue_bytes || Infinity
  const max_total = limits.inbound_queue_total || Infinity
  /** The length of all frames taken and not answered yet. */
  let total = 0
  // A peer silent for two intervals is dropped. The runtime counts whole seconds, and cannot do less than 8.
  const idle_s =
    limits.heartbeat_interval === 0 ? 0 : Math.min(960, Math.max(8, Math.ceil((limits.heartbeat_interval * 2) / 1000)))

  /** Runs the first task and then, one by one, the frames that came meanwhile. */
  async function work(session: Session, first: () => Promise<void>): Promise<void> {
    const inbox: (string | null)[] = []
    session.inbox = inbox
    await first()
    for (let frame = inbox.shift(); frame !== undefined && session.stage !== 'closed'; frame = inbox.shift()) {
      await answer(session, frame)
    }
    session.inbox = null
  }

  const answer = (session: Session, frame: string | null): Promise<void> =>
    dispatch(session, frame, () => {
      // A closed socket has been accounted for.
      if (session.stage === 'closed') return
      count(session, -1, frame)
    })

  const count = ({ pending }: Session, frames: 1 | -1, frame: string | null) => {
    const length = frames * (frame?.length ?? 0)
    pending.frames += frames
    pending.length += length
    total += length
  }

  /** When too much waits of all sockets together, those go whose share is larger than the others'. */
  const isFlooding = ({ pending }: Session): boolean =>
    // The command that runs has left the queue.
    pending.frames > max_frames + 1 ||
    (pending.frames > 1 &&
      (pending.length > max_bytes || (total > max_total && pending.length > max_total / connections.size)))

  const begin = (session: Session, first: () => Promise<void>) => {
    work(session, first).catch((error: unknown) => {
      node.log.error('A socket could not be served', { error })
      outlet.close(session, 'stuck', 'internal error')
    })
  }

  async function prove(session: Session, proof: Proof): Promise<void> {
    session.proof = null
    try {
      await authenticate(session, proof, {})
    } catch (cause) {
      const error = node.blame(cause)
      countError(node, error.code)
      outlet.send(session, encodeError(error, 'authenticate', undefined, session.locale))
    }
  }

  return {
    maxPayloadLength: limits.max_frame_size || 2 ** 31 - 1,
    // The outlet bounds what waits for a reader.
    backpressureLimit: 2 ** 31 - 1,
    closeOnBackpressureLimit: true,
    idleTimeout: idle_s,
    sendPings: true,
    perMessageDeflate: false,

    open(ws: Socket) {
      const session = ws.data
      session.ws = ws
      connections.opened(session)
      metrics.connectionsTotal.inc()
      metrics.connectionsActive.inc()
      if (limits.auth_timeout > 0) deadlines.set(session, Date.now() + limits.auth_timeout)
      const { proof } = session
      if (proof !== null) begin(session, () => prove(session, proof))
    },

    message(ws: Socket, message: string | Buffer) {
      const session = ws.data
      if (session.stage === 'closed') return
      const frame = typeof message === 'string' ? message : null
      const { inbox } = session
      count(session, 1, frame)
      if (isFlooding(session)) {
        inbox?.splice(0)
        outlet.close(session, 'flooding', 'frames arrive faster than they can be run')
      } else if (inbox === null) {
        begin(session, () => answer(session, frame))
      } else {
        inbox.push(frame)
      }
    },

    // The runtime has answered it: a pong is buffered like any frame, and dropped without a word when the buffer is full.
    ping(ws: Socket) {
      outlet.look(ws.data)
    },

    drain(ws: Socket) {
      if (ws.getBufferedAmount() === 0) ws.data.reply_bytes = 0
    },

    close(ws: Socket, code: number) {
      const session = ws.data
      const was = session.stage
      session.stage = 'closed'
      session.ws = null
      total -= session.pending.length
      // A command that never ends must not keep what came after it.
      session.inbox?.splice(0)
      connections.closed(session)
      deadlines.clear(session)
      metrics.connectionsActive.dec()
      metrics.closed(code)
      if (session.actor !== null) connections.remove(session.actor.id, session)
      for (const conversation_id of session.joined ?? []) node.hub.unfollow(conversation_id)
      session.joined = null
      if (was === 'live' || was === 'expiring') node.onEnd?.(session as LiveSession)
    },
  }
}
