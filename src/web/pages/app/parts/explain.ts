import { useCallback } from 'react'
import type { ChatError } from 'veza-js-sdk'

import { useText } from '../context.ts'
import { part_words } from './words.ts'

const isChatError = (error: unknown): error is ChatError => error instanceof Error && 'code' in error

export const codeOf = (error: unknown): string => (isChatError(error) ? error.code : 'INTERNAL_ERROR')

const passing = ['NOT_CONNECTED', 'TIMEOUT', 'SERVICE_UNAVAILABLE', 'RATE_LIMIT_EXCEEDED', 'INTERNAL_ERROR']

/** Whether an error says nothing of what was asked for, only that there was no answer now. */
export const isPassing = (error: unknown): boolean => passing.includes(codeOf(error))

/** What a refusal says of single fields, as `VALIDATION_FAILED` does; of `tags[2]` it is said of `tags`. */
function reasonsOf(error: unknown): Record<string, string> {
  if (!isChatError(error) || !Array.isArray(error.details)) return {}
  const reasons: Record<string, string> = {}
  for (const { field, reason } of error.details as { field?: unknown; reason?: unknown }[])
    if (typeof field === 'string' && typeof reason === 'string') reasons[field.replace(/[.[].*$/, '')] ??= reason
  return reasons
}

/** What else the server says of it, as its code has it. */
export const detailsOf = <T extends object>(error: unknown): Partial<T> =>
  isChatError(error) && typeof error.details === 'object' ? (error.details ?? {}) : {}

/** What a page finds wrong by itself, in its own words; of a field, where it has one. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly field: string | undefined

  constructor(says: string, field?: string) {
    super(says)
    this.field = field
  }
}

interface Blame {
  says: string
  field?: string | undefined
}

/** What a form says of a code in its own words, and which field is to blame. */
export type Failures = Record<string, Blame | ((error: ChatError) => Blame | undefined)>

/** Why something was refused: a sentence, or what is wrong with which field. */
export interface Failure {
  says: string | null
  fields: Record<string, string>
}

function blameOf(error: unknown, failures: Failures): Blame | undefined {
  if (error instanceof Refused) return { says: error.message, field: error.field }
  if (!isChatError(error)) return undefined
  const own = failures[error.code]
  return typeof own === 'function' ? own(error) : own
}

/** `explain` is for what the form has no words of its own for, and `reasons` stand in place of the server's. */
export function failureOf(
  error: unknown,
  explain: (error: unknown) => string,
  failures: Failures = {},
  reasons: Record<string, string> = {},
): Failure {
  const blame = blameOf(error, failures)
  if (blame?.field !== undefined) return { says: null, fields: { [blame.field]: blame.says } }
  if (blame !== undefined) return { says: blame.says, fields: {} }
  const fields = Object.entries(reasonsOf(error)).map(([field, reason]) => [field, reasons[field] ?? reason] as const)
  return { says: fields.length === 0 ? explain(error) : null, fields: Object.fromEntries(fields) }
}

/** What went wrong in a sentence. The server's own are for people, and in their language. */
export function useExplain(): (error: unknown) => string {
  const words = useText(part_words)
  return useCallback(
    (error) => {
      if (error instanceof Refused) return error.message
      if (!isChatError(error)) return words.fault
      if (['NOT_CONNECTED', 'TIMEOUT', 'SERVICE_UNAVAILABLE'].includes(error.code)) return words.not_reached
      if (['RATE_LIMIT_EXCEEDED', 'ACCOUNT_LOCKED'].includes(error.code) && error.retry_after !== null)
        return words.too_often(Math.ceil(error.retry_after))
      if (error.code === 'INTERNAL_ERROR') return words.fault
      return (
        Object.entries(reasonsOf(error))
          .map(([field, reason]) => `${field}: ${reason}`)
          .join('; ') || error.message
      )
    },
    [words],
  )
}
