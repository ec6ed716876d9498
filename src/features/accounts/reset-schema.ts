import { type Static, Type } from '@sinclair/typebox'
import { Id, Timestamp } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'
import { Password } from './schema.ts'
import { TotpCode } from './second-factor-schema.ts'

export const ForgottenPassword = Type.Object({
  username: Text({ minLength: 1, maxLength: 254, description: 'The username or the e-mail address.' }),
})
export type ForgottenPassword = Static<typeof ForgottenPassword>

export const ForgotAnswer = Type.Object(
  {
    delivery: Type.Literal('administrator', {
      description: 'Who gives out the token of a reset: this version sends no e-mail.',
    }),
  },
  { title: 'ForgotAnswer', description: 'The same whether or not there is such an account.' },
)
export type ForgotAnswer = Static<typeof ForgotAnswer>

export const PasswordReset = Type.Object({
  token: Text({ minLength: 1, maxLength: 512, description: 'Good for one use.' }),
  new_password: Password,
  totp_code: Type.Optional(TotpCode),
})
export type PasswordReset = Static<typeof PasswordReset>

export const ResetToken = Type.Object(
  {
    reset_token: Type.String({ description: 'For POST /auth/password/reset, once. Shown only now.' }),
    expires_at: Timestamp,
  },
  { title: 'ResetToken' },
)
export type ResetToken = Static<typeof ResetToken>

export const AccountPath = Type.Object({ id: Type.Integer({ ...Id, description: 'The id of the user.' }) })
