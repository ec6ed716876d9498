export interface Cors {
  /** Adds what lets an allowed origin read the answer. */
  permit(request: Request, headers: Headers): void
  /** Whether the browser asks for leave before its real request. */
  isPreflight(request: Request): boolean
  /** The leave, which `permit` makes readable. */
  preflight(request: Request, methods: readonly string[]): Response
}

const exposed =
  'X-Request-Id, ETag, Location, Retry-After, RateLimit, RateLimit-Policy, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset'
const accepted =
  'Authorization, Content-Type, Accept-Language, Idempotency-Key, If-None-Match, X-Api-Key, X-Refresh-Cookie, X-Request-Id'

/** Cross-origin reads, for exactly the listed origins. Access tokens travel in a header; credentials are the refresh cookie, and only `/auth` takes that. */
export function createCors(allowed_origins: readonly string[], credentials = false): Cors {
  const allowed = new Set(allowed_origins)
  const permit = (request: Request, headers: Headers) => {
    if (allowed.size === 0) return
    headers.append('vary', 'Origin')
    const origin = request.headers.get('origin')
    if (origin === null || !allowed.has(origin)) return
    headers.set('access-control-allow-origin', origin)
    if (credentials && new URL(request.url).pathname.startsWith('/api/v1/auth/'))
      headers.set('access-control-allow-credentials', 'true')
    headers.set('access-control-expose-headers', exposed)
    headers.set('cross-origin-resource-policy', 'cross-origin')
  }
  return {
    permit,
    isPreflight: (request) =>
      request.method === 'OPTIONS' &&
      request.headers.has('origin') &&
      request.headers.has('access-control-request-method'),
    preflight: (request, methods) => {
      const response = new Response(null, { status: 204, headers: { allow: methods.join(', ') } })
      if (allowed.has(request.headers.get('origin') ?? '')) {
        response.headers.set('access-control-allow-methods', methods.join(', '))
        response.headers.set('access-control-allow-headers', accepted)
        response.headers.set('access-control-max-age', '600')
      }
      return response
    },
  }
}
