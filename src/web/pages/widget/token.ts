import type { Token } from './wishes.ts'

/** Where tokens come from: an address of the page's own backend, or the page itself. */
export type TokenSource = { url: string } | { token: Token }

export const isSameSource = (one: TokenSource, other: TokenSource): boolean =>
  'url' in one ? 'url' in other && one.url === other.url : 'token' in other && one.token === other.token

/** Why there is no token. `SIGNED_OUT`: the backend knows nobody (401 or 403), and once the connection has ended it is asked again only when somebody says so. */
export interface TokenError extends Error {
  code: 'SIGNED_OUT' | 'TOKEN_UNAVAILABLE'
}

const tokenError = (code: TokenError['code'], message: string): TokenError =>
  Object.assign(new Error(message), { code })

/** A token of the source. Rejects with TokenError. */
export async function tokenOf(source: TokenSource): Promise<string> {
  if ('url' in source) return ask(source.url)
  const { token } = source
  try {
    return typeof token === 'string' ? token : await token()
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === 'SIGNED_OUT') throw tokenError('SIGNED_OUT', String(error))
    throw tokenError('TOKEN_UNAVAILABLE', String(error))
  }
}

/** Asked with the cookies of the page. Answers `{token}` or `{access_token}`. */
async function ask(url: string): Promise<string> {
  const headers = { accept: 'application/json' }
  const response = await fetch(url, { credentials: 'include', cache: 'no-store', headers }).catch((error: unknown) => {
    throw tokenError('TOKEN_UNAVAILABLE', `${url}: ${String(error)}`)
  })
  const { status } = response
  if (!response.ok)
    throw tokenError([401, 403].includes(status) ? 'SIGNED_OUT' : 'TOKEN_UNAVAILABLE', `${url} answered ${status}.`)
  const answer = (await response.json().catch(() => null)) as { token?: unknown; access_token?: unknown } | null
  const token = answer?.token ?? answer?.access_token
  if (typeof token !== 'string') throw tokenError('TOKEN_UNAVAILABLE', `${url} answered no token.`)
  return token
}
