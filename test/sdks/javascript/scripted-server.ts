// A server that says what a test wants it to say: the closes that the real one has no reason for.
import type { ServerWebSocket } from 'bun'

export interface Script {
  url: string
  connections: number
  heard: { type: string; id?: number; data: object }[]
  send(frame: object): void
  close(code: number): void
  stop(): Promise<void>
  heartbeat_interval: number
  ignores_pings: boolean
}

export function startScript({ heartbeat_interval = 30, ignores_pings = false }: Partial<Script>): Script {
  let socket: ServerWebSocket | null = null
  const own: Script = {
    url: '',
    connections: 0,
    heard: [],
    send: (frame) => socket?.send(JSON.stringify(frame)),
    close: (code) => socket?.close(code),
    stop: () => server.stop(true),
    heartbeat_interval,
    ignores_pings,
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 404 })),
    websocket: {
      open: (opened) => {
        own.connections++
        socket = opened
      },
      message: (from, text) => {
        const frame = JSON.parse(String(text)) as Script['heard'][number]
        own.heard.push(frame)
        if (frame.type === 'ping' && own.ignores_pings) return
        const answer =
          frame.type === 'authenticate' ? { type: 'auth_success', data: success() } : { type: 'pong', data: {} }
        from.send(JSON.stringify({ ...answer, id: frame.id }))
      },
    },
  })
  own.url = `http://127.0.0.1:${server.port}`

  const success = () => ({
    user_id: 1,
    username: 'ada',
    role: 'user',
    session_id: 'one',
    server_time: new Date().toISOString(),
    user: { id: 1, username: 'ada' },
    expires_at: new Date(Date.now() + 900_000).toISOString(),
    heartbeat_interval: own.heartbeat_interval,
    limits: { max_message_length: 2000, max_messages_per_minute: 60, max_file_size: 0 },
    memberships: [],
  })
  return own
}
