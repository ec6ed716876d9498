import { Type } from '@sinclair/typebox'

import { storable, Text } from './text.ts'

/** Ids are positive integers that a JavaScript number holds exactly. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** A room by id or by slug. */
export const RoomRef = Type.Union(
  [
    Id,
    Text({
      minLength: 1,
      maxLength: 64,
      pattern: storable,
      error: 'must have 1 to 64 characters, without NUL or lone surrogates',
    }),
  ],
  { title: 'RoomRef', description: 'The id or the slug.' },
)

/** RFC 3339, UTC, milliseconds. */
export const Timestamp = Type.String({ format: 'date-time' })
