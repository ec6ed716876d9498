import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'

/** What is made here, by preference: of two that a client likes alike, zstd takes less time for less text. */
const codings = ['zstd', 'gzip'] as const
/** Brotli is the tightest and takes by far the longest: nothing is coded so while somebody waits, it is there already or not at all. */
export const ready_codings = ['br', ...codings] as const
export type Coding = (typeof codings)[number]
export type ReadyCoding = (typeof ready_codings)[number]
export type Bytes = Uint8Array<ArrayBuffer>

/** Less than this gains no packet, and takes time on both sides. */
export const min_compressed_bytes = 1024
/** More than this is compressed beside the loop that serves everybody. */
const max_at_once_bytes = 65_536

/** Of the codings that are made here, the one that a client likes best; null to send the text as it is. */
export const codingFor = (accepted: string | null): Coding | null => bestCoding(accepted, codings)

/** Of those offered, the coding that a client likes best, by the weights of RFC 9110, 12.5.3; the first of two that it likes alike. */
export function bestCoding<T extends ReadyCoding>(accepted: string | null, offered: readonly T[]): T | null {
  if (accepted === null) return null
  const weights = new Map<string, number>()
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim())
    weights.set(name === 'x-gzip' ? 'gzip' : name, weightOf(parameters))
  }
  const weightFor = (name: string) => weights.get(name) ?? weights.get('*') ?? 0
  let best: T | null = null
  let most = weights.get('identity') ?? 0
  for (const coding of offered) {
    const weight = weightFor(coding)
    if (weight === 0 || (best === null ? weight < most : weight <= most)) continue
    best = coding
    most = weight
  }
  return best
}

function weightOf(parameters: string[]): number {
  const text = parameters.map((each) => /^q=([01](?:\.\d{0,3})?)$/.exec(each)?.[1]).find((each) => each !== undefined)
  return text === undefined ? (parameters.length === 0 ? 1 : 0) : Math.min(1, Number(text))
}

const gzipAside = promisify(gzip) as (bytes: Bytes, options: { level: number }) => Promise<Bytes>
const brotliAside = promisify(brotliCompress) as (bytes: Bytes) => Promise<Bytes>
const zstdAside = Bun.zstdCompress as (bytes: Bytes, options: { level: number }) => Promise<Bytes>

/** For what is made for one answer: quickly, not tightly. */
export function compress(bytes: Bytes, coding: Coding): Bytes | Promise<Bytes> {
  if (bytes.length > max_at_once_bytes) return (coding === 'zstd' ? zstdAside : gzipAside)(bytes, { level: 1 })
  return coding === 'zstd'
    ? (Bun.zstdCompressSync(bytes, { level: 1 }) as Bytes)
    : Bun.gzipSync(bytes, { level: 1, library: 'libdeflate' })
}

/** For what is sent again and again: tightly, once, beside the loop that serves everybody. */
export function compressTightly(bytes: Bytes, coding: ReadyCoding): Promise<Bytes> {
  // Its default is its tightest.
  if (coding === 'br') return brotliAside(bytes)
  return coding === 'zstd' ? zstdAside(bytes, { level: 15 }) : gzipAside(bytes, { level: 9 })
}

/** For what is compressed when the executable is built: gzip a fiftieth smaller than zlib makes it. It takes up to a second, in which nothing else runs. */
export const compressTightest = async (bytes: Bytes, coding: ReadyCoding): Promise<Bytes> =>
  coding === 'gzip' ? Bun.gzipSync(bytes, { level: 12, library: 'libdeflate' }) : compressTightly(bytes, coding)
