import { useCallback } from 'react'
import type { ChatError } from 'veza-js-sdk'

import { useText } from '../context.ts'
import { part_words } from './words.ts'

const isChatError = (error: unknown): error is ChatError => error instanceof Error && 'code' in error

export const codeOf = (error: unknown): string => (isChatError(error) ? error.code : 'INTERNAL_ERROR')

const passing = ['NOT_CONNECTED', 'TIMEOUT', 'SERVICE_UNAVAILABLE', 'RATE_LIMIT_EXCEEDED', 'INTERNAL_ERROR']

/** Whether an error says nothing of what was asked for, only that there was no answer now. */
export const isPassing = (error: unknown): boolean => passing.includes(codeOf(error))

/** What a refusal says of single fields, as `VALIDATION_FAILED` and `RESOURCE_CONFLICT` do. */
export function reasonsOf(error: unknown): Record<string, string> {
  if (!isChatError(error) || !Array.isArray(error.details)) return {}
  const reasons: Record<string, string> = {}
  for (const { field, reason } of error.details as { field?: unknown; reason?: unknown }[])
    if (typeof field === 'string' && typeof reason === 'string') reasons[field] ??= reason
  return reasons
}

/** The field that is taken already, of `RESOURCE_CONFLICT`. */
export function takenField(error: unknown): string | null {
  if (!isChatError(error) || error.code !== 'RESOURCE_CONFLICT') return null
  const details = error.details as { field?: unknown } | undefined
  return typeof details?.field === 'string' ? details.field : null
}

/** What went wrong in a sentence. The server's own are for people, and in their language. */
export function useExplain(): (error: unknown) => string {
  const words = useText(part_words)
  return useCallback(
    (error) => {
      if (!isChatError(error)) return words.fault
      if (['NOT_CONNECTED', 'TIMEOUT', 'SERVICE_UNAVAILABLE'].includes(error.code)) return words.not_reached
      if (error.code === 'RATE_LIMIT_EXCEEDED' && error.retry_after !== null)
        return words.too_often(Math.ceil(error.retry_after))
      if (error.code === 'INTERNAL_ERROR') return words.fault
      return error.message
    },
    [words],
  )
}
