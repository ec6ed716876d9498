import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import type { Static, TSchema } from '@sinclair/typebox'

import { AppError } from '../../kernel/errors.ts'
import { requireScope } from '../../kernel/permissions.ts'
import { reasonsOf } from '../../kernel/reasons.ts'
import { authenticate, authenticateCheck, type Wanted } from './authenticate.ts'
import { decode, encode, encodeError, encodeJson, type Frame, FrameError, type RequestId } from './codec.ts'
import { type Command, prepared, type Prepared } from './command.ts'
import { countError } from './node.ts'
import { Ping } from './protocol.ts'
import { tellRefusal } from './refusals.ts'
import type { Flight, LiveSession, Session } from './session.ts'

/**
 * Takes one frame to its reply, and calls `answered` then. Resolves when the next frame may be taken, which for a send is before its commit if the next is a
 * send to the same conversation: those share a batch. Never rejects: whatever fails becomes an `error`. Null stands for a binary frame.
 */
export async function dispatch(session: Session, text: string | null, answered: () => void): Promise<void> {
  let id: RequestId | undefined
  let action: string | null = null
  let named: unknown
  session.busy_since = performance.now()
  session.left_meanwhile = null
  try {
    if (text === null) throw new AppError('MALFORMED_FRAME', { reason: 'binary' })
    const frame = decode(text)
    id = frame.id
    action = frame.type
    named = frame.data
    if (await run(session, frame, answered)) return
  } catch (cause) {
    if (cause instanceof FrameError) id = cause.id
    await session.flight?.landed
    refuseFrame(session, cause instanceof FrameError ? cause.error : session.node.blame(cause), { action, id, named })
  } finally {
    session.busy_since = 0
  }
  answered()
}

interface Refused {
  action: string | null
  id: RequestId | undefined
  /** What the command was about. */
  named: unknown
}

function refuseFrame(session: Session, error: AppError, { action, id, named }: Refused): void {
  const { node } = session
  countError(node, error.code)
  tellRefusal(session, error, action, named)
  node.outlet.send(session, encodeError(error, action, id, session.locale))
  if (error.code !== 'MALFORMED_FRAME') return
  session.malformed++
  if (node.limits.max_malformed_frames > 0 && session.malformed >= node.limits.max_malformed_frames)
    node.outlet.close(session, 'malformed')
}

/** Whether it is under way on its own, and will be answered later. */
async function run(session: Session, frame: Frame, answered: () => void): Promise<boolean> {
  const { type, id, data } = frame
  // Every frame of a user but a `ping` counts, whatever it holds.
  const counted = session.actor === null || type === 'ping' ? null : session.node.rates.take(session.actor, 'commands')
  if (counted !== null) await counted
  const command = session.actor === null ? undefined : session.node.commands.get(type)
  if (command !== undefined) {
    const { feature } = command
    if (feature !== null && !session.node.features[feature]) throw new AppError('FEATURE_DISABLED', { feature })
    const live = session as LiveSession
    requireScope(live.actor, command.permission)
    const draft = checked(command.check, data, session)
    const key = command.flies?.(draft) ?? null
    if (key === null || session.flight?.key !== key) await session.flight?.landed
    session.request = id
    if (key === null) await obey(live, command, draft, id)
    else fly(live, command, { key, draft, id, answered })
    return key !== null
  }
  await session.flight?.landed
  session.request = id
  switch (type) {
    case 'authenticate': {
      const { token, ...wanted } = checked<{ token: string } & Wanted>(authenticateCheck, data, session)
      await authenticate(session, { token }, wanted)
      return false
    }
    case 'ping':
      pong(session, checked(pingCheck, data, session))
      return false
    case 'disconnect':
      session.node.outlet.close(session, 'normal', 'goodbye')
      return false
  }
  if (session.actor === null) throw new AppError('AUTH_REQUIRED')
  throw new AppError('UNKNOWN_COMMAND', { type: type.slice(0, 64) })
}

async function obey(session: LiveSession, command: Command, draft: unknown, id: RequestId | undefined): Promise<void> {
  const counted = take(session, command)
  if (counted !== null) await counted
  const result = await command.run(session.actor, draft, session)
  reply(session, command, result ?? {}, id)
}

function reply(session: LiveSession, command: Command, result: object, id: RequestId | undefined): void {
  const ready = prepared in result ? (result as Prepared)[prepared] : undefined
  if (command.reply !== null) {
    const type = ready?.type ?? (typeof command.reply === 'string' ? command.reply : command.reply(result))
    session.node.outlet.send(session, ready ? encodeJson(type, id, ready.json) : encode(type, id, result))
  }
  ready?.afterwards()
}

interface Departure {
  key: number
  draft: unknown
  id: RequestId | undefined
  answered(): void
}

/** The limit of the command itself, null without one. RATE_LIMIT_EXCEEDED. */
const take = ({ node, actor }: LiveSession, { limit }: Command): Promise<void> | null =>
  limit === null ? null : node.rates.take(actor, limit)

/** Starts a command without waiting for its end, and answers it after those that started before it. */
function fly(session: LiveSession, command: Command, { key, draft, id, answered }: Departure): void {
  const counted = take(session, command)
  const run = () => command.run(session.actor, draft, session)
  const outcome = (counted === null ? run() : counted.then(run)).then(
    (result) => () => reply(session, command, result ?? {}, id),
    (cause: unknown) => () =>
      refuseFrame(session, session.node.blame(cause), { action: command.type, id, named: draft }),
  )
  const before = session.flight?.landed
  const land = async () => {
    await before
    const answer = await outcome
    answer()
    answered()
    if (session.flight === flight) session.flight = null
  }
  const flight: Flight = { key, landed: land() }
  session.flight = flight
}

const pingCheck = TypeCompiler.Compile(Ping)
const max_reasons = 8

/** VALIDATION_FAILED with a reason for each wrong field. */
function checked<T>(check: TypeCheck<TSchema>, data: unknown, { locale }: Session): T {
  if (check.Check(data)) return data as T
  throw new AppError('VALIDATION_FAILED', reasonsOf(check.Errors(data), { locale: locale ?? 'en', max: max_reasons }))
}

function pong(session: Session, { timestamp }: Static<typeof Ping>): void {
  session.node.outlet.send(
    session,
    encode('pong', session.request, { timestamp, server_time: new Date().toISOString() }),
  )
}
