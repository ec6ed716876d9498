import { type Static, Type } from '@sinclair/typebox'

import { idempotencyKey } from '../../kernel/idempotency.ts'
import { Text } from '../../kernel/text.ts'
import { OwnUser } from '../users/index.ts'
import { TotpCode } from './second-factor-schema.ts'

/**
 * 2 to 32 of ASCII letters, digits, `_`, `.` and `-`, beginning and ending with a letter, a digit or `_`. Plain ASCII, as
 * names are typed after an `@`, must not be mistaken for each other, and a mention ends where the sentence goes on.
 */
export const Username = Text({
  pattern: '^(?=.{2,32}$)[A-Za-z0-9_][A-Za-z0-9_.-]*[A-Za-z0-9_]$',
  description: '2 to 32 of A-Z a-z 0-9 _ . - that begin and end with a letter, a digit or _.',
  error: 'must be 2 to 32 of A-Z a-z 0-9 _ . - and begin and end with a letter, a digit or _',
  examples: ['ada'],
})

export const Password = Text({
  minLength: 8,
  maxLength: 256,
  description: '8 to 256 characters, other than the username.',
  error: 'must have 8 to 256 characters',
  examples: ['correct horse battery'],
})

const GivenPassword = Text({ minLength: 1, maxLength: 1024, examples: ['correct horse battery'] })

export const Email = Text({
  maxLength: 254,
  pattern: '^[^\\s@<>",;:()\\[\\]\\\\]{1,64}@[^\\s@<>",;:()\\[\\]\\\\]+\\.[^\\s@<>",;:()\\[\\]\\\\.]{2,}$',
  description: 'An e-mail address.',
  error: 'must be an e-mail address',
  examples: ['ada@example.com'],
})

export const Registration = Type.Object({
  username: Username,
  password: Password,
  email: Type.Optional(Email),
})
export type Registration = Static<typeof Registration>

export const Login = Type.Object({
  username: Text({
    minLength: 1,
    maxLength: 254,
    description: 'The username or the e-mail address.',
    examples: ['ada'],
  }),
  password: GivenPassword,
  totp_code: Type.Optional(TotpCode),
})
export type Login = Static<typeof Login>

export const Refresh = Type.Object({
  refresh_token: Type.Optional(
    Text({
      minLength: 1,
      maxLength: 512,
      description: 'Good for one use; left out where the cookie carries it.',
      examples: ['tWmuGSMkYTmbXXpNGMkNXlCWLDqkmhJWGHWYFvvMvdE'],
    }),
  ),
})

export const RefreshKey = idempotencyKey({
  least: 16,
  description:
    'Random, and kept by the client before it asks: after an answer that was lost, the same refresh token with the same key gives the same next one, as long as that was not used.',
})

export const PasswordChange = Type.Object({ current_password: GivenPassword, new_password: Password })
export type PasswordChange = Static<typeof PasswordChange>

export const SignedIn = Type.Object(
  {
    access_token: Type.String({
      description: 'A JWT for `Authorization: Bearer` and for the socket.',
      examples: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl'],
    }),
    refresh_token: Type.Optional(
      Type.String({
        description: 'Exchanged once for the next pair at /auth/refresh; not here where a cookie carries it.',
        examples: ['tWmuGSMkYTmbXXpNGMkNXlCWLDqkmhJWGHWYFvvMvdE'],
      }),
    ),
    expires_in: Type.Integer({ description: 'Seconds until the access token ends.', examples: [900] }),
    token_type: Type.Literal('Bearer'),
    user: OwnUser,
  },
  { title: 'SignedIn', description: 'A new pair of tokens.' },
)
export type SignedIn = Static<typeof SignedIn>

export const Ticket = Type.Object({
  ticket: Type.String({ description: 'Opens one socket: /ws?ticket=...' }),
  expires_in: Type.Integer({ description: 'Seconds.' }),
})
export type Ticket = Static<typeof Ticket>
