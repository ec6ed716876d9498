import type { Locale } from '../../kernel/errors.ts'
import type { Taken } from '../../platform/limits/index.ts'
import type { Peer } from './peer.ts'

/** What is known about one request besides the request itself. */
export interface Exchange extends Peer {
  request_id: string
  locale: Locale
  user_agent: string | null
  started: number
  /** The limit nearest to its end among those that this request took from. */
  limit?: Taken & { name: string; window_s: number }
  /** Who asks, once proven. */
  user_id?: number
  /** The pattern of the route that answered. */
  route?: string
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

/** The first language of ours by the client's preference (RFC 9110, 12.5.4); English otherwise. */
function localeOf(accepted: string | null): Locale {
  if (accepted === null) return 'en'
  let best: { locale: Locale; weight: number } = { locale: 'en', weight: 0 }
  for (const range of accepted.slice(0, 256).split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
    const q = parameters
      .map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1])
      .find((value) => value !== undefined)
    const weight = q === undefined ? 1 : Number(q)
    const language = tag.split('-', 1)[0]
    const locale = language === 'fr' ? 'fr' : language === 'en' || language === '*' ? 'en' : null
    if (locale !== null && weight > best.weight) best = { locale, weight }
  }
  return best.locale
}
