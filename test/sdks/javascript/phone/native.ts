// What an app of React Native has on its native side, as far as its JavaScript asks for it here: timers, sockets and requests.
type Tell = (...given: unknown[]) => void
type Event = (name: string, data: unknown) => void
type Call = (...given: never[]) => void

export function createNative(tell: Tell) {
  const event: Event = (name, data) => tell('event', name, data)
  const timers = createTimers(tell)
  const sockets = createSockets(event)
  const requests = createRequests(event)
  const calls: Record<string, Record<string, Call>> = { WebSocketModule: sockets.calls, Networking: requests.calls }

  return {
    sockets,
    hear: (kind: string, given: unknown[]): void => {
      if (kind === 'call') {
        const [module, method, rest] = given as [string, string, never[]]
        calls[module]?.[method]?.(...rest)
      } else timers.hear(kind, given as number[])
    },
    close: (): void => {
      timers.close()
      sockets.cut()
    },
  }
}

function createTimers(tell: Tell) {
  const running = new Map<number, ReturnType<typeof setTimeout>>()
  const due = (id: number) => () => tell('time', id)
  return {
    hear: (kind: string, [id = 0, ms = 0]: number[]): void => {
      if (kind === 'timeout') running.set(id, setTimeout(due(id), ms))
      if (kind === 'interval') running.set(id, setInterval(due(id), ms))
      if (kind === 'ended') clearTimeout(running.get(id))
    },
    close: (): void => running.forEach((timer) => clearTimeout(timer)),
  }
}

/** `cut` ends all that are open as a lost network does, and lets none be made until `mend`. */
function createSockets(event: Event) {
  const open = new Map<number, WebSocket>()
  let isCut = false
  const fail = (id: number) => event('websocketFailed', { id, message: 'no network' })
  const calls: Record<string, Call> = {
    connect: (url: string, _protocols: unknown, _options: unknown, id: number) => {
      if (isCut) return fail(id)
      const socket = new WebSocket(url)
      open.set(id, socket)
      const isOpen = () => open.get(id) === socket
      socket.onopen = () => isOpen() && event('websocketOpen', { id, protocol: socket.protocol })
      socket.onmessage = ({ data }) => isOpen() && event('websocketMessage', { type: 'text', id, data })
      socket.onclose = ({ code, reason }) => {
        if (isOpen()) event('websocketClosed', { id, code, reason })
        open.delete(id)
      }
    },
    send: (text: string, id: number) => open.get(id)?.send(text),
    close: (code: number, reason: string, id: number) => open.get(id)?.close(code, reason),
  }
  return {
    calls,
    cut: (): void => {
      isCut = true
      for (const [id, socket] of open) {
        open.delete(id)
        socket.close()
        fail(id)
      }
    },
    mend: (): void => {
      isCut = false
    },
  }
}

interface Part {
  fieldName: string
  string?: string
  uri?: string
  name?: string
  type?: string
}

function createRequests(event: Event) {
  const bodyOf = async ({ string, formData }: { string?: string; formData?: Part[] }) => {
    if (formData === undefined) return string
    const form = new FormData()
    for (const { fieldName, string: text, uri, name, type } of formData)
      if (text !== undefined) form.append(fieldName, text)
      else if (uri === undefined) throw new Error('Android sends texts and what has a `uri`.')
      else form.append(fieldName, new Blob([await Bun.file(uri).bytes()], { type: type ?? '' }), name ?? 'file')
    return form
  }
  const calls: Record<string, Call> = {
    sendRequest: (method: string, url: string, id: number, headers: [string, string][], data: never, kind: string) => {
      const answered = async () => {
        const body = await bodyOf(data ?? {})
        const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) })
        const bytes = Buffer.from(await response.bytes())
        event('didReceiveNetworkResponse', [id, response.status, Object.fromEntries(response.headers), url])
        event('didReceiveNetworkData', [id, bytes.toString(kind === 'base64' ? 'base64' : 'utf8')])
        event('didCompleteNetworkResponse', [id, null])
      }
      answered().catch((error: unknown) => event('didCompleteNetworkResponse', [id, String(error), false]))
    },
  }
  return { calls }
}
