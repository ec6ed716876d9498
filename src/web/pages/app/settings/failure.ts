import type { ChatError } from 'veza-js-sdk'

import type { Words } from './words.ts'

/** What a form says of a code in its own words, and which field is to blame. */
export type Failures = Record<string, { says: string; field?: string }>

/** Why something was refused: a sentence, or what is wrong with which field. */
export interface Failure {
  says: string | null
  fields: Record<string, string>
}

const isChatError = (error: unknown): error is ChatError => error instanceof Error && 'code' in error

/** Details of the code VALIDATION_FAILED; the reasons are in the reader's language. */
const fieldsOf = (details: unknown): Record<string, string> =>
  Array.isArray(details)
    ? Object.fromEntries(
        (details as { field: string; reason: string }[]).map(({ field, reason }) => [
          field.replace(/[.[].*$/, ''),
          reason,
        ]),
      )
    : {}

export function failureOf(error: unknown, words: Words, failures: Failures = {}): Failure {
  if (!isChatError(error)) return { says: words.failures.INTERNAL_ERROR, fields: {} }
  const { code, retry_after, details, message } = error
  const own = failures[code]
  if (own?.field !== undefined) return { says: null, fields: { [own.field]: own.says } }
  if (own !== undefined) return { says: own.says, fields: {} }
  if (code === 'VALIDATION_FAILED') {
    const fields = fieldsOf(details)
    return { says: Object.keys(fields).length === 0 ? message : null, fields }
  }
  if (code === 'NOT_CONNECTED' || code === 'INTERNAL_ERROR' || code === 'SERVICE_UNAVAILABLE')
    return { says: words.failures[code], fields: {} }
  if (retry_after !== null) return { says: words.failures.later(retry_after), fields: {} }
  return { says: message, fields: {} }
}
