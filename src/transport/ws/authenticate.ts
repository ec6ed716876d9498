import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'

import { AppError } from '../../kernel/errors.ts'
import { localeOf } from '../../kernel/locale.ts'
import { only } from '../../kernel/only.ts'
import { requireScope, requireUnconfined } from '../../kernel/permissions.ts'
import { Id, RoomRef } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'
import type { CloseReason } from './close-codes.ts'
import { encode } from './codec.ts'
import { join, type Wish } from './join.ts'
import { expiry_notice_ms, type Node, refuse } from './node.ts'
import type { Authenticated, NoPlace } from './node-options.ts'
import { askAgain } from './standing.ts'
import { tellRefusal } from './refusals.ts'
import type { LiveSession, Proof, Session } from './session.ts'

/** Where a client stood in one conversation. */
const Cursor = Type.Object(
  {
    room_id: Type.Optional(RoomRef),
    conversation_id: Type.Optional(Id),
    since_seq: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  },
  { title: 'ResumePoint' },
)

/** protocol.md, "Connecting". */
export const Authenticate = Type.Object({
  token: Text({ minLength: 1, maxLength: 8192 }),
  subscribe: Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('none')])),
  resume: Type.Optional(Type.Array(Cursor)),
  memberships: Type.Optional(Type.Boolean()),
  client: Type.Optional(
    Type.Object({
      name: Type.Optional(Text({ maxLength: 128 })),
      version: Type.Optional(Text({ maxLength: 64 })),
    }),
  ),
  locale: Type.Optional(Type.Union([Type.Literal('en'), Type.Literal('fr')])),
})

export const authenticateCheck = TypeCompiler.Compile(Authenticate)

export type Wanted = Omit<Static<typeof Authenticate>, 'token'>

/**
 * Authenticates a socket, or renews the token of one. A refusal says why in `auth_error` and closes: 4403 banned, 4409 too many connections, else 4401.
 * A failure of ours is an error like any other, and the socket may try again.
 */
export async function authenticate(session: Session, proof: Proof, wanted: Wanted): Promise<void> {
  const { node } = session
  if (wanted.locale !== undefined) session.locale = wanted.locale
  let proven: Authenticated
  try {
    if ((wanted.resume?.length ?? 0) > node.limits.max_resume_rooms && node.limits.max_resume_rooms > 0) {
      throw new AppError('VALIDATION_FAILED', [
        { field: 'resume', reason: `at most ${node.limits.max_resume_rooms} conversations` },
      ])
    }
    proven = await ('token' in proof
      ? node.identity.authenticate(proof.token, { ip: session.ip })
      : node.identity.redeemTicket(proof.ticket))
    if (session.stage === 'closed') return
    if (session.actor !== null && session.actor.id !== proven.actor.id)
      throw new AppError('INVALID_TOKEN', { reason: 'another user' })
    requireUnconfined(proven.actor)
    // Whatever else a key is for, a socket is told of messages.
    requireScope(proven.actor, 'read_messages')
    if (node.revoked.has(proven.actor.session_id)) throw new AppError('SESSION_REVOKED')
    makeRoom(node, session, proven)
  } catch (cause) {
    if (cause instanceof AppError && cause.code in closing) return refuseAuthentication(session, cause)
    throw cause
  }

  session.locale ??= localeOf(proven.locale)
  const renewal = session.actor !== null
  session.actor = { ...proven.actor, ip: session.ip }
  // From here the session counts against the limit, and a revocation finds it although it is still being set up.
  if (!renewal) {
    session.since = Date.now()
    node.connections.add(proven.actor.id, session)
  }
  try {
    const live = session as LiveSession
    if (!renewal) await node.badges.arrive(live)
    const left: unknown[] = []
    for (let attempt = 1; ; attempt++) {
      const gone = await enter(live, proven, wanted, attempt < patience ? [] : left)
      if (gone === null) break
      left.push(gone)
      if (attempt === attempts) throw new AppError('SERVICE_UNAVAILABLE', undefined, 1)
    }
  } catch (cause) {
    if (!renewal) {
      node.connections.remove(proven.actor.id, session)
      session.actor = null
    }
    throw cause
  } finally {
    node.arrivals.end(session)
  }
}

/**
 * Joins what is wanted and says so, but for the rooms `left`. Null, or the room whose membership ended meanwhile, so that all must be read again: who comes and goes
 * all the time is told so, rather than kept out.
 */
async function enter(session: LiveSession, proven: Authenticated, wanted: Wanted, left: unknown[]): Promise<unknown> {
  const { node } = session
  session.left_meanwhile = null
  const wishes = (await wishesOf(session, wanted)).map((wish): Found =>
    'place' in wish && left.includes(wish.place.conversation_id) ? { error: 'ROOM_NOT_FOUND' } : wish,
  )
  const memberships = wanted.memberships ? await node.places.memberships(proven.actor) : undefined
  const places = wishes.filter((wish) => 'place' in wish)
  try {
    await join(session, places, (described) => {
      begin(session, proven)
      return encode('auth_success', session.request, {
        ...greeting(node, proven),
        resumed: wanted.resume && resumedOf(wanted, wishes, described),
        memberships: memberships && standingAt(memberships, described),
      })
    })
    if (session.actor.role !== proven.actor.role) askAgain(session)
    return null
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'RESOURCE_CONFLICT') throw cause
    return (cause.details as { room_id?: number } | undefined)?.room_id
  }
}

