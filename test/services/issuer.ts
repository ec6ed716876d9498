import type { JWK } from 'jose'
import { join } from 'node:path'

export type Issuer = Awaited<ReturnType<typeof startIssuer>>
export type Mode = 'good' | 'down' | 'silent' | 'failing' | 'huge' | 'many' | 'garbage' | 'secret' | 'private' | 'moved'

/** An issuer in a process of its own, which has the keys `rs256`, `es256` and `eddsa`. */
export async function startIssuer() {
  const script = join(import.meta.dir, 'issuer-process.mjs')
  const child = Bun.spawn([process.execPath, script], { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' })
  const { value } = await child.stdout.getReader().read()
  const url = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`
  const ask = async (command: string, body: object = {}): Promise<unknown> =>
    (await fetch(`${url}/${command}`, { method: 'POST', body: JSON.stringify(body) })).json()

  return {
    jwks_url: `${url}/keys`,
    /** A token with these claims and no others. */
    mint: (claims: object, { kid = 'rs256', header = {} }: { kid?: string; header?: object } = {}) =>
      ask('mint', { kid, claims, header }) as Promise<string>,
    add: (alg: 'RS256' | 'ES256' | 'EdDSA', kid: string) => ask('add', { alg, kid }),
    drop: (kid: string) => ask('drop', { kid }),
    serve: (mode: Mode, max_age?: number) => ask('serve', { mode, max_age }),
    /** A public key as it serves it. */
    jwk: (kid: string) => ask('jwk', { kid }) as Promise<JWK>,
    /** How often it was asked for its keys. */
    fetches: () => ask('fetches') as Promise<number>,
    stop: async (): Promise<void> => {
      child.kill()
      await child.exited
    },
  }
}
