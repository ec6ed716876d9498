import { addressKey } from '../../platform/limits/index.ts'
import type { Client } from './queries.ts'

/** Whose attempts count together, and are familiar together: an IPv4 address, or the /64 of an IPv6 one, within which a device takes another address every day. */
export const networkOf = ({ ip }: Pick<Client, 'ip'>): string | null => (ip === null ? null : addressKey(ip))
