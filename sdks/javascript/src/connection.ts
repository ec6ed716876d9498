import type { ConnectionState } from './api.ts'
import { afterClose, delayOf } from './backoff.ts'
import type { Connection, ConnectionOptions } from './connection-types.ts'
import { asRefusal, codeOf, Refusal } from './errors.ts'
import { languageOf } from './language.ts'
import { createLink, type Frame, type Link, type Settle } from './link.ts'
import { listen, platform } from './platform.ts'
import type {
  AuthenticateData,
  AuthSuccessData,
  CommandData,
  CommandType,
  ReplyOf,
  ResumePoint,
} from './protocol.gen.ts'
import { createPulse } from './pulse.ts'
import { cell } from './store.ts'
import { createWaiters } from './waiters.ts'

const patience_ms = 10_000
/** Who was connected for so long begins with short waits again. */
const settled_ms = 5000
/** A little less than the minute of the protocol. */
const told_before_ms = 55_000
/** Time enough for a connection before the server closes the one that it drains. */
const lead_ms = 1000
const unanswered = new Set<CommandType>(['typing_start', 'typing_stop', 'disconnect'])

export function createConnection(options: ConnectionOptions): Connection {
  const { tokens } = options
  const state = cell<ConnectionState>({ status: 'idle' })
  const { whenLive, release } = createWaiters(() => live)
  let link: Link | null = null
  /** What is to take its place, while the server drains. */
  let next: Link | null = null
  /** The one before, which the server closes; what was asked on it is answered there, and what it tells may be in no event of the other. */
  let old: Link | null = null
  /** Events that both may tell. */
  const twice = new Set<string>()
  /** Authenticated on `link`. */
  let live = false
  /** Counts attempts, so that what an abandoned one still hears is left aside. */
  let turn = 0
  let failures = 0
  let drained_until = 0
  /** The code of the error that the server told last on this link: why it closes. */
  let said = ''
  let closed = false
  let retry: ReturnType<typeof setTimeout> | undefined
  let fading: ReturnType<typeof setTimeout> | undefined
  const pulse = createPulse({ ask: (settle, ms) => link?.ask('ping', {}, settle, ms), heard: () => link?.heard() ?? 0, onDead: () => link?.end(4000) }) // prettier-ignore
  const deafen = [listen('online', wake), listen('visibilitychange', () => platform.isVisible() && wake())]

  function wake(): void {
    if (state.get().status === 'waiting') begin()
    else if (live) pulse.probe()
  }

  function begin(): void {
    clearTimeout(retry)
    const own = ++turn
    state.set({ status: 'connecting' })
    tokens
      .get()
      .then((token) => own === turn && open(token))
      .catch((error: unknown) => own === turn && noSocket(error))
  }

  /** No token, or a WebSocket that cannot be made. */
  function noSocket(error: unknown): void {
    if (codeOf(error) === 'SIGNED_OUT') stop(4401, 'SIGNED_OUT')
    else wait(null, delayOf(failures++))
  }

  /** Makes a link, in the place of one that is still served if there is one. */
  function open(token: string): void {
    const asked = options.resume()
    const made = createLink({
      url: options.url,
      WebSocket: options.WebSocket,
      onEvent: (frame) => hear(frame, made),
      onClose: ({ code, reason }) => {
        if (made === next) next = null
        else if (made === old) old = null
        else if (made === link) lost(code, said || reason)
      },
    })
    if (live) next = made
    else {
      said = ''
      link = made
    }
    authenticate(made, { token, memberships: true, resume: asked }, (answer) => {
      if (!(answer instanceof Refusal)) {
        if (made === next) handOver()
        if (made === link) welcome(answer.data as unknown as AuthSuccessData, asked)
      } else if (made === link) {
        said = answer.code
        // The server closes after an auth_error, with a code that says what to do. After any other error it does not.
        if (/^(TIMEOUT|SERVICE_UNAVAILABLE|INTERNAL_ERROR)$/.test(said)) made.end(4000)
      } else made.end()
    })
  }

  function authenticate(to: Link | null, data: AuthenticateData, settle: Settle): void {
    if (to === null) settle(new Refusal('NOT_CONNECTED'))
    else to.ask('authenticate', { ...data, client: options.client, locale: languageOf(options) }, settle, patience_ms)
  }

  /** The server sends one away, and serves until then: a little earlier another link is made. Where that fails, it is tried again after the close. */
  function draining(ms: number): void {
    const own = turn
    drained_until = Date.now() + ms
    const move = () => tokens.get().then((token) => own === turn && open(token))
    retry = setTimeout(() => move().catch(() => undefined), Math.max(ms / 2, ms - lead_ms))
  }

  /** What was asked on the old link is still answered there. */
  function handOver(): void {
    clearTimeout(fading)
    old?.end()
    old = link
    link = next
    next = null
    options.onLost()
    fading = setTimeout(() => {
      old?.end()
      old = null
      twice.clear()
    }, patience_ms)
  }

  function welcome(data: AuthSuccessData, asked: ResumePoint[]): void {
    live = true
    tokens.accepted(data.expires_at, data.server_time)
    const since = Date.now()
    pulse.start(data.heartbeat_interval * 1000)
    options.onWelcome(data, asked)
    state.set({ status: 'connected', since })
    release()
  }

  function hear(frame: Frame, from: Link): void {
    const is_logged = /message|reaction|mention/.test(frame.type)
    if (from !== link && (from !== old || !is_logged)) return
    if (is_logged && (next ?? old)) {
      const text = JSON.stringify(frame)
      if (twice.has(text)) return
      twice.add(text)
    }
    if (frame.type === 'token_expiring') soon(turn)
    if (frame.type === 'server_draining') draining(Number(frame.data['reconnect_in_ms']))
    if (frame.type === 'error') said = String(frame.data['code'])
    options.onEvent(frame)
  }

  /** The server says it a minute before, and of a token that is not good for so long at once: half of that is early enough. */
  function soon(own: number): void {
    const left = tokens.left()
    if (left > told_before_ms) expiring(own)
    else setTimeout(() => own === turn && live && expiring(own), Math.max(0, left / 2))
  }

  function expiring(own: number): void {
    tokens.renewed().then(
      // A refusal closes the connection, which says what to do.
      () => (own === turn && live ? renew().catch(() => undefined) : undefined),
      // As often as the minute allows; then the server closes, and the next attempt asks for a token again.
      () => {
        setTimeout(() => own === turn && live && expiring(own), 5000)
      },
    )
  }

  /** Ends what stood on the link, whoever ended that. */
  function drop(): void {
    turn++
    clearTimeout(retry)
    clearTimeout(fading)
    twice.clear()
    pulse.stop()
    const was_live = live
    live = false
    const gone = [link, next, old]
    link = next = old = null
    for (const each of gone) each?.end()
    if (was_live) options.onLost()
  }

  function lost(code: number, reason: string): void {
    const now = state.get()
    if (now.status === 'connected' && Date.now() - now.since >= settled_ms) failures = 0
    if (next !== null) {
      // The one that is being made is all there is.
      handOver()
      live = false
      said = ''
      return state.set({ status: 'connecting' })
    }
    drop()
    const tries = afterClose(code, failures)
    if (tries === 'stop' || (tries === 'token' && !tokens.refused())) return stop(code, reason)
    if (tries === 'token') return begin()
    failures = tries + 1
    const rest = drained_until - Date.now()
    wait(code, rest > 0 ? rest + delayOf(0) / 4 : delayOf(tries))
  }

  function wait(code: number | null, delay_ms: number): void {
    state.set({ status: 'waiting', retry_at: Date.now() + delay_ms, attempt: failures, code })
    retry = setTimeout(begin, delay_ms)
  }

  function stop(code: number | null, reason: string): void {
    drop()
    failures = 0
    state.set({ status: 'stopped', code, reason })
    release(new Refusal(reason || 'NOT_CONNECTED'))
  }

  async function renew(also: Partial<AuthenticateData> = {}, taken?: Settle): Promise<void> {
    const token = await tokens.get()
    return new Promise((resolve, reject) => {
      authenticate(link, { token, ...also }, (answer) => {
        if (answer instanceof Refusal) return reject(answer)
        const data = answer.data as unknown as AuthSuccessData
        tokens.accepted(data.expires_at, data.server_time)
        options.onWelcome(data, null)
        taken?.({ data: data.resumed?.[0] } as unknown as Frame)
        resolve()
      })
    })
  }

  return {
    state,
    connect: () => {
      if (closed) return Promise.reject(new Refusal('CANCELLED'))
      const { status } = state.get()
      if (status !== 'connecting' && status !== 'connected') begin()
      return whenLive(null)
    },
    disconnect: () => {
      drop()
      failures = 0
      if (!closed) state.set({ status: 'idle' })
      release(new Refusal('CANCELLED'))
    },
    close: () => {
      closed = true
      for (const end of deafen) end()
      stop(null, 'CANCELLED')
    },
    ask: (type, data, settle) => {
      if (live && link !== null) link.ask(type, data, settle, patience_ms)
      else settle(new Refusal('NOT_CONNECTED'))
    },
    resume: (point, settle) => {
      renew({ resume: [point] }, settle).catch((error: unknown) => settle(asRefusal(error)))
    },
    tell: (type, data) => {
      if (live) link?.tell(type, data)
    },
    command: async <C extends CommandType>(type: C, data: CommandData[C], { timeout_ms = patience_ms } = {}) => {
      const begun = Date.now()
      await whenLive(timeout_ms)
      if (unanswered.has(type)) {
        link?.tell(type, data)
        return undefined as ReplyOf<C>
      }
      return new Promise<ReplyOf<C>>((resolve, reject) => {
        const settle: Settle = (answer) =>
          answer instanceof Refusal ? reject(answer) : resolve(answer.data as ReplyOf<C>)
        if (link === null) settle(new Refusal('NOT_CONNECTED'))
        else link.ask(type, data, settle, Math.max(1, timeout_ms - (Date.now() - begun)))
      })
    },
    renew,
  }
}
