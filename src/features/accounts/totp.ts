import { generate } from 'lean-qr'
import { toPngDataURL } from 'lean-qr/extras/node_export'
import { Secret, TOTP } from 'otpauth'

/** RFC 4226, 4, R6 recommends 160 bits. */
const secret_bytes = 20
/** What every authenticator app can do: several ignore other values, and show codes that are wrong. */
const kind = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** RFC 6238, 5.2: one step back and one ahead, for clocks that differ and codes typed slowly. */
const window = 1

/** In base32, as it is typed into an app. */
export const createTotpSecret = (): string => new Secret({ size: secret_bytes }).base32

const totpOf = (secret: string, username = '') =>
  new TOTP({ ...kind, issuer: 'Veza Chat', label: username, secret: Secret.fromBase32(secret) })

/** The time step of a code, or null when it is none of those good now. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  const delta = totpOf(secret).validate({ token: code, timestamp: now.getTime(), window })
  return delta === null ? null : Math.floor(now.getTime() / 1000 / kind.period) + delta
}

export const otpauthUrl = (secret: string, username: string): string => totpOf(secret, username).toString()

/** A PNG as a data URL, dark on light with the quiet zone, so that it can be scanned from any page. */
export const qrCodeOf = (text: string): string =>
  toPngDataURL(generate(text), { on: [0, 0, 0, 255], off: [255, 255, 255, 255], pad: 4, scale: 5 })
