import { addressKey } from '../../platform/limits/index.ts'
import type { Client } from './queries.ts'

/** Whose attempts count together, and are familiar together: an IPv4 address, or the /64 of an IPv6 one, within which a device takes another address every day. */
export const networkOf = ({ ip }: Pick<Client, 'ip'>): string | null => (ip === null ? null : addressKey(ip))

/** Who has one try at a locked account: an IPv4 address, or the /48 of an IPv6 one, as a single customer may have all of its /64. */
export const originOf = (client: Pick<Client, 'ip'>): string =>
  networkOf(client)?.replace(/^((?:[^:]+:){2}[^:]+):[^:]+::\/64$/, '$1::/48') ?? 'unknown'
