import { BlockList, isIP } from 'node:net'

/** Who is at the other end: `ip` is null where nobody knows, as in a test without a port. */
export interface Peer {
  ip: string | null
  /** Whether the client's own connection is encrypted, up to us or up to a trusted proxy. */
  secure: boolean
}

export interface Socket {
  /** The address of the TCP connection. */
  ip: string | null
  tls: boolean
}

export type PeerOf = (headers: Headers, socket: Socket) => Peer

/**
 * Finds the client behind trusted proxies. `X-Forwarded-For` is walked from the right, the end our own proxies wrote,
 * and the first address that is not a trusted proxy is the client; from anybody else both headers are ignored.
 */
export function createPeerOf(trusted_proxies: readonly string[]): PeerOf {
  const trusted = new BlockList()
  for (const range of trusted_proxies) {
    const [address = '', prefix] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    trusted.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family)
  }
  const isTrusted = (ip: string) => trusted.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')

  return (headers, socket) => {
    const direct = socket.ip === null ? null : plainAddress(socket.ip)
    if (direct === null || trusted_proxies.length === 0 || !isTrusted(direct)) return { ip: direct, secure: socket.tls }
    let ip = direct
    for (const hop of (headers.get('x-forwarded-for') ?? '').split(',').toReversed()) {
      const address = plainAddress(hop.trim())
      if (address === null) break
      ip = address
      if (!isTrusted(address)) break
    }
    const proto = headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase()
    return { ip, secure: proto === undefined ? socket.tls : proto === 'https' }
  }
}

/** `::ffff:1.2.3.4`, `[::1]:80` and `1.2.3.4:80` are the addresses within them; what is no address is null. */
function plainAddress(text: string): string | null {
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? (/^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text)
  const mapped = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare
  const unscoped = mapped.split('%', 1)[0] ?? mapped
  return isIP(unscoped) === 0 ? null : unscoped.toLowerCase()
}
