import type { Server } from 'bun'

import { credentialOf } from '../../kernel/credential.ts'
import { AppError } from '../../kernel/errors.ts'
import { localeOf } from '../../kernel/locale.ts'
import type { Node } from './node.ts'
import { createSession, type Proof, type Session } from './session.ts'

const subprotocol = 'veza.v1'

/**
 * `GET /ws`. Null once the socket is upgraded, else why not, for the HTTP side to answer.
 *
 * Who connects may be named at once, by `Authorization: Bearer` or `X-API-Key`, by the subprotocols `["veza.v1", "bearer.<token>"]` (browsers cannot set headers), or by
 * `?ticket=`; that proof is checked on the open socket, where a browser can read why it failed. An access token in the query is refused: it would be logged.
 */
export function upgrade(node: Node, request: Request, server: Server<Session>, ip: string | null): AppError | null {
  const { headers } = request
  if (request.method !== 'GET' || headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    return new AppError('UPGRADE_REQUIRED')
  }
  if (!originAllowed(headers.get('origin'), headers.get('host'), node.allowed_origins))
    return new AppError('ORIGIN_REFUSED')
  const full = node.limits.max_connections > 0 && node.connections.size >= node.limits.max_connections
  if (node.draining || full) return new AppError('SERVICE_UNAVAILABLE', undefined, 1 + Math.floor(Math.random() * 10))

  const query = new URL(request.url).searchParams
  if (query.has('token') || query.has('access_token')) {
    return new AppError('TOKEN_IN_ADDRESS')
  }
  const offered = (headers.get('sec-websocket-protocol') ?? '').split(',').map((each) => each.trim())
  const proof = proofOf(headers, query, offered)
  if (proof instanceof AppError) return proof
  const session = createSession(node, proof, localeOf(headers.get('accept-language')), ip)
  // Left alone the runtime would choose the first that is offered, be it a token.
  const chosen = { 'Sec-WebSocket-Protocol': offered.includes(subprotocol) ? subprotocol : '' }
  if (server.upgrade(request, { data: session, headers: chosen })) return null
  return new AppError('UPGRADE_REQUIRED')
}

function proofOf(headers: Headers, query: URLSearchParams, offered: string[]): Proof | AppError | null {
  const token = credentialOf(headers)
  if (token instanceof AppError) return token
  if (token !== null) return { token }
  const carried = offered.find((each) => each.startsWith('bearer.'))
  if (carried !== undefined) return { token: carried.slice('bearer.'.length) }
  const ticket = query.get('ticket')
  return ticket === null ? null : { ticket }
}

/** Browsers always send an Origin and cannot forge it; other clients send none. Same host, or named by the configuration. */
function originAllowed(origin: string | null, host: string | null, allowed: readonly string[]): boolean {
  if (origin === null) return true
  if (allowed.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}
