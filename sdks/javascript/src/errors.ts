import type { ChatError } from './api.ts'
import type { ErrorData } from './protocol.gen.ts'

/** What was refused, with the `code` of the protocol or of the client itself. */
export class Refusal extends Error implements ChatError {
  override readonly name = 'ChatError'
  declare readonly code: string
  declare readonly retry_after: number | null
  declare readonly details?: unknown

  /** Of what the client itself refuses, the code alone is enough. */
  constructor(code: string, message = code, retry_after: number | null = null, details?: unknown, cause?: unknown) {
    super(message, { cause })
    Object.assign(this, { code, retry_after, ...(details !== undefined && { details }) })
  }
}

/** What the server refused; `cause` is its frame. */
export function refused(frame: { data: unknown }): Refusal {
  const { code, message, retry_after, details } = frame.data as ErrorData
  return new Refusal(code, message, retry_after, details, frame)
}

export const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? 'INTERNAL_ERROR'

/** Anything thrown as a ChatError. */
export const asRefusal = (error: unknown): Refusal =>
  error instanceof Refusal ? error : new Refusal(codeOf(error), String(error))

/** Not answered, and not refused: the connection was not there, or ended. */
export const isCut = ({ code }: ChatError): boolean => code === 'NOT_CONNECTED' || code === 'CANCELLED'

const passing = /^(TIMEOUT|RATE_LIMIT_EXCEEDED|SLOW_MODE|SERVICE_UNAVAILABLE|AUTH_REQUIRED)$/

/** Seconds until it is worth trying again; null for what was refused for good. */
export const passesIn = ({ code, retry_after }: ChatError): number | null =>
  passing.test(code) ? (retry_after ?? 2) : null
