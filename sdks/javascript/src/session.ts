import type { Fetch, Session, SessionOptions } from './api.ts'
import { addressesOf } from './address.ts'
import { codeOf, Refusal } from './errors.ts'
import { exclusively } from './exclusive.ts'
import { ownChanges } from './own.ts'
import { listen, platform, uuid } from './platform.ts'
import type { User } from './protocol.gen.ts'
import { parsed } from './parsed.ts'
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
  /** By which the next ones are asked for, so that the same come again where nobody heard the answer. Of these alone: who has copied one does not have the next. */
  key?: string
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
  /** Where it has no tokens of its own. */
  const own_key = uuid()
  const fetch: Fetch = given ?? ((address, init) => globalThis.fetch(address, init))
  const asking = (token: string | null, headers = {}) =>
    createRest({
      origin,
      fetch,
      token: () => Promise.resolve(token),
      headers,
      ...(keep === 'cookie' && {
        headers: { ...headers, 'x-refresh-cookie': 'true' },
        credentials: 'include' as const,
      }),
    })
  const rest = asking(null)
  const user = cell<User | null>(remembered())
  let own: Tokens | null = null

  listen<{ key: string | null }>('storage', (event) => {
    if (event.key !== key && event.key !== null) return
    const now = remembered()
    const before = user.get()
    if (now?.id !== before?.id) own = null
    user.set(now)
    // Another tab may have changed the profile.
    if (now !== null && now.id === before?.id) ownChanges.tell({ origin, user: now })
  })
  ownChanges.subscribe((change) => {
    if (change.origin === origin && change.user !== user.get() && change.user.id === user.get()?.id) show(change.user)
  })

  /** Nobody, if what is there is damaged. */
  function remembered(): User | null {
    return parsed(shelf?.getItem(key))
  }

  function show(now: User): void {
    shelf?.setItem(key, JSON.stringify(now))
    user.set(now)
  }

  async function entered(signed: shapes.SignedIn): Promise<User> {
    await hold(signed)
    show(signed.user)
    return signed.user
  }

  /** Keeps new tokens where those are that they replace. */
  async function hold(signed: shapes.SignedIn, replaces: (now: Tokens | null) => boolean = () => true): Promise<void> {
    const { user, access_token, refresh_token, expires_in } = signed
    const good_until = Date.now() + expires_in * 1000
    const tokens: Tokens = {
      user_id: user.id,
      refresh_token: refresh_token ?? null,
      access_token,
      good_until,
      key: uuid(),
    }
    if (keep !== 'cookie') own = await vault.update<Tokens>(key, (now) => (replaces(now) ? tokens : now))
    else if (replaces(own)) own = tokens
  }

  /** Of the user who is signed in now: one tab may sign in somebody else while another refreshes. */
  function accessToken(): string {
    if (own === null || own.user_id !== user.get()?.id) throw new Refusal('SIGNED_OUT')
    return own.access_token
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
        return accessToken()
      }
      // Whoever signed out meanwhile stays so, and whoever signed in as well.
      const is_same = (now: Tokens | null) =>
        now?.refresh_token === tokens?.refresh_token && now?.access_token === tokens?.access_token
      try {
        await hold(await renewed(tokens), is_same)
      } catch (error) {
        if (!ended.has(codeOf(error))) throw error
        if (is_same(await kept())) return signedOut()
      }
      return accessToken()
    })

  /** Without a refresh token the cookie has it. */
  const renewed = (tokens: Tokens | null) =>
    asking(null, { 'idempotency-key': tokens?.key ?? own_key })('POST /auth/refresh', {
      body: tokens?.refresh_token ? { refresh_token: tokens.refresh_token } : {},
    })

  async function signedOut(): Promise<never> {
    await forget()
    throw new Refusal('SIGNED_OUT')
  }

  /** Ends the session at the server; a token that has ended is refreshed for that, and in place of none there may be a cookie. */
  async function leave(tokens: Tokens | null): Promise<void> {
    const is_good = tokens !== null && Date.now() < tokens.good_until
    if (is_good) await asking(tokens.access_token)('POST /auth/logout')
    else if (!tokens?.refresh_token) await rest('POST /auth/logout')
    else await asking((await renewed(tokens)).access_token)('POST /auth/logout')
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
