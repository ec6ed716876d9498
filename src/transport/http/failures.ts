import { NotFoundError, ParseError, ValidationError } from 'elysia'
import { AppError } from '../../kernel/errors.ts'
import { isConnectionError, isShortage } from '../../platform/db/index.ts'

const max_fields = 20

/** The expected failure behind whatever was thrown; anything unknown is `INTERNAL_ERROR`. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof ParseError) return asAppError(thrown.cause)
  // An answer of ours that does not fit its schema is our fault, and a request that does not is the client's.
  if (thrown instanceof ValidationError && thrown.type !== 'response')
    return new AppError('VALIDATION_FAILED', fieldsOf(thrown))
  if (thrown instanceof NotFoundError) return new AppError('NOT_FOUND')
  if (isConnectionError(thrown) || isShortage(thrown)) return new AppError('SERVICE_UNAVAILABLE', undefined, 1)
  return new AppError('INTERNAL_ERROR')
}

/** What the log may say. Elysia's validation errors quote the values they refuse, tokens and passwords too: only fields are kept. */
export function loggable(thrown: unknown): unknown {
  if (!(thrown instanceof ValidationError)) return thrown
  const fields = fieldsOf(thrown).map(({ field, reason }) => `${field}: ${reason}`)
  return new Error(`the ${thrown.type} does not fit its schema: ${fields.join('; ')}`)
}

interface Issue {
  path?: string
  message?: string
  schema?: { error?: unknown; anyOf?: { format?: string }[] }
}

/** The first reason for each field. A schema may say its reason better than TypeBox does, in `error`. */
function fieldsOf(error: ValidationError): { field: string; reason: string }[] {
  const seen = new Map<string, string>()
  for (const issue of error.all as Issue[]) {
    if (seen.size >= max_fields) break
    const field = issue.path?.replace(/^\//, '').replaceAll('/', '.') || error.type
    if (!seen.has(field)) seen.set(field, reasonOf(issue))
  }
  return [...seen].map(([field, reason]) => ({ field, reason }))
}

function reasonOf({ message = 'does not fit', schema }: Issue): string {
  if (typeof schema?.error === 'string') return schema.error
  // In a query Elysia makes a union of every boolean.
  return schema?.anyOf?.some(({ format }) => format === 'boolean') === true ? 'Expected boolean' : message
}
