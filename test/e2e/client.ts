import { until } from './program.ts'

export interface Frame {
  type: string
  id?: string | number
  data: Record<string, unknown>
}

export interface Closed {
  code: number
  reason: string
}

/** One WebSocket of Bun's own. */
export interface Client {
  /** Everything that came and answered nothing, in order. */
  events: Frame[]
  /** The reply to a command, be it an error; `look` gets it at its place among the events. Rejects with Lost when the socket closes first. */
  ask(type: string, data?: object, look?: (frame: Frame) => void): Promise<Frame>
  /** Sends any frame and waits for nothing. */
  post(frame: string | Uint8Array): void
  /** The first event of a type that was not taken before. */
  next(type: string, patience_ms?: number): Promise<Frame>
  closed: Promise<Closed>
  isClosed(): boolean
  close(): Promise<Closed>
  /** Ends the connection without a word. */
  cut(): void
}

export class Lost extends Error {}

/** Opens a socket. `onEvent` gets every frame that answers nothing, at once; then `events` stays empty. */
export async function open(
  url: string,
  onEvent?: (frame: Frame) => void,
  headers: Record<string, string> = {},
): Promise<Client> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers })
  const asked = new Map<
    number,
    { look?: ((frame: Frame) => void) | undefined; resolve(frame: Frame): void; reject(cause: Error): void }
  >()
  const events: Frame[] = []
  const { promise: closed, resolve: ended } = Promise.withResolvers<Closed>()
  let last = 0
  let taken = 0
  let gone: Closed | null = null
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('close', ({ code, reason }) => {
      gone = { code, reason }
      ended(gone)
      for (const { reject } of asked.values()) reject(new Lost(`closed with ${code} ${reason}`))
      asked.clear()
      reject(new Lost(`not opened: ${code} ${reason}`))
    })
  })
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const frame = JSON.parse(data) as Frame
    const waiting = asked.get(frame.id as number)
    if (waiting === undefined) {
      if (onEvent) onEvent(frame)
      else events.push(frame)
      return
    }
    asked.delete(frame.id as number)
    waiting.look?.(frame)
    waiting.resolve(frame)
  })
  return {
    events,
    ask: (type, data = {}, look) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(new Lost(`closed with ${gone.code} ${gone.reason}`))
        asked.set(++last, { look, resolve, reject })
        socket.send(JSON.stringify({ type, id: last, data }))
      }),
    post: (frame) => socket.send(frame),
    next: async (type, patience_ms = 10_000) => {
      const find = () => events.findIndex((event, index) => index >= taken && event.type === type)
      await until(() => find() >= 0, patience_ms, `${type} comes`)
      taken = find() + 1
      return events[taken - 1]!
    },
    closed,
    isClosed: () => gone !== null,
    close: () => {
      socket.close(1000)
      return closed
    },
    cut: () => socket.terminate(),
  }
}

/** A socket that has authenticated; `auth_success` is its first event unless `onEvent` takes them. */
export async function signIn(
  url: string,
  token: string,
  onEvent?: (frame: Frame) => void,
  more: object = {},
): Promise<Client> {
  const client = await open(url, onEvent)
  const answer = await client.ask('authenticate', { token, ...more })
  if (answer.type !== 'auth_success') throw new Error(`Not signed in: ${JSON.stringify(answer)}`)
  return client
}

export interface Account {
  access_token: string
  refresh_token: string
  user: { id: number; username: string; role: string }
}

interface Answer {
  status: number
  data: Record<string, unknown> & Account
  error: { code: string; [field: string]: unknown }
}

/** A REST call. */
export async function rest(url: string, method: string, path: string, body?: object, token?: string): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  const { data, error } = (text === '' ? {} : JSON.parse(text)) as Answer
  return { status: response.status, data, error }
}

export const password = 'correct horse battery'

export async function register(url: string, username: string): Promise<Account> {
  const { status, data } = await rest(url, 'POST', '/auth/register', { username, password })
  if (status !== 201) throw new Error(`${username} was not registered: ${status}`)
  return data
}
