import type { Exchange } from './exchange.ts'

const always = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  // A page of ours shares no window with those that opened it, and needs no sensor of the device.
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
} as const

/** An answer of the API loads nothing and is framed nowhere. Pages bring a policy of their own. */
const api_policy = "default-src 'none'; frame-ancestors 'none'"
const hsts = 'max-age=31536000; includeSubDomains'

/** Sets what every answer carries; what a route set itself stays. */
export function seal(response: Response, exchange: Exchange): void {
  const { headers } = response
  const byDefault = (name: string, value: string) => headers.has(name) || headers.set(name, value)
  headers.set('x-request-id', exchange.request_id)
  for (const [name, value] of Object.entries(always)) byDefault(name, value)
  byDefault('content-security-policy', api_policy)
  byDefault('cache-control', 'no-store')
  const cookie = response.status === 401 ? exchange.cookie_if_refused : response.ok ? exchange.cookie : undefined
  if (cookie !== undefined) headers.append('set-cookie', cookie)
  if (exchange.secure) headers.set('strict-transport-security', hsts)
  showLimit(headers, exchange)
}

/** The seed's three headers, and `RateLimit` with `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-10. */
function showLimit(headers: Headers, { limit }: Exchange): void {
  if (limit === undefined) return
  const reset_s = Math.ceil(limit.reset_ms / 1000)
  headers.set('x-ratelimit-limit', String(limit.limit))
  headers.set('x-ratelimit-remaining', String(limit.remaining))
  // Unix time in seconds, as most clients expect of this name.
  headers.set('x-ratelimit-reset', String(Math.ceil((Date.now() + limit.reset_ms) / 1000)))
  headers.set('ratelimit-policy', `"${limit.name}";q=${limit.limit};w=${limit.window_s}`)
  headers.set('ratelimit', `"${limit.name}";r=${limit.remaining};t=${reset_s}`)
}
