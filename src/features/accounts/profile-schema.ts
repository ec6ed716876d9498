import { type Static, Type } from '@sinclair/typebox'

import { Text } from '../../kernel/text.ts'
import { Email } from './schema.ts'

const GivenPassword = Text({ minLength: 1, maxLength: 1024 })

// Neither control characters nor those that turn the direction of writing, which can make one name look like another.
export const DisplayName = Text({
  maxLength: 64,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]*$',
  error: 'must have at most 64 characters, and no control characters',
})

/** What is named is changed; null takes it away. Everything else of a user, such as the role, is not the user's to change, and is ignored as unknown fields are. */
export const ProfileChange = Type.Object(
  {
    display_name: Type.Optional(
      Type.Union([DisplayName, Type.Null()], {
        description: 'At most 64 characters; null or blank for none.',
        examples: ['Ada Lovelace'],
      }),
    ),
    locale: Type.Optional(
      Type.Union([Type.Literal('en'), Type.Literal('fr'), Type.Null()], {
        description: 'The language of messages to this user.',
      }),
    ),
    email: Type.Optional(Type.Union([Email, Type.Null()], { description: 'Another address needs the password.' })),
    current_password: Type.Optional(GivenPassword),
  },
  { title: 'ProfileChange', examples: [{ display_name: 'Ada Lovelace', locale: 'en' }] },
)
export type ProfileChange = Static<typeof ProfileChange>

export const Departure = Type.Object(
  {
    password: Type.Optional(GivenPassword),
    username: Type.Optional(
      Text({
        minLength: 1,
        maxLength: 254,
        description: 'The own username; asked of accounts without a password.',
      }),
    ),
  },
  { title: 'Departure' },
)
export type Departure = Static<typeof Departure>
