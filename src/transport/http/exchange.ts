import type { Locale } from '../../kernel/errors.ts'
import { localeOf } from '../../kernel/locale.ts'
import type { Scope } from '../../kernel/permissions.ts'
import type { Taken } from '../../platform/limits/index.ts'
import type { Peer } from './peer.ts'
import type { Handling } from './representation.ts'

/** What is known about one request besides the request itself. */
export interface Exchange extends Peer {
  request_id: string
  /** What the client asked for, or what its user has; null while nobody knows. */
  locale: Locale | null
  user_agent: string | null
  started: number
  /** The limit nearest to its end among those that this request took from. */
  limit?: Taken & { name: string; window_s: number }
  /** Who asks, once proven. */
  user_id?: number
  /** What the route that answers asks of API keys; undefined where none may. */
  permission?: Scope | readonly Scope[] | undefined
  /** Whether the route that answers is open to those who have to turn on a second factor first. */
  open_to_confined?: boolean
  /** The pattern of the route that answered, and what stands for its names. */
  route?: string
  params?: Record<string, unknown>
  /** The text of the answer, where it was made as one, and what may become of it. */
  content?: string | undefined
  handling?: Handling | undefined
  /** `Set-Cookie` of the answer, and of a 401 instead. */
  cookie?: string
  cookie_if_refused?: string
  /** The cookie that takes a refresh token in its answer. */
  cookie_name?: string
}

const exchanges = new WeakMap<Request, Exchange>()

export function openExchange(request: Request, peer: Peer): Exchange {
  const exchange: Exchange = {
    ...peer,
    request_id: requestId(request.headers.get('x-request-id')),
    locale: localeOf(request.headers.get('accept-language')),
    user_agent: request.headers.get('user-agent')?.slice(0, 256) ?? null,
    started: performance.now(),
  }
  exchanges.set(request, exchange)
  return exchange
}

/** The exchange that a request belongs to. */
export function exchangeOf(request: Request): Exchange {
  return exchanges.get(request) ?? openExchange(request, { ip: null, secure: false })
}

export const shareExchange = (from: Request, to: Request) => exchanges.set(to, exchangeOf(from))

/** The client's id when it is sane, so that one id follows a request through several systems. */
const requestId = (given: string | null): string =>
  given !== null && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : crypto.randomUUID()
