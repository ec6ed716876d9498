import { type Static, Type } from '@sinclair/typebox'
import { Timestamp } from '../../kernel/ids.ts'
import { Text } from '../../kernel/text.ts'

export const TotpCode = Text({
  minLength: 6,
  maxLength: 32,
  description: 'Six digits that the app shows now, or a backup code.',
  examples: ['492039'],
  error: 'must be the six digits of the app, or a backup code',
})

const Password = Type.Optional(
  Text({ minLength: 1, maxLength: 1024, description: 'The current one; needed unless the account has none.' }),
)

export const SecondFactorStart = Type.Object({ password: Password })
export type SecondFactorStart = Static<typeof SecondFactorStart>

export const SecondFactorProof = Type.Object({ totp_code: TotpCode })
export type SecondFactorProof = Static<typeof SecondFactorProof>

export const SecondFactorEnd = Type.Object({ password: Password, totp_code: TotpCode })
export type SecondFactorEnd = Static<typeof SecondFactorEnd>

const codes = Type.Array(Type.String(), {
  description: 'Each is good for one use in place of a code of the app. Shown only now.',
  examples: [['4f7qk-x0wzt', 'h2m9s-c61jd']],
})

export const SecondFactorSetup = Type.Object(
  {
    secret: Type.String({ description: 'In base32, to be typed into the app where it cannot scan.' }),
    otpauth_url: Type.String({ description: 'What the QR code says.' }),
    qr_code: Type.String({ description: 'A PNG, as a data URL.', examples: ['data:image/png;base64,iVBORw0KGgo...'] }),
    backup_codes: codes,
  },
  { title: 'SecondFactorSetup', description: 'On once a code of the app has confirmed it.' },
)
export type SecondFactorSetup = Static<typeof SecondFactorSetup>

export const BackupCodes = Type.Object({ backup_codes: codes }, { title: 'BackupCodes' })
export type BackupCodes = Static<typeof BackupCodes>

export const SecondFactorStatus = Type.Object(
  {
    enabled: Type.Boolean(),
    since: Type.Union([Timestamp, Type.Null()]),
    backup_codes_left: Type.Integer({ minimum: 0 }),
    required: Type.Boolean({ description: 'Whether this account may do nothing else without one.' }),
  },
  { title: 'SecondFactorStatus' },
)
export type SecondFactorStatus = Static<typeof SecondFactorStatus>
