import { BlockList, isIP } from 'node:net'

/**
 * What is not the public internet: the special-purpose registries of IANA (RFC 6890), with the forms of IPv6 that carry an IPv4 address within them. Nothing of
 * the latter is refined: no public host needs them, and each is a way around a rule about IPv4.
 */
const special = {
  ipv4: [
    '0.0.0.0/8', // this network (RFC 791)
    '10.0.0.0/8', // private (RFC 1918)
    '100.64.0.0/10', // shared by carriers (RFC 6598); some clouds keep metadata there
    '127.0.0.0/8', // loopback
    '169.254.0.0/16', // link-local (RFC 3927), the metadata of clouds
    '172.16.0.0/12', // private
    '192.0.0.0/24', // protocol assignments (RFC 6890)
    '192.0.2.0/24', // documentation (RFC 5737)
    '192.31.196.0/24', // AS112
    '192.52.193.0/24', // AMT
    '192.88.99.0/24', // 6to4 relays (RFC 7526)
    '192.168.0.0/16', // private
    '192.175.48.0/24', // AS112
    '198.18.0.0/15', // benchmarks (RFC 2544)
    '198.51.100.0/24', // documentation
    '203.0.113.0/24', // documentation
    '224.0.0.0/4', // multicast
    '240.0.0.0/4', // reserved, and broadcast
    '168.63.129.16/32', // the platform of Azure, from inside it
  ],
  // Of IPv6 only the global unicast space is public, without what is special in it.
  ipv6: [
    '2001::/23', // protocol assignments, Teredo (RFC 4380), benchmarks, ORCHID
    '2001:db8::/32', // documentation (RFC 3849)
    '2002::/16', // 6to4 (RFC 3056)
    '2620:4f:8000::/48', // AS112
    '3fff::/20', // documentation (RFC 9637)
  ],
} as const

const refused = new BlockList()
for (const family of ['ipv4', 'ipv6'] as const) for (const range of special[family]) addRange(refused, range)
const global_unicast = new BlockList()
addRange(global_unicast, '2000::/3')

/** Whether an address belongs to the public internet. What is no address does not. */
export function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !refused.check(address, 'ipv4')
  return family === 6 && global_unicast.check(address, 'ipv6') && !refused.check(address, 'ipv6')
}

/** Adds a range such as "10.0.0.0/8", or one address. */
export function addRange(list: BlockList, range: string): void {
  const [address = '', prefix] = range.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  list.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family)
}
