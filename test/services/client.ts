import { breaches, contractOf } from './contract.ts'

/** What a test reads of a frame's `data`. Each type of frame has only some of these. */
export interface Data {
  [field: string]: unknown
  id: number
  message_id: number
  room_id: number
  conversation_id: number
  user_id: number
  seq: number
  change_seq: number
  number: number
  author_id: number
  content: string
  client_id: string
  code: string
  messages: Data[]
  missed: Data[]
  resumed: Data[]
  rooms: Data[]
  conversations: Data[]
  details: Data & Data[]
  retry_after: number | null
}

export interface Frame {
  type: string
  id?: string | number
  data: Data
}

export interface Closed {
  code: number
  reason: string
}

export interface ConnectOptions {
  /** Sent in an `authenticate` frame; its reply is `hello`. */
  token?: string
  /** More of that frame: subscribe, resume, memberships, locale... */
  authenticate?: object
  headers?: Record<string, string>
  protocols?: string[]
  /** Added to the address, such as `?ticket=...`. */
  query?: string
}

export type Client = Awaited<ReturnType<typeof connect>>

const patience_ms = 10_000
/** What the server sends is heard so many milliseconds later: a test that looks at once for what a request has caused fails then. */
const later_ms = Number(process.env['NEWS_LATER'] ?? 0)
const heard = (hear: () => void) => (later_ms > 0 ? void setTimeout(hear, later_ms) : hear())

/** A promise, or a failure that says what did not come. */
async function soon<T>(
  what: string,
  promise: Promise<T>,
  seen: () => unknown = () => '',
  ms = patience_ms,
): Promise<T> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms} ms. Seen: ${said(seen())}`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

const said = (seen: unknown) => JSON.stringify(seen)?.slice(-2000) ?? ''

/** A socket of one user, opened; with `token` also authenticated. It rejects when the server refuses the upgrade. */
export async function connect(server: { wsUrl: string }, options: ConnectOptions = {}) {
  const { token, authenticate = {}, headers, protocols, query = '' } = options
  const init: Bun.WebSocketOptions = { ...(headers && { headers }), ...(protocols && { protocols }) }
  const contract = await contractOf(server.wsUrl.replace(/^ws(.*)\/ws$/, 'http$1'))
  const ws = new WebSocket(server.wsUrl + query, init)
  const frames: Frame[] = []
  const events: Frame[] = []
  const replies = new Map<string | number, (frame: Frame) => void>()
  const watchers = new Set<() => void>()
  const ended = Promise.withResolvers<Closed>()
  const opened = Promise.withResolvers<void>()
  const state: { closed: Closed | null; read: number; count: number } = { closed: null, read: 0, count: 0 }

  const hear = (data: string) => {
    const frame = JSON.parse(data) as Frame
    frames.push(frame)
    const breach = contract(frame)
    if (breach !== null) breaches.push(breach)
    const reply = frame.id === undefined ? undefined : replies.get(frame.id)
    if (frame.id === undefined) events.push(frame)
    else replies.delete(frame.id)
    reply?.(frame)
    for (const watcher of watchers) watcher()
  }
  const end = ({ code, reason }: Closed) => {
    state.closed = { code, reason }
    opened.reject(new Error(`the socket closed before it opened: ${code} ${reason}`))
    ended.resolve(state.closed)
    for (const watcher of watchers) watcher()
  }
  ws.addEventListener('message', ({ data }) => heard(() => hear(String(data))))
  ws.addEventListener('open', () => opened.resolve())
  ws.addEventListener('close', (closed) => heard(() => end(closed)))

  /** Waits until `holds` gives a value that is not undefined, looking after each frame. */
  async function until<T>(what: string, holds: () => T | undefined, ms?: number): Promise<T> {
    const found = Promise.withResolvers<T>()
    const look = () => {
      const value = holds()
      if (value !== undefined) found.resolve(value)
      else if (state.closed !== null) found.reject(new Error(`${what}: the socket closed first, ${said(state.closed)}`))
    }
    watchers.add(look)
    look()
    return soon(what, found.promise, () => frames, ms).finally(() => watchers.delete(look))
  }

  const raw = (frame: string | Uint8Array<ArrayBuffer>) => ws.send(frame)

  function command(type: string, data: object = {}, id: string | number = ++state.count): Promise<Frame> {
    const reply = new Promise<Frame>((resolve) => replies.set(id, resolve))
    raw(JSON.stringify({ type, id, data }))
    const unless = ended.promise.then((closed): never => {
      throw new Error(`${type}: the socket closed before its reply, ${said(closed)}`)
    })
    return soon(`the reply to ${type}`, Promise.race([reply, unless]), () => frames)
  }

  const client = {
    ws,
    /** Every frame, in order. */
    frames,
    /** Every frame without an id, in order. */
    events,
    raw,
    command,
    until,
    /** The next event of a type, or that fits, after those taken before. */
    next: (wanted: string | ((event: Frame) => boolean), ms?: number): Promise<Frame> => {
      const fits = typeof wanted === 'string' ? (event: Frame) => event.type === wanted : wanted
      return until(
        `the event ${String(wanted)}`,
        () => {
          const index = events.findIndex((event, at) => at >= state.read && fits(event))
          if (index < 0) return undefined
          state.read = index + 1
          return events[index]
        },
        ms,
      )
    },
    /** How the socket ended. */
    closed: (ms?: number): Promise<Closed> => soon('the close', ended.promise, () => frames, ms),
    isClosed: () => state.closed !== null,
    close: async (): Promise<void> => {
      ws.close()
      await soon('the close', ended.promise)
    },
    hello: undefined as unknown as Frame,
  }
  await soon('the open socket', opened.promise)
  if (token !== undefined) client.hello = await command('authenticate', { token, ...authenticate }, 'hello')
  return client
}
