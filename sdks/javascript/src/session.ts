import type { Fetch, Session, SessionOptions } from './api.ts'
import { addressesOf } from './address.ts'
import { codeOf, Refusal } from './errors.ts'
import { exclusively } from './exclusive.ts'
import { listen, platform } from './platform.ts'
import type { User } from './protocol.gen.ts'
import { createRest } from './rest.ts'
import type { shapes } from './rest.ts'
import { cell } from './store.ts'
import { createVault } from './vault.ts'

interface Tokens {
  user_id: number
  /** Not here where a cookie carries it. */
  refresh_token: string | null
  access_token: string
  /** Milliseconds of `Date.now()`. */
  good_until: number
}

/** The server asks for a new token a minute before the end, and then it must be a new one. */
const margin_ms = 75_000

const ended = new Set(['INVALID_TOKEN', 'TOKEN_EXPIRED', 'SESSION_REVOKED', 'AUTH_REQUIRED', 'USER_BANNED'])

/**
 * Somebody signed in with a password. A refresh token is good once, and used twice it ends the session: so all tabs share one, and one of them refreshes at a time. Who is signed in is in
 * localStorage, which tells the other tabs; the tokens are where tabs cannot read an old one.
 */
export function createSession({ url, keep, fetch: given }: SessionOptions): Session {
  const { origin } = addressesOf(url)
  const key = `veza-chat session ${origin}`
  const shelf = keep === 'memory' ? undefined : platform.shelf()
  const vault = createVault(keep === 'local')
  const fetch: Fetch = given ?? ((address, init) => globalThis.fetch(address, init))
  const asking = (token: string | null) =>
    createRest({
      origin,
      fetch,
      token: () => Promise.resolve(token),
      ...(keep === 'cookie' && { headers: { 'x-refresh-cookie': 'true' }, credentials: 'include' as const }),
    })
  const rest = asking(null)
  const user = cell<User | null>(remembered())
  let own: Tokens | null = null

  listen<{ key: string | null }>('window', 'storage', (event) => {
    if (event.key !== key && event.key !== null) return
    const now = remembered()
    if (now?.id !== user.get()?.id) own = null
    user.set(now)
  })

  function remembered(): User | null {
    const text = shelf?.getItem(key)
    return text === undefined || text === null ? null : (JSON.parse(text) as User)
  }

  async function entered(signed: shapes.SignedIn): Promise<User> {
    await hold(signed)
    shelf?.setItem(key, JSON.stringify(signed.user))
    user.set(signed.user)
    return signed.user
  }

  async function hold({ user, access_token, refresh_token, expires_in }: shapes.SignedIn): Promise<string> {
    const good_until = Date.now() + expires_in * 1000
    const tokens: Tokens = { user_id: user.id, refresh_token: refresh_token ?? null, access_token, good_until }
    own = tokens
    if (keep !== 'cookie') await vault.update<Tokens>(key, () => tokens)
    return access_token
  }

  /** Of all tabs. */
  const kept = async (): Promise<Tokens | null> =>
    keep === 'cookie' ? own : vault.update<Tokens>(key, (tokens) => tokens)

  async function forget(): Promise<void> {
    own = null
    shelf?.removeItem(key)
    user.set(null)
    await vault.update(key, () => null)
  }

  const refresh = (refused: string | undefined) =>
    exclusively(`${key} refresh`, vault, async () => {
      // Another tab may have done it while this one waited.
      const tokens = await kept()
      if (tokens === null && keep !== 'cookie') return signedOut()
      if (tokens !== null && isGood(tokens, refused)) {
        own = tokens
        return tokens.access_token
      }
      try {
        const refresh_token = tokens?.refresh_token ?? undefined
        return await hold(
          await rest('POST /auth/refresh', { body: refresh_token === undefined ? {} : { refresh_token } }),
        )
      } catch (error) {
        if (ended.has(codeOf(error))) return signedOut()
        throw error
      }
    })

  async function signedOut(): Promise<never> {
    await forget()
    throw new Refusal('SIGNED_OUT')
  }

  /** Ends the session at the server; a token that has ended is refreshed for that. */
  async function leave(tokens: Tokens | null): Promise<void> {
    const refresh_token = tokens?.refresh_token
    const is_over = tokens === null || Date.now() > tokens.good_until
    const token = is_over && refresh_token ? (await rest('POST /auth/refresh', { body: { refresh_token } })).access_token : tokens?.access_token // prettier-ignore
    await asking(token ?? null)('POST /auth/logout')
  }

  return {
    user,
    signIn: async (credentials) => entered(await rest('POST /auth/login', { body: credentials })),
    register: async (credentials) => entered(await rest('POST /auth/register', { body: credentials })),
    signOut: async () => {
      if (user.get() === null) return
      const tokens = await kept()
      await forget()
      // Here it is over in any case; what the server does not hear ends by itself.
      await leave(tokens).catch(() => undefined)
    },
    token: async (refused) => {
      if (user.get() === null) throw new Refusal('SIGNED_OUT')
      if (own !== null && own.user_id === user.get()?.id && isGood(own, refused)) return own.access_token
      return refresh(refused)
    },
  }
}

const isGood = ({ access_token, good_until }: Tokens, refused: string | undefined): boolean =>
  access_token !== refused && Date.now() < good_until - margin_ms
