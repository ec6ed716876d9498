import { createHmac, randomInt } from 'node:crypto'

/** Crockford's base32: nothing in it is mistaken for something else in it. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const length = 10
const count = 10

/** Ten codes of 50 bits, such as `4f7qk-x0wzt`. */
export const createBackupCodes = (): string[] =>
  Array.from({ length: count }, () => {
    const code = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
    return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`
  })

/**
 * HMAC-SHA-256 under a key made of the TOTP secret. A code alone could be searched for by whoever has the table; the key is in it only sealed, so without
 * the encryption keys there is nothing to search with, and with them the secret itself would be open.
 */
export const hashBackupCode = (code: string, secret: string): Buffer =>
  createHmac('sha256', `backup codes ${secret}`).update(plain(code)).digest()

/** As it was made, however it was typed: `4F7QK XOWZT`. */
const plain = (code: string): string =>
  code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
