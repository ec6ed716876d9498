export interface Frame {
  type: string
  id?: string | number
  data: Record<string, unknown>
}

export interface Received {
  frame: Frame
  /** Milliseconds of `performance.now()`. */
  at: number
  /** A step has accounted for it. */
  taken: boolean
}

export interface Closed {
  code: number
  reason: string
  at: number
}

export interface Connection {
  name: string
  frames: Received[]
  send(frame: string | Uint8Array): void
  /** The first frame that no step has taken and that fits; rejects with what came instead when it does not come in time. */
  take(what: string, fits: (frame: Frame) => boolean, within_ms?: number): Promise<Received>
  closed(): Closed | null
  whenClosed(within_ms?: number): Promise<Closed>
  close(code?: number): void
  /** Ends the connection without a word. */
  cut(): void
}

export interface Opening {
  headers?: Record<string, string> | undefined
  protocols?: string[] | undefined
  /** Behind the `?`. */
  query?: string | undefined
}

export const patience_ms = 10_000

const addressOf = (url: string, { query }: Opening) =>
  `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/ws${query ? `?${query}` : ''}`

/** What is on this side of a socket. */
export interface Client {
  send(frame: string | Uint8Array): void
  close(code: number): void
  cut(): void
}

export interface ClientOptions extends Opening {
  url: string
  onOpen(): void
  onText(text: string): void
  onClose(closed: { code: number; reason: string }): void
}

/** Nothing but the socket. */
function plain({ url, headers, protocols, onOpen, onText, onClose }: ClientOptions): Client {
  const socket = new WebSocket(url, { ...(headers && { headers }), ...(protocols && { protocols }) })
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) =>
    onText(typeof data === 'string' ? data : '(binary)'),
  )
  socket.addEventListener('open', onOpen)
  socket.addEventListener('close', onClose)
  return {
    send: (frame) => socket.send(frame),
    close: (code) => socket.close(code),
    cut: () => socket.terminate(),
  }
}

/** Opens a socket; `onFrame` sees each frame as it comes. */
export async function open(
  url: string,
  name: string,
  opening: Opening,
  onFrame: (frame: unknown, text: string) => void,
  client: (options: ClientOptions) => Client = plain,
): Promise<Connection> {
  const frames: Received[] = []
  const watchers = new Set<() => void>()
  let closed: Closed | null = null
  const opened = Promise.withResolvers<void>()

  const stir = () => {
    for (const watcher of watchers) watcher()
  }
  const side = client({
    ...opening,
    url: addressOf(url, opening),
    onOpen: () => opened.resolve(),
    onText: (text) => {
      const frame = parsed(text)
      onFrame(frame, text)
      frames.push({ frame: frame as Frame, at: performance.now(), taken: false })
      stir()
    },
    onClose: ({ code, reason }) => {
      closed = { code, reason, at: performance.now() }
      opened.reject(new Error(`${name} was not opened: ${code} ${reason}`))
      stir()
    },
  })

  async function wait<T>(what: string, ms: number, look: () => T | null): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const fail = (why: string) => reject(new Error(`${name} expected ${what}, but ${why}. ${unread()}`))
    const watch = () => {
      const found = look()
      if (found !== null) resolve(found)
      else if (closed !== null) fail(`was closed with ${closed.code} ${closed.reason}`)
    }
    const timer = setTimeout(() => fail(`it did not come within ${ms} ms`), ms)
    watchers.add(watch)
    watch()
    return promise.finally(() => {
      clearTimeout(timer)
      watchers.delete(watch)
    })
  }

  const unread = () => {
    const rest = frames.filter(({ taken }) => !taken).map(({ frame }) => frame)
    return rest.length === 0 ? 'It got nothing.' : `It got\n${rest.slice(-12).map((frame) => `      ${JSON.stringify(frame).slice(0, 600)}`).join('\n')}` // prettier-ignore
  }

  await opened.promise
  return {
    name,
    frames,
    send: side.send,
    take: async (what, fits, within_ms = patience_ms) => {
      const received = await wait(
        what,
        within_ms,
        () => frames.find(({ frame, taken }) => !taken && fits(frame)) ?? null,
      )
      received.taken = true
      return received
    },
    closed: () => closed,
    whenClosed: (within_ms = patience_ms) => wait('a close', within_ms, () => closed),
    close: (code = 1000) => side.close(code),
    cut: side.cut,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The laws say so.
    return null
  }
}

/** How the server answers an upgrade that it refuses; 101 when it does not. */
export async function upgradeStatus(url: string, opening: Opening): Promise<number> {
  const address = addressOf(url, opening).replace(/^ws/, 'http')
  const { status, body } = await fetch(address, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': btoa(crypto.randomUUID().slice(0, 16)),
      ...(opening.protocols && { 'sec-websocket-protocol': opening.protocols.join(', ') }),
      ...opening.headers,
    },
  })
  await body?.cancel()
  return status
}
