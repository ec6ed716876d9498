import type { ValueError } from '@sinclair/typebox/errors'
import { NotFoundError, ParseError, ValidationError } from 'elysia'
import { AppError, type Locale } from '../../kernel/errors.ts'
import { reasonsOf } from '../../kernel/reasons.ts'
import { isConnectionError, isShortage } from '../../platform/db/index.ts'

const max_fields = 20

/** The expected failure behind whatever was thrown; anything unknown is `INTERNAL_ERROR`. */
export function asAppError(thrown: unknown, locale: Locale): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof ParseError) return asAppError(thrown.cause, locale)
  // An answer of ours that does not fit its schema is our fault, and a request that does not is the client's.
  if (thrown instanceof ValidationError && thrown.type !== 'response')
    return new AppError('VALIDATION_FAILED', fieldsOf(thrown, locale))
  if (thrown instanceof NotFoundError) return new AppError('NOT_FOUND')
  if (isConnectionError(thrown) || isShortage(thrown)) return new AppError('SERVICE_UNAVAILABLE', undefined, 1)
  return new AppError('INTERNAL_ERROR')
}

/** What the log may say. Elysia's validation errors quote the values they refuse, tokens and passwords too: only fields are kept. */
export function loggable(thrown: unknown): unknown {
  if (!(thrown instanceof ValidationError)) return thrown
  const fields = fieldsOf(thrown, 'en').map(({ field, reason }) => `${field}: ${reason}`)
  return new Error(`the ${thrown.type} does not fit its schema: ${fields.join('; ')}`)
}

const fieldsOf = (error: ValidationError, locale: Locale) =>
  reasonsOf(error.all as Iterable<ValueError>, { locale, max: max_fields, root: error.type })
