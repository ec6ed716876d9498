// A process of its own: the floor of P1, P3 and P4, the least that Bun can do with the same sockets.
import { serve } from './worker.ts'
import { createBareRow } from './bare-row.ts'

type Kind = 'publish' | 'commit' | 'idle'

/** `publish` passes each frame on to all; `commit` inserts a row first; `idle` subscribes to as many topics as a member of three rooms has. */
function listen({ kind, database_url = '' }: { kind: Kind; database_url?: string }): { port: number } {
  let born = 0
  const topicsOf = (path: string): string[] => {
    // The senders of the measured room have not joined its live feed either.
    if (path === '/quiet') return []
    if (kind !== 'idle') return ['room']
    const n = born++
    return [`u:${n}`, ...[0, 100, 200].map((step) => `c:${(n + step) % 300}`)]
  }
  const publish = (message: string | Buffer) => void server.publish('room', message)
  const insert = kind === 'commit' ? createBareRow(database_url) : null
  const server = Bun.serve<{ topics: string[] }>({
    hostname: '0.0.0.0',
    port: 0,
    fetch: (request, self) => {
      const topics = topicsOf(new URL(request.url).pathname)
      return self.upgrade(request, { data: { topics } }) ? undefined : new Response(null, { status: 426 })
    },
    websocket: {
      idleTimeout: 60,
      sendPings: true,
      perMessageDeflate: false,
      backpressureLimit: 16 * 1024 * 1024,
      open: (ws) => {
        for (const topic of ws.data.topics) ws.subscribe(topic)
      },
      message:
        insert === null ? (_, message) => publish(message) : (_, message) => insert().then(() => publish(message)),
    },
  })
  return { port: server.port! }
}

const jobs = { listen }
export type BareServerJobs = typeof jobs

if (import.meta.main) serve(jobs)
