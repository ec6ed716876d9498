import { type ErrorCode, errors } from '../../kernel/errors.ts'

export const errorTypes = [
  'validation',
  'auth',
  'permission',
  'not_found',
  'conflict',
  'rate_limit',
  'database',
  'unavailable',
  'internal',
] as const

/** The values of the label `type` of `chat_errors_total`. */
export type ErrorType = (typeof errorTypes)[number]

const byStatus: Record<number, ErrorType> = {
  400: 'validation',
  401: 'auth',
  403: 'permission',
  404: 'not_found',
  405: 'validation',
  409: 'conflict',
  413: 'validation',
  415: 'validation',
  422: 'validation',
  426: 'validation',
  429: 'rate_limit',
  503: 'unavailable',
}

/** The type under which an answered error counts. `database` is counted where the database fails, not by code. */
export const errorType = (code: ErrorCode): ErrorType => byStatus[errors[code].status] ?? 'internal'
