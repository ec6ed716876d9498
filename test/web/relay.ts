// Between a page and the server: passes everything on, and puts into it what the server would never say. So every field can hold any text, whatever the server's own rules are.
import type { ServerWebSocket } from 'bun'

export type Told = Record<string, unknown>

interface Line {
  up: WebSocket
  /** What came before the other end was open. */
  early: string[]
}

export type Relay = ReturnType<typeof startRelay>

/** `lie` is given each object of what the server says, the inner ones first, and returns what stands in its place. */
export function startRelay(server: { url: string; wsUrl: string }) {
  const honest = (told: Told): unknown => told
  let lie = honest
  let isDeaf = false
  const open = new Set<ServerWebSocket<Line>>()
  const changed = (text: string): string =>
    JSON.stringify(JSON.parse(text, (_, value: unknown) => (isRecord(value) ? lie(value) : value)))

  const site = Bun.serve<Line>({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request, own) {
      if (request.headers.has('upgrade')) {
        const protocols = protocolsOf(request)
        const up = new WebSocket(server.wsUrl, protocols)
        const headers: Record<string, string> = protocols.length === 0 ? {} : { 'sec-websocket-protocol': 'veza.v1' }
        const isUp = own.upgrade(request, { data: { up, early: [] }, headers })
        return isUp ? undefined : new Response(null, { status: 400 })
      }
      return passOn(request, server.url, changed)
    },
    websocket: {
      open: (line) => {
        const { up, early } = line.data
        open.add(line)
        up.onopen = () => {
          for (const text of early.splice(0)) up.send(text)
        }
        up.onmessage = ({ data }) => line.send(changed(String(data)))
        up.onclose = ({ code, reason }) => (code === 1000 || code >= 3000 ? line.close(code, reason) : line.terminate())
      },
      message: ({ data: { up, early } }, text) => {
        if (isDeaf) return
        if (up.readyState === WebSocket.OPEN) up.send(String(text))
        else early.push(String(text))
      },
      close: (line) => {
        open.delete(line)
        line.data.up.close()
      },
    },
  })

  return {
    url: `http://127.0.0.1:${site.port}`,
    wsUrl: `ws://127.0.0.1:${site.port}`,
    lies: (other: typeof lie | null) => {
      lie = other ?? honest
    },
    /** Whether it keeps to itself what the page sends. */
    deaf: (is: boolean) => {
      isDeaf = is
    },
    /** A text of its own, to all who are connected. */
    say: (text: string) => {
      for (const line of open) line.send(text)
    },
    hangUp: (code: number, reason: string) => {
      for (const line of open) line.close(code, reason)
    },
    close: () => site.stop(true),
  }
}

const isRecord = (value: unknown): value is Told => typeof value === 'object' && value !== null && !Array.isArray(value)

const protocolsOf = ({ headers }: Request): string[] => headers.get('sec-websocket-protocol')?.split(/, */) ?? []

async function passOn(request: Request, to: string, changed: (text: string) => string): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const headers = new Headers(request.headers)
  headers.delete('host')
  // What the browser has kept is of another time, and another lie.
  headers.delete('if-none-match')
  const body = request.method === 'GET' ? {} : { body: await request.text() }
  const answer = await fetch(to + pathname + search, { method: request.method, headers, ...body })
  const kept = new Headers(answer.headers)
  // It comes as it was before it was packed.
  for (const name of ['content-encoding', 'content-length']) kept.delete(name)
  const isJson = kept.get('content-type')?.startsWith('application/json') === true
  return new Response(isJson ? changed(await answer.text()) : await answer.arrayBuffer(), { status: answer.status, headers: kept }) // prettier-ignore
}
