import { AppError } from '../../kernel/errors.ts'
import { idempotencyKey, keyIn } from '../../kernel/idempotency.ts'

export const IdempotencyKey = idempotencyKey({
  description:
    'Makes sending idempotent for good: a repeat gives the message that is there, with `duplicate`. The same as `metadata.client_id`, over REST and WebSocket.',
})

interface Keyed {
  metadata?: { client_id?: string; [field: string]: unknown }
}

/** The draft with the key of the request as its `client_id`. VALIDATION_FAILED when it has another already. */
export function keyed<T extends Keyed>(draft: T, header: string | undefined): T {
  if (header === undefined) return draft
  const client_id = keyIn(header)
  const given = draft.metadata?.client_id
  if (given !== undefined && given !== client_id)
    throw new AppError('VALIDATION_FAILED', [
      { field: 'metadata.client_id', reason: 'differs from the header Idempotency-Key' },
    ])
  return { ...draft, metadata: { ...draft.metadata, client_id } }
}
