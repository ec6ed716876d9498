import { isIPv4, isIPv6 } from 'node:net'

import { AppError } from '../../kernel/errors.ts'

/**
 * One of a list of ranges, for the database to compare addresses with: an address, or a CIDR block (RFC 4632, RFC 4291). One of IPv4 within IPv6 becomes the IPv4 it is,
 * as clients' addresses do. VALIDATION_FAILED names its place in the list.
 */
export function rangeOf(text: string, index: number): string {
  const [, address = '', digits] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? []
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  const prefix = digits === undefined ? most : Number(digits)
  if (most < 0 || prefix > most)
    throw new AppError('VALIDATION_FAILED', [
      { field: `ip_whitelist.${index}`, reason: 'must be an address or a range, such as 10.0.0.0/8 or ::1' },
    ])
  const mapped = prefix >= 96 ? mappedIn(address) : undefined
  return mapped === undefined ? `${address}/${prefix}` : `${mapped}/${prefix - 96}`
}

/** The IPv4 address within `::ffff:0:0/96`, however it is written. */
function mappedIn(address: string): string | undefined {
  const [, high, low] =
    /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(URL.parse(`http://[${address}]`)?.hostname ?? '') ?? []
  if (high === undefined || low === undefined) return undefined
  return [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]).join('.')
}
