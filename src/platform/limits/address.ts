import { isIP } from 'node:net'

/** What limits by address count as one: an IPv4 address, or the /64 that one IPv6 subscriber has. */
export function addressKey(ip: string | null): string {
  if (ip === null || isIP(ip) !== 6) return ip ?? 'unknown'
  const [head = '', tail = ''] = ip.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const groups = ip.includes('::')
    ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
    : left
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
