import { AppError, errors, errorText, type ErrorCode, type Locale } from '../../kernel/errors.ts'
import { localised } from '../../kernel/phrases.ts'
import { isLonger } from '../../kernel/text.ts'

/** A client's request id, echoed by the direct reply. */
export type RequestId = string | number

export interface Frame {
  type: string
  id: RequestId | undefined
  data: unknown
}

const max_id_length = 128

/** Reads one client frame. MALFORMED_FRAME when it is not a JSON object; VALIDATION_FAILED when `type` or `id` is wrong. */
export function decode(text: string): Frame {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AppError('MALFORMED_FRAME', { reason: cause instanceof SyntaxError ? 'not JSON' : 'too deep' })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('MALFORMED_FRAME', { reason: 'not an object' })
  const { type, id, data } = value as Record<string, unknown>
  if (!isRequestId(id)) {
    throw new AppError('VALIDATION_FAILED', [
      { field: 'id', reason: `a number, or a string of at most ${max_id_length} characters` },
    ])
  }
  if (typeof type !== 'string')
    throw new FrameError(id, new AppError('VALIDATION_FAILED', [{ field: 'type', reason: 'a string is required' }]))
  if (typeof (data ?? {}) !== 'object' || Array.isArray(data))
    throw new FrameError(id, new AppError('VALIDATION_FAILED', [{ field: '', reason: 'data must be an object' }]))
  return { type, id, data: data ?? {} }
}

const isRequestId = (id: unknown): id is RequestId | undefined =>
  id === undefined ||
  (typeof id === 'number' ? Number.isFinite(id) : typeof id === 'string' && !isLonger(id, max_id_length))

/** A refusal of a frame whose `id` could be read, so that the error can echo it. */
export class FrameError extends Error {
  constructor(
    readonly id: RequestId | undefined,
    readonly error: AppError,
  ) {
    super(error.message)
  }
}

/** One server frame. `id` is left out when the client sent none. */
export const encode = (type: string, id: RequestId | undefined, data: object): string =>
  JSON.stringify({ type, id, data })

/** The same, for data that is JSON already. */
export const encodeJson = (type: string, id: RequestId | undefined, json: string): string =>
  id === undefined
    ? `{"type":"${type}","data":${json}}`
    : `{"type":"${type}","id":${JSON.stringify(id)},"data":${json}}`

export function encodeError(
  error: AppError,
  action: string | null,
  id: RequestId | undefined,
  /** Null while nobody knows what the client reads. */
  locale: Locale | null,
  type: 'error' | 'auth_error' = 'error',
): string {
  const code: ErrorCode = error.code
  return encode(type, id, {
    code,
    message: errorText(code, locale ?? 'en'),
    severity: errors[code].severity,
    retry_after: error.retry_after,
    details: localised(error.details, locale ?? 'en'),
    action,
  })
}
