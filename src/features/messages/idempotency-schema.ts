import { Type } from '@sinclair/typebox'

import { AppError } from '../../kernel/errors.ts'
import { Text } from '../../kernel/text.ts'

/** The header of draft-ietf-httpapi-idempotency-key-header-07: a string of RFC 9651 with its quotes, or as most clients write it, without. */
export const IdempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Text({
      pattern: '^(?:[!#-}][ -~]{0,127}|"(?:[ !#-\\[\\]-}]|\\\\["\\\\])(?:[ !#-\\[\\]-~]|\\\\["\\\\]){0,127}")$',
      error: 'must have 1 to 128 printable ASCII characters, and not begin with "~"',
      description:
        'Makes sending idempotent for good: a repeat gives the message that is there, with `duplicate`. The same as `metadata.client_id`, over REST and WebSocket.',
      examples: ['4a1f1f9e-3c55-4b0c-9a52-2a7d8c7f6f11'],
    }),
  ),
})

interface Keyed {
  metadata?: { client_id?: string; [field: string]: unknown }
}

/** The draft with the key of the request as its `client_id`. VALIDATION_FAILED when it has another already. */
export function keyed<T extends Keyed>(draft: T, header: string | undefined): T {
  if (header === undefined) return draft
  const client_id = header.startsWith('"') ? header.slice(1, -1).replaceAll(/\\(.)/g, '$1') : header
  const given = draft.metadata?.client_id
  if (given !== undefined && given !== client_id)
    throw new AppError('VALIDATION_FAILED', [
      { field: 'metadata.client_id', reason: 'differs from the header Idempotency-Key' },
    ])
  return { ...draft, metadata: { ...draft.metadata, client_id } }
}
