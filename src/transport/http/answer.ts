import { type AppError, errors, errorText } from '../../kernel/errors.ts'
import { localised } from '../../kernel/phrases.ts'
import type { Exchange } from './exchange.ts'

const json = (status: number, text: string): Response =>
  new Response(text, { status, headers: { 'content-type': 'application/json; charset=utf-8' } })

/** `{"success": true, "data": ...}`, or 204 for nothing. */
export function success(status: number, data: unknown, exchange: Exchange): Response {
  if (data === undefined || status === 204) return new Response(null, { status: 204 })
  exchange.content = JSON.stringify({ success: true, data })
  return json(status, exchange.content)
}

/** `{"success": false, "error": ...}`, with `Retry-After` where waiting helps. */
export function failure(error: AppError, exchange: Exchange): Response {
  const { code } = error
  const locale = exchange.locale ?? 'en'
  const details = localised(error.details, locale)
  const { status } = errors[code]
  exchange.content = undefined
  const error_answer = {
    success: false,
    error: {
      code,
      message: errorText(code, locale),
      ...(details === undefined ? {} : { details }),
      timestamp: new Date().toISOString(),
      request_id: exchange.request_id,
    },
  }
  const response = json(status, JSON.stringify(error_answer))
  // RFC 9110, 8.5 and 12.5.5.
  response.headers.set('content-language', locale)
  response.headers.append('vary', 'Accept-Language')
  const retry_after = error.retry_after ?? (status === 503 ? 1 : null)
  if (retry_after !== null) response.headers.set('retry-after', String(Math.max(1, Math.ceil(retry_after))))
  // RFC 9110, 11.6.1: a 401 names how to authenticate.
  if (status === 401) response.headers.set('www-authenticate', 'Bearer realm="veza-chat"')
  // RFC 9110, 15.5.22, and RFC 6455, 4.4: a 426 names what it would speak.
  if (status === 426) {
    response.headers.set('upgrade', 'websocket')
    response.headers.set('connection', 'Upgrade')
    response.headers.set('sec-websocket-version', '13')
  }
  return response
}
