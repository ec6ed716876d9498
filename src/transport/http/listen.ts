import { readFileSync } from 'node:fs'

import { UserError } from '../../kernel/user-error.ts'

/** Starts a server; what may go wrong with its address or its certificate is one sentence. Throws UserError. */
export function listen<T>(address: string, start: () => T): T {
  try {
    return start()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE')
      throw new UserError(
        `${address} is taken by another program; stop it, or choose another port with --port or CHAT_SERVER_PORT.`,
      )
    if (code === 'EACCES')
      throw new UserError(`${address} needs rights this user does not have; choose a port above 1023.`)
    if (String(cause).includes('OPENSSL_internal'))
      throw new UserError(
        'server.tls_cert and server.tls_key are no certificate and key that belong together, in PEM; correct them.',
      )
    if (code === 'EADDRNOTAVAIL')
      throw new UserError(`${address} is not an address of this machine; correct server.bind_addr.`)
    throw cause
  }
}

/** Listens for a moment, so that an address or a certificate that is no good is known before anything is done for it. Throws UserError. */
export async function checkAddress(
  address: string,
  place: { hostname: string; port: number; tls?: Tls },
): Promise<void> {
  const fetch = () => new Response(null, { status: 503 })
  await listen(address, () => Bun.serve({ ...place, reusePort: false, development: false, fetch })).stop(true)
}

interface Tls {
  cert: string
  key: string
}

/** The certificate and key as `Bun.serve` takes them, or undefined without TLS. Throws UserError. */
export function readTls({ tls_cert, tls_key }: { tls_cert: string; tls_key: string }): Tls | undefined {
  if (tls_cert === '') return undefined
  const read = (key: string, path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch (cause) {
      throw new UserError(`server.${key} cannot be read from ${path}: ${(cause as NodeJS.ErrnoException).code}.`)
    }
  }
  return { cert: read('tls_cert', tls_cert), key: read('tls_key', tls_key) }
}

/**
 * How long a connection may be without a request that goes on, headers that do not come to an end among them, however slowly they come. Twice the time of a request, so
 * that no answer is cut off before it is due; the runtime takes up to 255.
 */
export const idleSeconds = (request_timeout_ms: number): number =>
  request_timeout_ms === 0 ? 255 : Math.min(255, Math.max(5, Math.ceil((2 * request_timeout_ms) / 1000)))
