import type { Socket } from 'bun'
import type { Frame } from '../e2e/client.ts'
import { until } from '../e2e/program.ts'

/** A WebSocket made of bytes, which can do what no library does: lie about its frames, answer no ping, stop reading. */
export interface Raw {
  /** The answer to the upgrade. */
  status: number
  /** Text frames that came, in order. */
  frames: Frame[]
  /** The code of the close frame; 0 when the connection ended without one. */
  closed: Promise<number>
  pings(): number
  received(): number
  write(bytes: Uint8Array | string): void
  send(type: string, data?: object): void
  /** The first frame of a type. */
  next(type: string, patience_ms?: number): Promise<Frame>
  /** Stops and starts reading from the network. */
  pause(): void
  resume(): void
  end(): void
}

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

/** One masked frame of a client (RFC 6455, 5.2). */
export function clientFrame(payload: Uint8Array | string, opcode = opcodes.text): Uint8Array {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
  const length = bytes.length
  const head = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : [127, ...big(length)]
  const mask = crypto.getRandomValues(new Uint8Array(4))
  const frame = new Uint8Array(1 + head.length + 4 + length)
  frame.set([0x80 | opcode, head[0]! | 0x80, ...head.slice(1), ...mask])
  for (let index = 0; index < length; index++) frame[5 + head.length + index] = bytes[index]! ^ mask[index & 3]!
  return frame
}

function big(length: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length))
  return bytes
}

/** Opens a TCP connection, and a WebSocket on it unless `silent`. */
export async function openRaw(url: string, options: { token?: string; silent?: boolean } = {}): Promise<Raw> {
  const { hostname, port } = new URL(url)
  const { promise: closed, resolve: ended } = Promise.withResolvers<number>()
  const frames: Frame[] = []
  let buffer: Buffer = Buffer.alloc(0)
  let status = 0
  let pings = 0
  let received = 0
  let code = 0

  const read = () => {
    if (status === 0) {
      const end = buffer.indexOf('\r\n\r\n')
      if (end < 0) return
      status = Number(/^HTTP\/1\.1 (\d+)/.exec(buffer.toString('latin1', 0, 20))?.[1] ?? 0)
      buffer = buffer.subarray(end + 4)
    }
    let at = 0
    while (buffer.length - at >= 2) {
      const short = buffer[at + 1]! & 127
      const head = short === 127 ? 10 : short === 126 ? 4 : 2
      if (buffer.length - at < head) break
      const length =
        short === 127 ? Number(buffer.readBigUInt64BE(at + 2)) : short === 126 ? buffer.readUInt16BE(at + 2) : short
      if (buffer.length - at < head + length) break
      take(buffer[at]! & 15, buffer.subarray(at + head, at + head + length))
      at += head + length
    }
    buffer = buffer.subarray(at)
  }
  const take = (opcode: number, payload: Buffer) => {
    if (opcode === opcodes.text) frames.push(JSON.parse(payload.toString()) as Frame)
    if (opcode === opcodes.ping) pings++
    if (opcode === opcodes.close) code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005
  }

  let waiting: Uint8Array[] = []
  const flush = (socket: Socket) => {
    while (waiting.length > 0) {
      const sent = socket.write(waiting[0]!)
      if (sent < waiting[0]!.length) {
        waiting[0] = waiting[0]!.subarray(Math.max(0, sent))
        return
      }
      waiting.shift()
    }
  }
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: (_, chunk) => {
        received += chunk.length
        buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk])
        read()
      },
      drain: flush,
      close: () => ended(code),
      error: () => ended(code),
    },
  })
  const raw: Raw = {
    status,
    frames,
    closed,
    pings: () => pings,
    received: () => received,
    write: (bytes) => {
      waiting.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes)
      flush(socket)
    },
    send: (type, data = {}) => raw.write(clientFrame(JSON.stringify({ type, data }))),
    next: async (type, patience_ms = 10_000) => {
      await until(() => frames.some((frame) => frame.type === type), patience_ms, `${type} comes`)
      return frames.find((frame) => frame.type === type)!
    },
    pause: () => {
      socket.pause()
    },
    resume: () => {
      socket.resume()
    },
    end: () => {
      socket.terminate()
      waiting = []
    },
  }
  if (options.silent) return raw
  const bearer = options.token === undefined ? '' : `Authorization: Bearer ${options.token}\r\n`
  raw.write(
    `GET /ws HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${bearer}\r\n`,
  )
  await until(() => status > 0, 10_000, 'the upgrade is answered')
  raw.status = status
  return raw
}
