import { isIP } from 'node:net'

/** Where translators put IPv4 addresses: `::ffff:0:0/96` (RFC 4291, 2.5.5.2), `64:ff9b::/96` (RFC 6052) and `64:ff9b:1::/48` (RFC 8215). One /64 would be everybody. */
const translated = /^(0:0:0:0|64:ff9b:0:0|64:ff9b:1:[\da-f]+)$/

/** What limits by address count as one: an IPv4 address, also within an IPv6 one, or the /64 that one IPv6 subscriber has. */
export function addressKey(ip: string | null): string {
  if (ip === null || isIP(ip) !== 6) return ip ?? 'unknown'
  const [head = '', tail = ''] = ip.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const groups = ip.includes('::')
    ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
    : left
  const network = groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
  return translated.test(network) ? ip : `${network}::/64`
}
