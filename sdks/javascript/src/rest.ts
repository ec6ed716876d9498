import type { Fetch } from './api.ts'
import { codeOf, Refusal } from './errors.ts'
import { languageOf } from './language.ts'
import { ownChanges } from './own.ts'
import { parsed } from './parsed.ts'
import type { OwnUser, Requests } from './rest.gen.ts'

export type * as shapes from './rest.gen.ts'

export type Request = keyof Requests
/** What a request takes: `path`, `query` and `body`, each where it has one. */
export type RequestParts<R extends Request> = Omit<Requests[R], 'answer'> & { signal?: AbortSignal }
export type AnswerOf<R extends Request> = Requests[R]['answer']

/** The parts may be left out where none is needed. */
type Given<R extends Request> =
  Record<string, never> extends Omit<Requests[R], 'answer'> ? [parts?: RequestParts<R>] : [parts: RequestParts<R>]

/**
 * Any request of the REST API by its method and path under `/api/v1`, such as `rest('GET /rooms/{id}', { path: { id: 1 } })`. Resolves to the `data` of the answer, undefined where there is
 * none. Rejects with ChatError: the server's codes, or `NOT_CONNECTED` when the server was not reached.
 */
export type Rest = <R extends Request>(request: R, ...given: Given<R>) => Promise<AnswerOf<R>>

export interface RestOptions {
  /** Of the server, without a path. */
  origin: string
  /** Null where there is nobody. After an answer that refuses the token it is asked once more, with true. */
  token(refused: boolean): Promise<string | null>
  fetch: Fetch
  /** A function is asked each time. */
  locale?: string | (() => string)
  headers?: Record<string, string>
  credentials?: 'include' | 'omit' | 'same-origin'
}

interface Parts {
  path?: Record<string, string | number>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
}

/** What another token may change. A wrong password or code is refused by 401 as well, and asked twice it would count twice. */
const of_token = /^(INVALID_TOKEN|TOKEN_EXPIRED|SESSION_REVOKED|AUTH_REQUIRED)$/

export function createRest({ origin, token, fetch: ask, locale, headers: own, credentials }: RestOptions): Rest {
  async function attempt(request: string, parts: Parts, refused: boolean): Promise<unknown> {
    const gap = request.indexOf(' ')
    const bearer = await token(refused)
    const headers: Record<string, string> = { ...own }
    if (bearer !== null) headers['authorization'] = `Bearer ${bearer}`
    const language = languageOf<string>({ locale })
    if (language !== undefined) headers['accept-language'] = language
    if (parts.body !== undefined) headers['content-type'] = 'application/json'
    const [response, text] = await ask(address(origin, request.slice(gap + 1), parts), {
      method: request.slice(0, gap),
      headers,
      ...(parts.body !== undefined && { body: JSON.stringify(parts.body) }),
      ...(parts.signal !== undefined && { signal: parts.signal }),
      ...(credentials !== undefined && { credentials }),
    })
      .then(read)
      .catch((error: unknown) => {
        throw new Refusal(parts.signal?.aborted ? 'CANCELLED' : 'NOT_CONNECTED', String(error))
      })
    try {
      return opened(response.status, text, response.headers.get('retry-after'))
    } catch (error) {
      if (bearer === null || refused || !of_token.test(codeOf(error))) throw error
      return attempt(request, parts, true)
    }
  }
  return (async (request: string, parts: Parts = {}) => {
    const answer = await attempt(request, parts, false)
    if (request === 'PUT /users/me') ownChanges.tell({ origin, user: answer as OwnUser })
    return answer
  }) as Rest
}

function address(origin: string, path: string, { path: named = {}, query = {} }: Parts): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(named[name])))
  const asked = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return `${origin}/api/v1${filled}${asked.length > 0 ? `?${asked.join('&')}` : ''}`
}

interface Envelope {
  success: boolean
  data?: unknown
  error?: { code: string; message: string; details?: unknown }
}

/** An answer with its text, which may be cut as well. */
export const read = async (response: Response): Promise<[Response, string]> => [response, await response.text()]

/** The `data` of an answer, or its error. A proxy in front of the server may answer with no JSON. */
export function opened(status: number, text: string, retry_after: string | null): unknown {
  if (status === 204) return undefined
  const envelope = parsed<Envelope>(text)
  if (envelope?.success === true) return envelope.data
  const seconds = Number(retry_after)
  throw new Refusal(
    envelope?.error?.code ?? (status >= 500 ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_ERROR'),
    envelope?.error?.message ?? `HTTP ${status}`,
    retry_after !== null && Number.isFinite(seconds) ? seconds : null,
    envelope?.error?.details,
  )
}
