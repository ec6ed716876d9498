import { AppError, type ErrorCode } from '../../kernel/errors.ts'
import type { BusMessage } from '../../platform/bus/index.ts'
import { errorType } from '../../platform/metrics/index.ts'
import { type Arrivals, createArrivals } from './arrivals.ts'
import { type Badges, createBadges } from './badges.ts'
import type { Command } from './command.ts'
import { type Connections, createConnections } from './connections.ts'
import { createDeadlines, type Deadlines } from './deadlines.ts'
import { encode, encodeError, type RequestId } from './codec.ts'
import { createHub, type Hub } from './hub.ts'
import { leave } from './join.ts'
import { createOutlet, type Outlet } from './outlet.ts'
import type { NodeOptions } from './node-options.ts'
import type { LiveSession, Session } from './session.ts'

/** Everything that the sockets of one node share. */
export interface Node extends Omit<NodeOptions, 'server' | 'commands'> {
  hub: Hub
  connections: Connections
  arrivals: Arrivals
  badges: Badges
  outlet: Outlet
  deadlines: Deadlines<Session>
  commands: ReadonlyMap<string, Command>
  draining: boolean
  /** Sessions and users revoked within the last seconds, for sockets whose proof was read just before. Milliseconds since the epoch. */
  revoked: Map<string, number>
}

const remember_revoked_ms = 30_000

/** How long before a token ends its holder is told, in milliseconds. */
export const expiry_notice_ms = 60_000

export function createNode(options: NodeOptions): Node {
  const { bus, limits, metrics } = options
  const connections = createConnections(bus)
  const outlet = createOutlet({
    server: options.server,
    sessions: connections.all,
    max_send_buffer: limits.max_send_buffer,
    onSlow: () => metrics.slowConsumers.inc(),
    onError: (error) => options.log.error('Frames could not be written', { error }),
  })
  const arrivals = createArrivals(connections, outlet)
  const hub = createHub({
    bus,
    reader: options.reader,
    log: options.log.target('chat_server::hub'),
    publish: outlet.publish,
    publishDm: (user_id, frame, conversation_id) => {
      arrivals.keepForUser(user_id, frame, conversation_id)
      outlet.publish(`u:${user_id}`, frame)
    },
    resume_limit: limits.resume_limit,
    tail: { events: limits.hot_tail_events, bytes: limits.hot_tail_bytes },
    onFanout: (seconds) => metrics.fanout.observe(seconds),
  })

  const deadlines = createDeadlines<Session>((session) => {
    if (session.stage === 'anonymous') return refuse(session, new AppError('AUTH_TIMEOUT'), 'auth_timeout')
    if (session.stage === 'expiring') return refuse(session, new AppError('TOKEN_EXPIRED'), 'unauthenticated')
    session.stage = 'expiring'
    outlet.send(
      session,
      encode('token_expiring', undefined, { expires_at: new Date(session.expires_at).toISOString() }),
    )
    deadlines.set(session, session.expires_at)
  })

  const badges = createBadges({
    bus,
    arrivals,
    publish: outlet.publish,
    subscribers: (topic) => options.server().subscriberCount(topic),
    conversationsOf: options.places.ids,
  })

  const node: Node = {
    ...options,
    commands: new Map(options.commands.map((each) => [each.type, each])),
    hub,
    connections,
    arrivals,
    badges,
    outlet,
    deadlines,
    draining: false,
    revoked: new Map(),
  }

  bus.receive((message: BusMessage) => {
    switch (message.kind) {
      case 'log':
        return hub.receive(message)
      case 'room':
        if (message.state) hub.stir(message.conversation_id)
        return outlet.publish(`c:${message.conversation_id}`, message.frame)
      case 'members':
        arrivals.keepForMembers(message.conversation_id, message.frame)
        return outlet.publish(`b:${message.conversation_id}`, message.frame)
      case 'badge':
        return badges.receive(message)
      case 'user':
        arrivals.keepForUser(message.user_id, message.frame)
        return outlet.publish(`u:${message.user_id}`, message.frame)
      case 'presence':
        for (const user_id of message.hidden_from) {
          for (const session of connections.of(user_id)) session.ws?.unsubscribe(`p:${message.user_id}`)
        }
        return outlet.publish(`p:${message.user_id}`, message.frame)
      case 'left':
        arrivals.change(message.user_id, message.conversation_id, false)
        for (const session of connections.of(message.user_id) as Iterable<LiveSession>) {
          leave(session, message.conversation_id)
          badges.leave(session, message.conversation_id)
        }
        return
      case 'entered':
        arrivals.change(message.user_id, message.conversation_id, true)
        for (const session of connections.of(message.user_id) as Iterable<LiveSession>)
          badges.enter(session, message.conversation_id)
        return
      case 'aside':
        arrivals.keepForUser(message.user_id, message.frame)
        for (const session of connections.of(message.user_id)) {
          if (session.stage === 'anonymous' || session.joined?.has(message.conversation_id)) continue
          outlet.send(session, message.frame)
        }
        return
      case 'standing':
        return options.onStanding?.(message.conversation_id, message.user_id)
      case 'closed':
        return closeRoom(node, message)
      case 'revoked':
        return revoke(node, message)
    }
  })
  return node
}

