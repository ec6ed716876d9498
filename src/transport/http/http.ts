import { type AnyElysia, Elysia } from 'elysia'
import type { Refusal } from '../../kernel/audit.ts'
import { AppError, errors, type Locale } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { isConnectionError, isShortage } from '../../platform/db/index.ts'
import { errorType, type Metrics } from '../../platform/metrics/index.ts'
import { failure, success } from './answer.ts'
import { readJson } from './body.ts'
import { createCoercion } from './coercion.ts'
import { createCors } from './cors.ts'
import { type Exchange, exchangeOf, openExchange, shareExchange } from './exchange.ts'
import { asAppError, loggable } from './failures.ts'
import { seal } from './headers.ts'
import { createMethodsAt } from './methods.ts'
import { createOpenToConfined, createPermissions } from './permissions.ts'
import { createPeerOf, type Peer, type Socket } from './peer.ts'
import { isPlanned } from './planned-routes.ts'
import { refusalOf } from './refusals.ts'
import { createHandling, represent } from './representation.ts'
import { type Readiness, systemRoutes } from './system-routes.ts'

export interface HttpOptions {
  log: Log
  metrics?: Metrics
  /** What `/metrics` asks for; empty asks for nothing. */
  metrics_token?: string
  trusted_proxies: readonly string[]
  allowed_origins: readonly string[]
  /** Whether those may send and get the refresh cookie. */
  credentials?: boolean
  /** Bytes; 0 means no limit. */
  max_body_size: number
  /** Milliseconds until the answer must have begun; 0 means no limit. */
  request_timeout: number
  /** Whether answers are compressed for clients that like it; true unless it is said. */
  compression?: boolean
  /** Plugins mounted below `/api/v1`. */
  routes: readonly AnyElysia[]
  /** Plugins mounted at the root, such as pages. */
  pages?: readonly AnyElysia[]
  /** What people see at an address that is none, in place of the error; null where that is for a program. */
  lost?(request: Request, locale: Locale): Promise<Response | null>
  /** What is served as it is, by path. */
  documents?: Readonly<Record<string, () => object>>
  ready(): Promise<Readiness>
  /** While true, new requests get 503; those begun before end as usual, and the system routes go on. */
  draining?(): boolean
  /** A request is answered with an error. */
  onRefusal?(refusal: Refusal): void
}

export interface Http {
  /** Answers a request. Never rejects; every answer carries its headers, envelope and log line. */
  fetch(request: Request, socket: Socket): Promise<Response>
  /** The client behind trusted proxies, for what is served beside HTTP. */
  peerOf(headers: Headers, socket: Socket): Peer
  /** An error answer as `fetch` would give it, for a refused upgrade. */
  refuse(request: Request, socket: Socket, error: AppError): Response
  /** An error answer where a request could not even be read, or nothing else is left. */
  bare(error: AppError): Response
  /** The Elysia app, for documents made from its routes. */
  app: AnyElysia
}

/** The HTTP face of the server, without a port: `Bun.serve` hands it requests and the socket's address. */
export function createHttp(options: HttpOptions): Http {
  const { metrics, compression = true } = options
  const log = options.log.target('chat_server::http')
  const peerOf = createPeerOf(options.trusted_proxies)
  const cors = createCors(options.allowed_origins, options.credentials)
  const app = compose(options, report)
  const methodsAt = createMethodsAt(app.routes)

  function report(request: Request, thrown: unknown): Response {
    const exchange = exchangeOf(request)
    const error = asAppError(thrown, exchange.locale ?? 'en')
    metrics?.error(isConnectionError(thrown) || isShortage(thrown) ? 'database' : errorType(error.code))
    if (error.code === 'RATE_LIMIT_EXCEEDED') metrics?.rateLimited.inc()
    options.onRefusal?.(refusalOf(request, exchange, error))
    const line = { ...lineOf(request, exchange), code: error.code }
    // What is refused on purpose, as while draining, is no failure.
    if (errors[error.code].status >= 500 && thrown instanceof AppError) log.info('request refused', line)
    else if (errors[error.code].status >= 500) log.error('request failed', { ...line, error: loggable(thrown) })
    return failure(error, exchange)
  }

  async function route(request: Request, exchange: Exchange): Promise<Response> {
    const path = pathOf(request)
    if (path === null) return lost(request, exchange, new AppError('MALFORMED_FRAME', { field: 'url' }))
    const methods = methodsAt(path)
    if (cors.isPreflight(request)) return cors.preflight(request, methods)
    if (methods.length === 0) return lost(request, exchange)
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow: methods.join(', ') } })
    if (!methods.includes(request.method)) return notAllowed(methods, exchange)
    if (options.draining?.() === true && path.startsWith('/api/'))
      throw new AppError('SERVICE_UNAVAILABLE', { draining: true }, 5)
    if (request.method !== 'HEAD') return app.handle(plain(request))
    const asGet = new Request(request, { method: 'GET' })
    shareExchange(request, asGet)
    return app.handle(plain(asGet))
  }

  async function lost(request: Request, exchange: Exchange, error = new AppError('NOT_FOUND')): Promise<Response> {
    const page = await options.lost?.(request, exchange.locale ?? 'en')
    if (!page) throw error
    return page
  }

  function notAllowed(methods: string[], exchange: Exchange): Response {
    const response = failure(new AppError('METHOD_NOT_ALLOWED', { allow: methods }), exchange)
    response.headers.set('allow', methods.join(', '))
    return response
  }

  async function respond(request: Request, exchange: Exchange): Promise<Response> {
    return represent(request, exchange, await route(request, exchange), compression)
  }

  function finish(request: Request, exchange: Exchange, response: Response): Response {
    seal(response, exchange)
    cors.permit(request, response.headers)
    const seconds = (performance.now() - exchange.started) / 1000
    metrics?.request(request.method, exchange.route ?? 'none', response.status, seconds)
    log.debug('request', {
      ...lineOf(request, exchange),
      status: response.status,
      duration_ms: Math.round(seconds * 1e5) / 100,
    })
    return response
  }

  return {
    app,
    peerOf,
    fetch: async (request, socket) => {
      const exchange = openExchange(request, peerOf(request.headers, socket))
      const response = await withDeadline(options.request_timeout, () => respond(request, exchange)).catch(
        (cause: unknown) => report(request, cause),
      )
      return finish(request, exchange, response)
    },
    bare: (error) => {
      const exchange = openExchange(new Request('http://unknown/'), { ip: null, secure: false })
      const response = failure(error, exchange)
      seal(response, exchange)
      return response
    },
    refuse: (request, socket, error) => {
      const exchange = openExchange(request, peerOf(request.headers, socket))
      return finish(request, exchange, report(request, error))
    },
  }
}

