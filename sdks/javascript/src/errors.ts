import type { ChatError } from './api.ts'
import type { ErrorData } from './protocol.gen.ts'

const sentences: Record<string, string> = {
  NOT_CONNECTED: 'There is no connection.',
  TIMEOUT: 'No answer came in time.',
  SIGNED_OUT: 'Nobody is signed in.',
  CANCELLED: 'It was cancelled.',
}

/** What was refused, with the `code` of the protocol or of the client itself. */
export class Refusal extends Error implements ChatError {
  override readonly name = 'ChatError'
  readonly code: string
  readonly retry_after: number | null
  readonly details?: unknown

  /** Of what the client itself refuses, the code alone is enough. */
  constructor(
    code: string,
    message = sentences[code] ?? code,
    retry_after: number | null = null,
    details?: unknown,
    cause?: unknown,
  ) {
    super(message, { cause })
    this.code = code
    this.retry_after = retry_after
    if (details !== undefined) this.details = details
  }
}

/** What the server refused; `cause` is its frame. */
export function refused(frame: { data: unknown }): Refusal {
  const { code, message, retry_after, details } = frame.data as ErrorData
  return new Refusal(code, message, retry_after, details, frame)
}

export const codeOf = (error: unknown): string =>
  error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : 'INTERNAL_ERROR'

/** Anything thrown as a ChatError. */
export const asRefusal = (error: unknown): Refusal =>
  error instanceof Refusal
    ? error
    : new Refusal(codeOf(error), error instanceof Error ? error.message : String(error), retryAfterOf(error))

const retryAfterOf = (error: unknown): number | null =>
  error !== null && typeof error === 'object' && 'retry_after' in error && typeof error.retry_after === 'number'
    ? error.retry_after
    : null
