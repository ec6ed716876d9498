import type { Fetch, Session, SessionOptions } from './api.ts'
import { addressesOf } from './address.ts'
import { codeOf, Refusal } from './errors.ts'
import { exclusively } from './exclusive.ts'
import { listen, platform, type Shelf } from './platform.ts'
import type { User } from './protocol.gen.ts'
import { createRest } from './rest.ts'
import type { shapes } from './rest.ts'
import { cell } from './store.ts'

/** What is kept; the refresh token is not here where a cookie carries it. */
interface Kept {
  user: User
  refresh_token: string | null
  access_token: string
  /** Milliseconds of `Date.now()`. */
  good_until: number
}

/** The server asks for a new token a minute before the end, and then it must be a new one. */
const margin_ms = 75_000

const ended = new Set(['INVALID_TOKEN', 'TOKEN_EXPIRED', 'SESSION_REVOKED', 'AUTH_REQUIRED', 'USER_BANNED'])

function memory(): Shelf {
  const values = new Map<string, string>()
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}

/** Somebody signed in with a password. A refresh token is good once, and used twice ends the session: so all tabs share one, and one of them refreshes at a time. */
export function createSession({ url, keep, fetch: given }: SessionOptions): Session {
  const { origin } = addressesOf(url)
  const key = `veza-chat session ${origin}`
  const shelf = (keep === 'memory' ? undefined : platform.shelf()) ?? memory()
  const fetch: Fetch = given ?? ((address, init) => globalThis.fetch(address, init))
  // An access token is out of reach for other tabs where the refresh token is, so each has its own.
  let own: { access_token: string; good_until: number } | null = null
  const user = cell<User | null>(read()?.user ?? null)

  const asking = (token: string | null) =>
    createRest({
      origin,
      fetch,
      token: () => Promise.resolve(token),
      ...(keep === 'cookie' && { headers: { 'x-refresh-cookie': 'true' }, credentials: 'include' as const }),
    })
  const rest = asking(null)

  listen<{ key: string | null }>('window', 'storage', (event) => {
    if (event.key !== key && event.key !== null) return
    const kept = read()
    if (kept === null) own = null
    if (kept?.user.id !== user.get()?.id) {
      own = null
      user.set(kept?.user ?? null)
    }
  })

  function read(): Kept | null {
    const text = shelf.getItem(key)
    if (text === null) return null
    try {
      const kept = JSON.parse(text) as Kept
      return { ...kept, ...(keep === 'cookie' && (own ?? { access_token: '', good_until: 0 })) }
    } catch {
      return null
    }
  }

  function write(signed: shapes.SignedIn): User {
    const { access_token, refresh_token = null, expires_in } = signed
    own = { access_token, good_until: Date.now() + expires_in * 1000 }
    const kept: Kept = { user: signed.user, refresh_token, ...own }
    const { access_token: _, ...public_part } = kept
    shelf.setItem(key, JSON.stringify(keep === 'cookie' ? public_part : kept))
    user.set(signed.user)
    return signed.user
  }

  function clear(): void {
    own = null
    shelf.removeItem(key)
    user.set(null)
  }

  const alone = <T>(act: () => Promise<T>) => exclusively(`${key} refresh`, keep === 'memory' ? undefined : shelf, act)

  function refresh(before: Kept, refused: string | undefined): Promise<string> {
    return alone(async () => {
      // Another tab may have done it while this one waited.
      const kept = read()
      if (kept === null) throw signedOut()
      if (isGood(kept, refused) && kept.access_token !== before.access_token) return kept.access_token
      const { refresh_token } = kept
      try {
        const signed = await rest('POST /auth/refresh', { body: refresh_token === null ? {} : { refresh_token } })
        write(signed)
        return signed.access_token
      } catch (error) {
        if (!ended.has(codeOf(error))) throw error
        clear()
        throw signedOut()
      }
    })
  }

  async function leave({ access_token, good_until, refresh_token }: Kept): Promise<void> {
    const is_good = access_token !== '' && Date.now() < good_until
    const token =
      is_good || refresh_token === null
        ? access_token
        : (await rest('POST /auth/refresh', { body: { refresh_token } })).access_token
    await asking(token || null)('POST /auth/logout')
  }

  return {
    user,
    signIn: async (credentials) => write(await rest('POST /auth/login', { body: credentials })),
    register: async (credentials) => write(await rest('POST /auth/register', { body: credentials })),
    signOut: async () => {
      const kept = read()
      clear()
      // Here it is over in any case; what the server does not hear ends by itself.
      if (kept !== null) await leave(kept).catch(() => undefined)
    },
    token: async (refused) => {
      const kept = read()
      if (kept === null) throw signedOut()
      if (isGood(kept, refused)) return kept.access_token
      return refresh(kept, refused)
    },
  }
}

const isGood = ({ access_token, good_until }: Kept, refused: string | undefined): boolean =>
  access_token !== '' && access_token !== refused && Date.now() < good_until - margin_ms

const signedOut = () => new Refusal('SIGNED_OUT')
