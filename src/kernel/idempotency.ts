import { Type } from '@sinclair/typebox'

import { Text } from './text.ts'

/** The header of draft-ietf-httpapi-idempotency-key-header-07: a string of RFC 9651 with its quotes, or as most clients write it, without. */
export const idempotencyKey = ({ least = 1, description }: { least?: number; description: string }) =>
  Type.Object({
    'idempotency-key': Type.Optional(
      Text({
        pattern: `^(?:[!#-}][ -~]{${least - 1},127}|"(?:[ !#-\\[\\]-}]|\\\\["\\\\])(?:[ !#-\\[\\]-~]|\\\\["\\\\]){${least - 1},127}")$`,
        error: `must have ${least} to 128 printable ASCII characters, and not begin with "~"`,
        description,
        examples: ['4a1f1f9e-3c55-4b0c-9a52-2a7d8c7f6f11'],
      }),
    ),
  })

/** The key itself, whichever way it was written. */
export const keyIn = (header: string): string =>
  header.startsWith('"') ? header.slice(1, -1).replaceAll(/\\(.)/g, '$1') : header
