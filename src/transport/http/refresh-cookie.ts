import { Elysia } from 'elysia'

import { AppError } from '../../kernel/errors.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { trait } from './traits.ts'

/** RFC 6265bis, 4.1.3.2: only this very host, over TLS, can have set it; a neighbour under the same domain cannot plant one. */
export const refresh_cookie = '__Host-veza_refresh'
/** On a developer's own machine, where there is no TLS. */
const local_cookie = 'veza_refresh'

export interface RefreshCookieOptions {
  /** `security.refresh_cookie`. */
  enabled: boolean
  /** Whose pages may use it, besides those of the server itself. */
  allowed_origins: readonly string[]
  /** The life of a refresh token, in milliseconds. */
  life_ms: number
  /** The access token of a next pair. Counts against who asks. */
  renew(request: Request, refresh_token: string): Promise<string>
}

/** The header by which a page asks for the cookie. Forms cannot send it, and other origins only after a preflight. */
const wish = 'X-Refresh-Cookie'

/**
 * For the routes of `/auth`: a page that asks for it gets its refresh token as a cookie that no script can read, instead of in the body. What comes with the cookie must
 * come from a page of ours: `ORIGIN_REFUSED` else, for a browser sends it whoever made the page ask.
 */
export function refreshCookies(options: RefreshCookieOptions) {
  const origins = new Set(options.allowed_origins)
  const set = (name: string, value: string, seconds: number) =>
    `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${name === refresh_cookie ? '; Secure' : ''}`

  function requireOwnOrigin(request: Request, exchange: Exchange): void {
    const origin = request.headers.get('origin')
    const own = `${exchange.secure ? 'https' : 'http'}://${request.headers.get('host')}`
    const crosses = request.headers.get('sec-fetch-site') === 'cross-site'
    if (origin === null || crosses || (origin !== own && !origins.has(origin))) throw new AppError('ORIGIN_REFUSED')
  }

  const receive = async ({ request, body }: { request: Request; body: unknown }): Promise<void> => {
    const exchange = exchangeOf(request)
    const wants = wishOf(request, exchange)
    const name = options.enabled ? nameFor(request, exchange) : null
    if (name === null) return
    const given = body as { refresh_token?: unknown } | undefined
    const asks = endsIn(exchange, '/refresh') && given?.refresh_token === undefined
    const leaves = endsIn(exchange, '/logout') || endsIn(exchange, '/logout-all')
    const token = asks || leaves ? cookieOf(request, name) : undefined
    if (token === undefined && !wants) return
    requireOwnOrigin(request, exchange)
    const gone = set(name, '', 0)
    if (token !== undefined) exchange.cookie_if_refused = gone
    if (leaves) exchange.cookie = gone
    else exchange.cookie_name = name
    if (asks && given !== undefined && token !== undefined) given.refresh_token = token
    // Whoever has the cookie alone can end its session, too: it stands for an access token.
    if (token !== undefined && endsIn(exchange, '/logout') && !request.headers.has('authorization'))
      request.headers.set('authorization', `Bearer ${await options.renew(request, token)}`)
  }

  const answer = ({ request, response }: { request: Request; response: unknown }): unknown => {
    const exchange = exchangeOf(request)
    if (exchange.cookie_name === undefined || !hasRefreshToken(response)) return undefined
    const { refresh_token, ...rest } = response
    exchange.cookie = set(exchange.cookie_name, refresh_token, Math.floor(options.life_ms / 1000))
    return rest
  }

  return new Elysia({ name: 'refresh-cookies', seed: {} })
    .onTransform({ as: 'scoped' }, trait('cookies', receive))
    .onAfterHandle({ as: 'scoped' }, answer)
}

/** Whoever mistypes it where a refresh token is given would have that within reach of scripts and not know. */
function wishOf({ headers }: Request, exchange: Exchange): boolean {
  const said = headers.get(wish)
  if (said !== null && said !== 'true' && giving.some((end) => endsIn(exchange, end)))
    throw new AppError('VALIDATION_FAILED', [{ field: wish, reason: 'must be true' }])
  return said === 'true'
}

/** The addresses that give a refresh token. */
const giving = ['/register', '/login', '/refresh']

const endsIn = ({ route }: Exchange, end: string): boolean => route?.endsWith(`/auth${end}`) === true

/** Browsers keep a cookie of that name from an encrypted connection only, and without one none but a developer's own machine is to be trusted. */
function nameFor(request: Request, { secure }: Exchange): string | null {
  if (secure) return refresh_cookie
  const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '')
  return /^(localhost|[\w.-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host) ? local_cookie : null
}

const cookieOf = (request: Request, name: string): string | undefined =>
  (request.headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)

const hasRefreshToken = (response: unknown): response is { refresh_token: string } =>
  typeof response === 'object' && response !== null && 'refresh_token' in response && typeof response.refresh_token === 'string' // prettier-ignore
