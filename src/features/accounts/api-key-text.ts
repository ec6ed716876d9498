import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

import { key_start } from '../../kernel/credential.ts'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const secret_digits = 43
const checksum_digits = 6
const shown_digits = 6

/**
 * A new key: 256 bits of chance in 43 digits of base 62, and their CRC-32 in 6 more, so that a key that was mistyped, cut off or made up is told from a real one
 * without a look at the database. It has no characters at which a double click stops.
 */
export function createKey(): string {
  const secret = inBase62(BigInt(`0x${randomBytes(32).toString('hex')}`), secret_digits)
  return `${key_start}${secret}${checksum(secret)}`
}

/** Whether it has the form of a key, with a checksum that fits. */
export function isKey(text: string): boolean {
  const secret = /^veza_ak_([0-9A-Za-z]{43})[0-9A-Za-z]{6}$/.exec(text)?.[1]
  return secret !== undefined && text.endsWith(checksum(secret))
}

/** By what people recognise a key; too little of it to help in guessing the rest. */
export const prefixOf = (key: string): string => key.slice(0, key_start.length + shown_digits)

const checksum = (secret: string): string => inBase62(BigInt(crc32(`${key_start}${secret}`)), checksum_digits)

function inBase62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest /= 62n) text = `${digits[Number(rest % 62n)]}${text}`
  return text
}
