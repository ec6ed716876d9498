import { lookup as resolveByDns } from 'node:dns/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { BlockList, isIP } from 'node:net'
import { callbackify } from 'node:util'

import { addRange, isPublic } from './addresses.ts'

export interface OutgoingOptions {
  /** Host names, addresses and ranges that may be reached although they are not public. */
  allowed_private_hosts: readonly string[]
  /** The addresses of a name; by default those of the system. */
  resolve?(host: string): Promise<readonly string[]>
  /** Certificate authorities (PEM) in place of the system's. */
  ca?: string
}

export interface OutgoingRequest {
  method?: 'GET' | 'POST'
  headers?: Readonly<Record<string, string>>
  body?: string
  /** Milliseconds for all of it, redirects included. */
  timeout_ms: number
  /** Of the body of the answer. */
  max_bytes: number
  /** Followed, each judged like a first address. By default none is: then the answer is the redirect itself. */
  max_redirects?: number
}

export interface OutgoingAnswer {
  status: number
  /** Names in lower case; of a repeated one the first, or all joined by commas. */
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
  /** Where it came from, after redirects. */
  url: string
}

/** Why a request was not made, or came to nothing. `refused` is ours: it will be so each time. */
export class OutgoingError extends Error {
  override name = 'OutgoingError'
  constructor(
    readonly reason: 'refused' | 'unreachable' | 'timeout' | 'too_large' | 'redirects',
    message: string,
  ) {
    super(message)
  }
}

export interface Outgoing {
  /** Rejects with `OutgoingError`, whatever goes wrong. */
  request(url: string, request: OutgoingRequest): Promise<OutgoingAnswer>
}

/**
 * The one way out: for addresses that somebody else has chosen. It reaches the public internet and what the configuration allows, and nothing else.
 *
 * A name is resolved once for each connection, by the `lookup` of the connection itself: the addresses that were judged are those that are connected to, so a name
 * that means something else a moment later gains nothing. All addresses of a name must be allowed. The certificate is judged by the name. No connection is kept,
 * no proxy of the environment is used (`node:http` does not know them; `fetch` does), and nothing is decompressed.
 */
export function createOutgoing({ allowed_private_hosts, resolve = resolveAll, ca }: OutgoingOptions): Outgoing {
  const ranges = new BlockList()
  const names = new Set<string>()
  for (const each of allowed_private_hosts) {
    if (isIP(each.split('/', 1)[0] ?? '') === 0) names.add(each.toLowerCase())
    else addRange(ranges, each)
  }
  const isAllowed = (address: string) =>
    isPublic(address) || ranges.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

  async function addressesOf(host: string): Promise<string[]> {
    const addresses = isIP(host) === 0 ? [...(await resolve(host))] : [host]
    if (addresses.length === 0) throw new OutgoingError('unreachable', `${host} has no address`)
    if (!names.has(host.toLowerCase()) && !addresses.every(isAllowed))
      throw new OutgoingError('refused', `${host} is not on the public internet (security.allowed_private_hosts)`)
    return addresses
  }

  const judged = callbackify(async (host: string) =>
    (await addressesOf(host)).map((address) => ({ address, family: isIP(address) })),
  )
  /** All of them are asked for, whatever the options say: the runtime takes its pick. */
  const lookup = (host: string, _: unknown, callback: Parameters<typeof judged>[1]) => judged(host, callback)

  async function once(url: URL, wanted: OutgoingRequest, signal: AbortSignal): Promise<OutgoingAnswer> {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    // An address is never looked up.
    if (isIP(host) !== 0) await addressesOf(host)
    const { method = 'GET', headers = {}, body } = wanted
    const answered = Promise.withResolvers<IncomingMessage>()
    const request = (url.protocol === 'https:' ? https : http).request(
      {
        hostname: host,
        port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
        path: `${url.pathname}${url.search}`,
        method,
        headers: { 'accept-encoding': 'identity', 'user-agent': 'veza-chat', ...headers, host: url.host },
        agent: false,
        lookup,
        signal,
        ...(ca !== undefined && { ca }),
      },
      answered.resolve,
    )
    request.on('error', answered.reject)
    request.end(body)
    try {
      const response = await answered.promise
      const { statusCode: status = 0 } = response
      return { status, headers: flat(response), body: await read(response, wanted.max_bytes), url: url.href }
    } finally {
      request.destroy()
    }
  }

  return {
    request: async (address, wanted) => {
      const signal = AbortSignal.timeout(wanted.timeout_ms)
      let url = parse(address)
      try {
        for (let left = wanted.max_redirects ?? 0; ; left--) {
          const answer = await abortable(once(url, wanted, signal), signal)
          const { location } = answer.headers
          const redirects = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined
          if (!redirects || wanted.max_redirects === undefined) return answer
          if (left === 0) throw new OutgoingError('redirects', `${url.host} redirects too often`)
          const next = parse(location, url)
          if (url.protocol === 'https:' && next.protocol !== 'https:')
            throw new OutgoingError('refused', `${url.host} redirects to an address without TLS`)
          url = next
        }
      } catch (cause) {
        if (cause instanceof OutgoingError) throw cause
        if (signal.aborted)
          throw new OutgoingError('timeout', `${url.host} did not answer within ${wanted.timeout_ms} ms`)
        // Of a lookup that refuses, the runtime may hand on its error within its own.
        const inner = cause instanceof Error ? cause.cause : undefined
        if (inner instanceof OutgoingError) throw inner
        throw new OutgoingError(
          'unreachable',
          `${url.host} cannot be reached: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
        )
      }
    },
  }
}

const resolveAll = async (host: string): Promise<string[]> =>
  (await resolveByDns(host, { all: true })).map(({ address }) => address)

function parse(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new OutgoingError('refused', 'not an http or https address')
  if (url.username !== '' || url.password !== '') throw new OutgoingError('refused', 'an address with a password in it')
  return url
}

async function read(response: IncomingMessage, max_bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > max_bytes) throw new OutgoingError('too_large', `the answer has more than ${max_bytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const flat = ({ headers }: IncomingMessage) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )

/** The promise, or a rejection as soon as the signal says so: a name that never resolves must not outlast it. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  // One of the two loses, and nobody is there to hear of it.
  promise.catch(() => undefined)
  aborted.promise.catch(() => undefined)
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
