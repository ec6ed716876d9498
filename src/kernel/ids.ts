import { Type } from '@sinclair/typebox'

/** Ids are positive integers that a JavaScript number holds exactly. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

// What PostgreSQL takes for no text at all: NUL, and halves of surrogate pairs.
const no_slug_holds = '^[^\\u0000\\ud800-\\udfff]*$'

/** A room by id or by slug. */
export const RoomRef = Type.Union(
  [
    Id,
    Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: no_slug_holds,
      error: 'must have 1 to 64 characters, without NUL or lone surrogates',
    }),
  ],
  { title: 'RoomRef', description: 'The id or the slug.' },
)

/** RFC 3339, UTC, milliseconds. */
export const Timestamp = Type.String({ format: 'date-time' })
