import { askTokens, type Credentials, type Refusal, throwAway, type Tokens } from './accounts.ts'
import { isRecord, token_place } from './draft.ts'
import { type ClientName, type Frame, type Frames, parsed } from './frames.ts'
import { openWire, type SentBy, type Wire } from './wire.ts'

export interface ClientState {
  status: 'offline' | 'connecting' | 'open' | 'ready'
  /** As the server called them; null before. */
  username: string | null
  has_token: boolean
  /** How the last connection ended. */
  closed: { code: number; reason: string } | null
  refusal: Refusal | null
}

export interface Client {
  readonly name: ClientName
  get(): ClientState
  subscribe(listener: () => void): () => void
  /** Gets a token by name and password, and connects with it. */
  signIn(given: Credentials, at: Place): void
  /** The same with a new account. */
  register(at: Place): void
  /** Connects with this token, or with none. */
  takeToken(token: string | null, at: Place): void
  /** Connects with the token it has. */
  connect(at: Place): void
  disconnect(): void
  /** Disconnects and forgets the token. */
  forget(): void
  /** Sends a command with the next id. Null while there is no connection. */
  sendCommand(type: string, data: unknown): Frame | null
  /** Sends a text as it is, but for the place of the token in `authenticate`. */
  sendText(text: string): Frame | null
}

export interface Place {
  address: string
  by: SentBy
  locale: string
}

interface Account {
  token: string
  /** Null for a token that came from elsewhere, and while it is being used. */
  refresh_token: string | null
}

const accountOf = ({ access_token, refresh_token }: Tokens): Account => ({ token: access_token, refresh_token })

const beginning: ClientState = { status: 'offline', username: null, has_token: false, closed: null, refusal: null }

/** One of the two people of the page. Its tokens are nowhere but here. */
export function createClient(name: ClientName, frames: Frames): Client {
  let state = beginning
  let wire: Wire | null = null
  let account: Account | null = null
  let last_id = 0
  const listeners = new Set<() => void>()
  const become = (change: Partial<ClientState>) => {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }

  const failed = (cause: unknown) =>
    become({ ...(wire === null && { status: 'offline' }), refusal: { code: null, message: String(cause) } })

  function received(text: string, locale: string) {
    const frame = parsed(text)
    if (!isRecord(frame)) return
    const data = isRecord(frame['data']) ? frame['data'] : {}
    if (frame['type'] === 'auth_success') become({ status: 'ready', username: String(data['username']) })
    if (frame['type'] === 'auth_error')
      become({ refusal: { code: String(data['code']), message: String(data['message']) } })
    if (frame['type'] === 'token_expiring') renewSoon(String(data['expires_at']), locale)
  }

  /** So that who plays for longer than a token lives stays connected: half-way to its end, since a token of less than a minute is always about to expire. */
  function renewSoon(expires_at: string, locale: string) {
    const own = wire
    const left_ms = Date.parse(expires_at) - Date.now()
    setTimeout(() => own === wire && renew(locale).catch(failed), Math.max(left_ms / 2, 1000))
  }

  async function renew(locale: string) {
    const own = account
    const refresh_token = own?.refresh_token ?? null
    if (own === null || refresh_token === null) return
    own.refresh_token = null
    const answer = await askTokens('refresh', { refresh_token }, locale)
    if (own !== account) return
    if ('refusal' in answer) return become({ refusal: answer.refusal })
    account = accountOf(answer.tokens)
    wire?.send(JSON.stringify({ type: 'authenticate', id: 'renewal', data: { token: account.token } }))
  }

  function connect({ address, by, locale }: Place) {
    wire?.close()
    become({ status: 'connecting', closed: null, refusal: null })
    const own: Wire = openWire({
      client: name,
      address,
      token: account?.token ?? null,
      by,
      frames,
      opened: () => own === wire && become({ status: 'open' }),
      received: (text) => own === wire && received(text, locale),
      closed(code, reason) {
        if (own !== wire) return
        wire = null
        become({ status: 'offline', closed: { code, reason } })
      },
    })
    wire = own
  }

  async function enter(path: 'login' | 'register', given: Credentials, at: Place) {
    become({ status: 'connecting', refusal: null, closed: null })
    const answer = await askTokens(path, given, at.locale)
    if ('refusal' in answer) return become({ status: 'offline', refusal: answer.refusal })
    account = accountOf(answer.tokens)
    become({ has_token: true, username: given.username })
    connect(at)
  }

  const send = (text: string): Frame | null =>
    wire === null || state.status === 'connecting'
      ? null
      : wire.send(account === null ? text : withToken(text, account.token))

  return {
    name,
    get: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    signIn: (given, at) => {
      enter('login', given, at).catch(failed)
    },
    register: (at) => {
      enter('register', throwAway(), at).catch(failed)
    },
    takeToken(given, at) {
      account = given === null ? null : { token: given, refresh_token: null }
      become({ has_token: given !== null, username: null })
      connect(at)
    },
    connect,
    disconnect: () => wire?.close(),
    forget() {
      wire?.close()
      wire = null
      account = null
      become(beginning)
    },
    sendCommand(type, data) {
      last_id += 1
      return send(JSON.stringify({ type, id: last_id, data }))
    },
    sendText: send,
  }
}

/** Nowhere but where a token belongs: a link must not make anybody say theirs in a room. */
function withToken(text: string, token: string): string {
  const frame = parsed(text)
  if (!isRecord(frame) || frame['type'] !== 'authenticate' || !isRecord(frame['data'])) return text
  if (frame['data']['token'] !== token_place) return text
  return JSON.stringify({ ...frame, data: { ...frame['data'], token } })
}
