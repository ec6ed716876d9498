import { codingFor, compress, min_compressed_bytes } from './encoding.ts'
import { etagOf, holds } from './etag.ts'
import type { Exchange } from './exchange.ts'
import { describeRoute, isKept, type ListedRoute } from './route.ts'

/** What may become of the answers of a route on their way. */
export interface Handling {
  /** Clients may keep it, and ask whether it still holds. */
  kept: boolean
  /**
   * It holds no secret, so its length may depend on what is in it. Where a secret and what an attacker chose meet in one compressed answer, its length tells of
   * the secret (BREACH).
   */
  compressible: boolean
}

export function createHandling(routes: readonly ListedRoute[]) {
  const known = new Map<string, Handling>()
  for (const route of routes) {
    const described = describeRoute(route)
    known.set(`${route.method} ${route.path}`, { kept: isKept(described), compressible: !described.sensitive })
  }
  return (method: string, route: string): Handling | undefined => known.get(`${method} ${route}`)
}

/**
 * The answer as this client gets it: 304 where it has it already, compressed where it likes that, and for HEAD without its body. Only of what was made here as
 * one text; streams and errors stay as they are.
 */
export async function represent(
  request: Request,
  exchange: Exchange,
  response: Response,
  compression: boolean,
): Promise<Response> {
  const { content, handling } = exchange
  const { status, headers } = response
  const isHead = request.method === 'HEAD'
  if (content === undefined || handling === undefined || status >= 300)
    // Where no length is set, Bun sets that of the text and leaves the text out: RFC 9110, 8.6, allows HEAD no other than that of GET.
    return isHead && headers.has('content-length') ? new Response(null, { status, headers }) : response

  const compressible = compression && handling.compressible && content.length >= min_compressed_bytes
  if (compressible) headers.append('vary', 'Accept-Encoding')
  if (handling.kept && status === 200) {
    const etag = etagOf(content)
    headers.set('etag', etag)
    // Kept by the one client alone, and asked about each time.
    headers.set('cache-control', 'private, no-cache')
    headers.append('vary', 'Authorization, X-API-Key')
    if (holds(request.headers.get('if-none-match'), etag)) {
      headers.delete('content-type')
      return new Response(null, { status: 304, headers })
    }
  }
  const coding = compressible ? codingFor(request.headers.get('accept-encoding')) : null
  if (coding === null && !isHead) return response
  const body = coding === null ? Buffer.from(content) : await compress(Buffer.from(content), coding)
  if (coding !== null) headers.set('content-encoding', coding)
  headers.set('content-length', String(body.length))
  return new Response(isHead ? null : body, { status, headers })
}
