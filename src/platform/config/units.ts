/** How the configuration writes durations, sizes and addresses. Each reader answers undefined for what it cannot read. */
import { isIPv4, isIPv6 } from 'node:net'

import { UserError } from '../../kernel/user-error.ts'

const milliseconds = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const
const bytes = {
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  kib: 1024,
  kb: 1000,
  b: 1,
} as const
const unitNames = { gib: 'GiB', gb: 'GB', mib: 'MiB', mb: 'MB', kib: 'KiB', kb: 'KB', b: 'B' } as const

/** "15m", "1h30m", "500ms" or "0", as milliseconds. */
export function readDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^(?:\d{1,12}(?:ms|[smhdw]))+$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+)(ms|[smhdw])/g)]
  const total = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * milliseconds[unit as keyof typeof milliseconds],
    0,
  )
  return Number.isSafeInteger(total) ? total : undefined
}

/** The shortest way to write a number of milliseconds with one unit. */
export function writeDuration(ms: number): string {
  if (ms === 0) return '0'
  const units = Object.keys(milliseconds) as (keyof typeof milliseconds)[]
  const unit = units.find((name) => name !== 'w' && ms % milliseconds[name] === 0) ?? 'ms'
  return `${ms / milliseconds[unit]}${unit}`
}

/** "10MB" (powers of 1000), "64KiB" (powers of 1024) or "512" (bytes), as bytes. */
export function readSize(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,15})\s?([kmg]?i?b)?$/i.exec(text) ?? []
  if (count === undefined) return undefined
  const factor = bytes[(unit ?? 'b').toLowerCase() as keyof typeof bytes] as number | undefined
  if (factor === undefined) return undefined
  const total = Number(count) * factor
  return Number.isSafeInteger(total) ? total : undefined
}

/** The shortest way to write a number of bytes. */
export function writeSize(size: number): string {
  if (size === 0) return '0'
  const units = Object.keys(bytes) as (keyof typeof bytes)[]
  const ways = units.filter((unit) => size % bytes[unit] === 0).map((unit) => `${size / bytes[unit]}${unitNames[unit]}`)
  return ways.reduce((shortest, way) => (way.length < shortest.length ? way : shortest), `${size}B`)
}

export interface BindAddress {
  /** Without the brackets of IPv6. */
  host: string
  /** 0 lets the system choose. */
  port: number
}

export const isHost = (text: string): boolean => isIPv4(text) || isIPv6(text) || isHostname(text)

/** RFC 1123; a name whose last label is a number would be a mistyped IPv4 address. */
const isHostname = (text: string): boolean =>
  text.length <= 253 &&
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(text) &&
  !/(?:^|\.)\d+$/.test(text)

export function readPort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port <= 65_535 ? port : undefined
}

export function readBindAddress(text: string): BindAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text) ?? []
  const port = digits === undefined ? undefined : readPort(digits)
  if (port === undefined) return undefined
  if (bracketed !== undefined) return isIPv6(bracketed) ? { host: bracketed, port } : undefined
  return plain !== undefined && isHost(plain) ? { host: plain, port } : undefined
}

export const writeBindAddress = ({ host, port }: BindAddress): string =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`

export interface Cidr {
  address: string
  prefix: number
  family: 'ipv4' | 'ipv6'
}

/** RFC 4632 and RFC 4291; an address without a prefix is that one address. */
export function readCidr(text: string): Cidr | undefined {
  const [, address, digits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  if (address === undefined || !(isIPv4(address) || isIPv6(address))) return undefined
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  const most = family === 'ipv4' ? 32 : 128
  const prefix = digits === undefined ? most : Number(digits)
  return prefix <= most ? { address, prefix, family } : undefined
}

/** For a value that the configuration has already checked. Throws UserError otherwise. */
export const parseBindAddress = (text: string): BindAddress =>
  readBindAddress(text) ?? refuse(text, 'an address and a port')

/** For a value that the configuration has already checked. Throws UserError otherwise. */
export const parseCidr = (text: string): Cidr => readCidr(text) ?? refuse(text, 'an address range')

function refuse(text: string, what: string): never {
  throw new UserError(`"${text}" is not ${what}.`)
}
