// A process of its own: HTTP clients that keep their connections and read no more of an answer than where it ends.
import type { Socket } from 'bun'
import { now } from './clock.ts'
import { type Percentiles, percentiles } from './stats.ts'
import { serve } from './worker.ts'

export interface Race {
  port: number
  connections: number
  method: string
  path: string
  token: string
  /** JSON; `#{n}#` in it and in headers becomes a number of its own for each request. */
  body?: string
  headers?: Record<string, string>
  /** What each answer must be. */
  status: number
  /** Milliseconds. */
  warmup: number
  measured: number
}

export interface Raced {
  answered: number
  seconds: number
  /** Bytes of one answer's body. */
  size: number
  latency: Percentiles
}

let asked = 0

function requestOf({ port, method, path, token, body, headers = {} }: Race): string {
  const n = String(++asked).padStart(6, '0')
  const fill = (text: string) => text.replaceAll('#{n}#', n)
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${fill(value)}`),
  ]
  if (body === undefined) return `${lines.join('\r\n')}\r\n\r\n`
  const text = fill(body)
  return `${lines.join('\r\n')}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

/** One request after the other on each connection, for `warmup + measured` milliseconds. */
async function race(wish: Race): Promise<Raced> {
  const begin = now() + wish.warmup
  const end = begin + wish.measured
  const latencies: number[] = []
  let size = 0

  const ride = () =>
    new Promise<void>((resolve, reject) => {
      let rest: Buffer | null = null
      let sent = 0
      const next = (socket: Socket) => {
        sent = now()
        socket.write(requestOf(wish))
      }
      const read = (socket: Socket, bytes: Buffer) => {
        const chunk = rest === null ? bytes : Buffer.concat([rest, bytes])
        const head = chunk.indexOf('\r\n\r\n')
        const lines = head === -1 ? '' : chunk.toString('latin1', 0, head)
        const length = Number(/\r\ncontent-length: *(\d+)/i.exec(lines)?.[1] ?? Number.NaN)
        if (head === -1 || chunk.length < head + 4 + length) {
          rest = Buffer.from(chunk)
          return
        }
        if (!lines.startsWith(`HTTP/1.1 ${wish.status}`)) {
          reject(new Error(`${wish.method} ${wish.path}: ${chunk.toString('utf8', 0, 500)}`))
          return
        }
        rest = null
        size = length
        const at = now()
        if (at >= begin && at < end) latencies.push(at - sent)
        if (at < end) return next(socket)
        socket.end()
        resolve()
      }
      const socket = {
        open: next,
        data: read,
        error: (_: Socket, error: Error) => reject(error),
        close: () => resolve(),
      }
      Bun.connect({ hostname: '127.0.0.1', port: wish.port, socket }).catch(reject)
    })

  await Promise.all(Array.from({ length: wish.connections }, ride))
  return { answered: latencies.length, seconds: wish.measured / 1000, size, latency: percentiles(latencies) }
}

const jobs = { race }
export type HttpClientJobs = typeof jobs

if (import.meta.main) serve(jobs)
