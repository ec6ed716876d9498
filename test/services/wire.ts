import { createConnection, createServer, type Socket } from 'node:net'

export interface Wire {
  /** The database's address by this wire. */
  url: string
  /** Ends all connections and refuses new ones, as a stopped database does. */
  cut(): void
  /** Takes what clients say and gives no answer, as a network that lost its way back. */
  mute(): void
  /** Answers again after a cut. */
  mend(): Promise<void>
  close(): Promise<void>
}

/** A TCP wire to a PostgreSQL that a test can damage without touching the database that all tests share. */
export async function openWire(url: string): Promise<Wire> {
  const target = new URL(url)
  const directory = target.searchParams.get('host')
  const port = Number(target.searchParams.get('port') ?? (target.port || 5432))
  const upstream = () =>
    directory?.startsWith('/')
      ? createConnection({ path: `${directory}/.s.PGSQL.${port}` })
      : createConnection({ host: target.hostname, port })

  const pairs = new Set<{ near: Socket; far: Socket; muted: boolean }>()
  const server = createServer((near) => {
    const far = upstream()
    const pair = { near, far, muted: false }
    pairs.add(pair)
    near.on('data', (bytes) => far.write(bytes))
    far.on('data', (bytes) => {
      if (!pair.muted) near.write(bytes)
    })
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('close', end).on('error', end)
  })
  const listen = (on: number) => new Promise<void>((resolve) => server.listen(on, '127.0.0.1', resolve))
  await listen(0)
  const address = server.address()
  const own = new URL(url)
  for (const name of ['host', 'port']) own.searchParams.delete(name)
  own.hostname = '127.0.0.1'
  const own_port = typeof address === 'object' && address !== null ? address.port : 0
  own.port = String(own_port)

  const destroyAll = () => {
    for (const { near, far } of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    url: own.href,
    cut: () => {
      server.close()
      destroyAll()
    },
    mute: () => {
      for (const pair of pairs) pair.muted = true
    },
    mend: () => listen(own_port),
    close: async () => {
      if (server.listening) server.close()
      destroyAll()
    },
  }
}
