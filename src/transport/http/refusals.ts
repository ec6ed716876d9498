import type { Refusal } from '../../kernel/audit.ts'
import type { AppError } from '../../kernel/errors.ts'
import type { Exchange } from './exchange.ts'

/** What the `:id` of a route names, by the word before it. */
const subjects = {
  rooms: 'room_id',
  conversations: 'conversation_id',
  messages: 'message_id',
  users: 'user_id',
} as const

/** An error answer as whoever keeps account of refusals is told of it. Of the path only a pattern of ours: a client may ask for any. */
export function refusalOf(request: Request, exchange: Exchange, error: AppError): Refusal {
  const { ip, request_id, user_id, route, params = {} } = exchange
  const place = route ?? (new URL(request.url).pathname === '/ws' ? '/ws' : 'unknown')
  const word = /\/(rooms|conversations|messages|users)\/:id(\/|$)/.exec(place)?.[1] as keyof typeof subjects | undefined
  return {
    error,
    action: `http.${request.method} ${place}`,
    actor: user_id === undefined ? null : { id: user_id },
    ip,
    request_id,
    subject: {
      ...('user_id' in params && { user_id: idOf(params['user_id']) }),
      ...(word !== undefined && { [subjects[word]]: idOf(params['id']) }),
    },
  }
}

const idOf = (text: unknown): unknown => (typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : text)
