// A server that says what a test wants it to say: the closes that the real one has no reason for, and answers at the moments that it hardly ever has them.
import type { ServerWebSocket } from 'bun'

export interface Asked {
  type: string
  id?: number
  // What the tests ask of it.
  data: Record<string, unknown>
}

/** Undefined for what the script answers by itself, null for no answer at all. */
export type Answer = { type: string; data: object } | null | undefined

export interface Script {
  url: string
  connections: number
  heard: Asked[]
  send(frame: object): void
  close(code: number): void
  stop(): Promise<void>
  heartbeat_interval: number
  ignores_pings: boolean
  answer(asked: Asked): Answer | Promise<Answer>
  /** Who authenticates. */
  user: { id: number; username: string }
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
    answer: () => undefined,
    user: { id: 1, username: 'ada' },
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
        const frame = JSON.parse(String(text)) as Asked
        own.heard.push(frame)
        if (frame.type === 'ping' && own.ignores_pings) return
        const own_answer =
          frame.type === 'authenticate' ? { type: 'auth_success', data: success(frame) } : { type: 'pong', data: {} }
        const tell = (answer: Answer) => {
          if (answer !== null) from.send(JSON.stringify({ ...(answer ?? own_answer), id: frame.id }))
        }
        const answer = own.answer(frame)
        if (answer instanceof Promise) answer.then(tell, () => from.close(1011))
        else tell(answer)
      },
    },
  })
  own.url = `http://127.0.0.1:${server.port}`

  const success = ({ data }: Asked) => ({
    user_id: own.user.id,
    username: own.user.username,
    role: 'user',
    session_id: 'one',
    server_time: new Date().toISOString(),
    user: own.user,
    expires_at: new Date(Date.now() + 900_000).toISOString(),
    heartbeat_interval: own.heartbeat_interval,
    limits: { max_message_length: 2000, max_messages_per_minute: 60, max_file_size: 0 },
    memberships: [],
    resumed: ((data['resume'] ?? []) as { since_seq: number }[]).map(resumed),
  })

  /** As the script would have it joined. */
  const resumed = (point: { since_seq: number }): object => {
    const answer = own.answer({ type: 'join_room', data: point })
    if (!answer || answer instanceof Promise) return { ...point, seq: point.since_seq, missed: [] }
    return answer.type === 'error' ? { ...point, error: (answer.data as { code: string }).code } : answer.data
  }
  return own
}
