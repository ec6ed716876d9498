import { NotFoundError, ParseError, ValidationError } from 'elysia'
import { AppError } from '../../kernel/errors.ts'
import { isConnectionError } from '../../platform/db/index.ts'

/** The expected failure behind whatever was thrown; anything unknown is `INTERNAL_ERROR`. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof ParseError)
    return thrown.cause instanceof AppError ? thrown.cause : new AppError('MALFORMED_FRAME')
  if (thrown instanceof ValidationError) return invalid(thrown)
  if (thrown instanceof NotFoundError) return new AppError('NOT_FOUND')
  if (isConnectionError(thrown)) return new AppError('SERVICE_UNAVAILABLE', undefined, 1)
  return new AppError('INTERNAL_ERROR')
}

/**
 * A schema may say its reason better than TypeBox does, in `error`.
 * An answer of ours that does not fit its schema is our fault, and a request that does not is the client's.
 */
function invalid(error: ValidationError): AppError {
  if (error.type === 'response') return new AppError('INTERNAL_ERROR')
  const seen = new Map<string, string>()
  for (const issue of error.all) {
    if (seen.size >= 20) break
    const { path, message, schema } = issue as { path?: string; message?: string; schema?: { error?: unknown } }
    const field = (path ?? '').replace(/^\//, '').replaceAll('/', '.') || error.type
    if (!seen.has(field))
      seen.set(field, typeof schema?.error === 'string' ? schema.error : (message ?? 'does not fit'))
  }
  return new AppError(
    'VALIDATION_FAILED',
    [...seen].map(([field, reason]) => ({ field, reason })),
  )
}