/**
 * Ends the sockets whose command has not come to an end in time, so that none waits for ever on a query that the driver lost; their clients reconnect and
 * resume. To be called every second or so.
 */
export function endStuck({ connections, outlet, limits, log }: Node): void {
  if (limits.request_timeout === 0) return
  const late = performance.now() - limits.request_timeout
  const stuck = [...connections.all()].filter((session) => session.busy_since > 0 && session.busy_since < late)
  for (const session of stuck) {
    log.error('A command did not end in time; its socket is closed', { user_id: session.actor?.id })
    outlet.close(session, 'stuck', 'a command did not end in time')
  }
}

/** Tells a session why it ends, and ends it. Only the refusal of an `authenticate` frame carries that frame's id. */
export function refuse(
  session: Session,
  error: AppError,
  reason: Parameters<Outlet['close']>[1],
  answer: { type: 'auth_error' | 'error'; id: RequestId | undefined } = {
    type: session.stage === 'anonymous' ? 'auth_error' : 'error',
    id: undefined,
  },
): void {
  countError(session.node, error.code)
  session.node.outlet.send(session, encodeError(error, 'authenticate', answer.id, session.locale, answer.type))
  session.node.outlet.close(session, reason)
}

export function countError(node: Node, code: ErrorCode): void {
  node.metrics.error(errorType(code))
  if (code === 'RATE_LIMIT_EXCEEDED') node.metrics.rateLimited.inc()
}

/** Tells every connected member of a room that it is gone, and lets nobody follow it any more. */
function closeRoom(
  { arrivals, badges, connections, outlet }: Node,
  { conversation_id, frame }: Extract<BusMessage, { kind: 'closed' }>,
): void {
  const topic = `b:${conversation_id}`
  arrivals.keepForMembers(conversation_id, frame)
  outlet.publish(topic, frame)
  // Written before anybody leaves, or it would reach nobody.
  outlet.flush()
  for (const session of connections.all()) {
    if (session.actor === null) continue
    // Of very many conversations a socket may follow one without its badge.
    const told = session.ws?.isSubscribed(topic) === true
    if (session.joined?.has(conversation_id) && !told) outlet.send(session, frame)
    leave(session as LiveSession, conversation_id)
    badges.leave(session as LiveSession, conversation_id)
  }
}

/** Ends the sockets of a user's sessions, also of those that are only being set up. May be told again. */
export function revoke(
  node: Node,
  {
    user_id,
    session_ids,
    reason,
  }: Pick<Extract<BusMessage, { kind: 'revoked' }>, 'user_id' | 'session_ids' | 'reason'>,
): void {
  const now = Date.now()
  for (const [key, at] of node.revoked) {
    if (now - at < remember_revoked_ms) break
    node.revoked.delete(key)
  }
  for (const session_id of session_ids === 'all' ? [] : session_ids) {
    if (!node.revoked.has(session_id)) node.revoked.set(session_id, now)
  }
  for (const session of Array.from(node.connections.of(user_id))) {
    if (session.actor === null || (session_ids !== 'all' && !session_ids.includes(session.actor.session_id))) continue
    const error = new AppError(codes[reason] ?? 'SESSION_REVOKED')
    refuse(session, error, reason === 'banned' ? 'banned' : 'unauthenticated')
  }
}

const codes: Partial<Record<string, ErrorCode>> = { banned: 'USER_BANNED', second_factor: 'TWO_FACTOR_REQUIRED' }
