import type { TypeCheck } from '@sinclair/typebox/compiler'
import type { TSchema } from '@sinclair/typebox'

import { AppError } from '../../kernel/errors.ts'
import { authenticate, authenticateCheck, type Wanted } from './authenticate.ts'
import { decode, encode, encodeError, type Frame, FrameError } from './codec.ts'
import type { Command } from './command.ts'
import { countError } from './node.ts'
import type { LiveSession, Session } from './session.ts'

/** Takes one frame to its reply. Never rejects: whatever fails becomes an `error`. Null stands for a binary frame. */
export async function dispatch(session: Session, text: string | null): Promise<void> {
  let action: string | null = null
  session.request = undefined
  session.busy_since = performance.now()
  try {
    if (text === null) throw new AppError('MALFORMED_FRAME', { reason: 'binary' })
    const frame = decode(text)
    session.request = frame.id
    action = frame.type
    await run(session, frame)
  } catch (cause) {
    if (cause instanceof FrameError) session.request = cause.id
    answer(session, cause instanceof FrameError ? cause.error : session.node.blame(cause), action)
  }
  session.busy_since = 0
}

function answer(session: Session, error: AppError, action: string | null): void {
  const { node } = session
  countError(node, error.code)
  node.outlet.send(session, encodeError(error, action, session.request, session.locale))
  if (error.code !== 'MALFORMED_FRAME') return
  session.malformed++
  if (node.limits.max_malformed_frames > 0 && session.malformed >= node.limits.max_malformed_frames)
    node.outlet.close(session, 'malformed')
}

async function run(session: Session, { type, data }: Frame): Promise<void> {
  switch (type) {
    case 'authenticate': {
      const { token, ...wanted } = checked<{ token: string } & Wanted>(authenticateCheck, data)
      return authenticate(session, { token }, wanted)
    }
    case 'ping':
      return pong(session, data)
    case 'disconnect':
      return session.node.outlet.close(session, 'normal', 'goodbye')
  }
  if (session.actor === null) throw new AppError('AUTH_REQUIRED')
  const command = session.node.commands.get(type)
  if (command === undefined) throw new AppError('UNKNOWN_COMMAND', { type: type.slice(0, 64) })
  await obey(session as LiveSession, command, data)
}

async function obey(session: LiveSession, command: Command, data: unknown): Promise<void> {
  const { node } = session
  const draft = checked(command.check, data)
  await take(session, command)
  const result = (await command.run(session.actor, draft, session)) ?? {}
  if (command.reply === null) return
  const reply = typeof command.reply === 'string' ? command.reply : command.reply(result)
  node.outlet.send(session, encode(reply, session.request, result))
}

/** RATE_LIMIT_EXCEEDED over the limit on all commands, or over the command's own. */
async function take({ node, actor }: LiveSession, { limit }: Command): Promise<void> {
  const { max_commands_per_minute, max_messages_per_minute } = node.limits
  if (max_commands_per_minute > 0) await takeOne('ws_commands', max_commands_per_minute)
  if (limit === 'messages' && max_messages_per_minute > 0) await takeOne('messages', max_messages_per_minute)

  async function takeOne(name: string, points: number): Promise<void> {
    const taken = await node.rates.take(name, actor.id, { points, duration_s: 60 })
    if (taken.allowed) return
    throw new AppError(
      'RATE_LIMIT_EXCEEDED',
      { current_rate: taken.used, limit: taken.limit, window: 60 },
      Math.max(1, Math.ceil(taken.reset_ms / 1000)),
    )
  }
}

const max_reasons = 8

/** VALIDATION_FAILED with a reason for each wrong field. */
function checked<T>(check: TypeCheck<TSchema>, data: unknown): T {
  if (check.Check(data)) return data as T
  const reasons = []
  for (const { path, message } of check.Errors(data)) {
    reasons.push({ field: path.slice(1).replaceAll('/', '.'), reason: message })
    if (reasons.length === max_reasons) break
  }
  throw new AppError('VALIDATION_FAILED', reasons)
}

function pong(session: Session, data: unknown): void {
  const { timestamp } = data as { timestamp?: unknown }
  const echoed = typeof timestamp === 'string' || typeof timestamp === 'number' ? timestamp : undefined
  session.node.outlet.send(
    session,
    encode('pong', session.request, { timestamp: echoed, server_time: new Date().toISOString() }),
  )
}