function compose(options: HttpOptions, report: (request: Request, thrown: unknown) => Response): AnyElysia {
  const api = new Elysia({ prefix: '/api/v1' })
  for (const plugin of options.routes) api.use(plugin)
  // Host names shorter than "localhost" are hosts too.
  const app = new Elysia({ name: 'http', handler: { standardHostname: false } })
    .onParse({ as: 'global' }, ({ request, route }) => {
      exchangeOf(request).route = route
      return isPlanned(route) ? {} : readJson(request, options.max_body_size)
    })
    .onTransform({ as: 'global' }, ({ request, route, params, query }) => {
      Object.assign(exchangeOf(request), {
        route,
        params: { ...params },
        permission: permissionOf(request.method, route),
        open_to_confined: isOpenToConfined(request.method, route),
        handling: handlingOf(request.method, route),
      })
      coerce(request.method, route, { params, query }, request.url)
    })
    .mapResponse({ as: 'global' }, ({ request, response, set }) => {
      if (response instanceof Response) return response
      const answer = success(typeof set.status === 'number' ? set.status : 200, response, exchangeOf(request))
      for (const [name, value] of Object.entries(set.headers)) answer.headers.set(name, String(value))
      return answer
    })
    .onError({ as: 'global' }, ({ request, error }) => report(request, error))
    .use(
      systemRoutes({
        ready: options.ready,
        metrics: options.metrics,
        metrics_token: options.metrics_token ?? '',
        documents: options.documents ?? {},
        compression: options.compression ?? true,
      }),
    )
    .use(api)
  for (const plugin of options.pages ?? []) app.use(plugin)
  const coerce = createCoercion(app.routes)
  const permissionOf = createPermissions(app.routes)
  const isOpenToConfined = createOpenToConfined(app.routes)
  const handlingOf = createHandling(app.routes)
  return app
}

/** The path, if it and the query can be decoded: what follows may then decode them without fear. */
function pathOf(request: Request): string | null {
  const { pathname, search } = new URL(request.url)
  return [pathname, search].every(isDecodable) ? pathname : null
}

function isDecodable(text: string): boolean {
  try {
    return !text.includes('%') || !decodeURIComponent(text).includes('\0')
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}

/** Elysia looks for the path behind the length of "http://", so to it every request is one without TLS. */
function plain(request: Request): Request {
  if (!request.url.startsWith('https:')) return request
  const same = new Request(`http${request.url.slice('https'.length)}`, request)
  shareExchange(request, same)
  return same
}

async function withDeadline(ms: number, run: () => Promise<Response>): Promise<Response> {
  if (ms <= 0) return run()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new AppError('SERVICE_UNAVAILABLE', { timeout_ms: ms }, 1)), ms)
  try {
    return await Promise.race([run(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const lineOf = (request: Request, { request_id, ip, user_id, route }: Exchange) => ({
  request_id,
  method: request.method,
  // The path may hold what is secret, such as an invite; the pattern does not, nor does where a path begins, such as /api/v1/invites.
  route: route ?? new URL(request.url).pathname.split('/', 4).join('/').slice(0, 128),
  ip,
  ...(user_id === undefined ? {} : { user_id }),
})