const attempts = 20
/** From this attempt on, rooms that were left meanwhile are done without. */
const patience = 4

/** Memberships were read a while ago: what is joined stands where its feed begins. */
function standingAt(memberships: readonly object[], described: readonly object[]): object[] {
  const seqs = new Map(described.map((each) => [(each as Joined).room_id, (each as Joined).seq]))
  return memberships.map((each) => {
    const { room_id, seq } = each as Joined
    return room_id === undefined ? each : { ...each, seq: Math.max(seq, seqs.get(room_id) ?? 0) }
  })
}

interface Joined {
  room_id?: number
  seq: number
}

/** In one tick with the reply: the socket's own feed, its badges, its stage and its deadline. */
function begin(session: LiveSession, { actor, expires_at }: Authenticated): void {
  const { badges, deadlines, onLive } = session.node
  const first = session.stage === 'anonymous'
  session.expires_at = expires_at.getTime()
  session.stage = 'live'
  session.ws?.subscribe(`u:${actor.id}`)
  badges.begin(session)
  deadlines.set(session, session.expires_at - expiry_notice_ms)
  if (first) onLive?.(session)
}

const greeting = ({ limits, rates }: Node, { actor, expires_at, user }: Authenticated) => ({
  user_id: actor.id,
  username: actor.username,
  role: actor.role,
  session_id: actor.session_id,
  server_time: new Date().toISOString(),
  user,
  expires_at: expires_at.toISOString(),
  heartbeat_interval: limits.heartbeat_interval / 1000,
  limits: {
    max_message_length: limits.max_message_length,
    max_messages_per_minute: rates.of(actor, 'messages'),
    max_file_size: limits.max_file_size,
  },
})

type Found = Wish | { error: NoPlace }

/** The conversations to resume, in the order asked for, then with `subscribe: "all"` every other room. */
async function wishesOf({ node, actor }: LiveSession, { resume = [], subscribe }: Wanted): Promise<Found[]> {
  const as_of = node.hub.moment()
  const named = resume.length > 0 ? await node.places.some(actor, resume) : []
  const wishes = named.map((place, index): Found =>
    typeof place === 'object' ? { place, since: resume[index]?.since_seq, as_of } : { error: place },
  )
  if (subscribe !== 'all') return wishes
  const known = new Set(named.map((place) => (typeof place === 'object' ? place.conversation_id : undefined)))
  const rest = (await node.places.all(actor)).filter((place) => !known.has(place.conversation_id))
  return [...wishes, ...rest.map((place) => ({ place, since: undefined, as_of }))]
}

/** One entry for each cursor, in order; those that cannot be resumed say why. */
function resumedOf({ resume = [] }: Wanted, wishes: readonly Found[], described: readonly object[]): object[] {
  const told = described.values()
  return resume.map(({ since_seq: _, ...reference }, index) => {
    const wish = wishes[index]
    return wish !== undefined && 'place' in wish ? only([...told.take(1)]) : { ...reference, error: wish?.error }
  })
}

/** Makes sure of a place under `max_connections_per_user`. CONNECTION_LIMIT_EXCEEDED when the policy is to reject. */
function makeRoom({ connections, limits, outlet }: Node, session: Session, { actor }: Authenticated): void {
  const max = limits.max_connections_per_user
  const others = [...connections.of(actor.id)].filter((other) => other !== session)
  if (max === 0 || others.length < max) return
  if (limits.connection_limit_policy === 'reject') throw new AppError('CONNECTION_LIMIT_EXCEEDED', { limit: max })
  const oldest = others.toSorted((a, b) => a.since - b.since).slice(0, others.length - max + 1)
  for (const each of oldest) outlet.close(each, 'connection_limit', 'evicted by a newer connection')
}

const closing: Partial<Record<string, CloseReason>> = {
  INVALID_TOKEN: 'unauthenticated',
  TOKEN_EXPIRED: 'unauthenticated',
  SESSION_REVOKED: 'unauthenticated',
  TWO_FACTOR_REQUIRED: 'unauthenticated',
  AUTH_REQUIRED: 'unauthenticated',
  PERMISSION_DENIED: 'unauthenticated',
  USER_BANNED: 'banned',
  CONNECTION_LIMIT_EXCEEDED: 'connection_limit',
}

function refuseAuthentication(session: Session, error: AppError): void {
  tellRefusal(session, error, 'authenticate', {})
  refuse(session, error, closing[error.code] ?? 'unauthenticated', { type: 'auth_error', id: session.request })
}
