import type { Socket } from 'bun'

/** Payload of a text frame: `chunk` from `start` to `end`. */
export type OnText = (chunk: Buffer, start: number, end: number) => void

/**
 * A WebSocket of the least cost: it only finds where frames begin and end, so a thousand of them in one process leave the server most of the machine.
 * Text and pings only, no fragments, no extensions: what the servers measured here send.
 */
export interface Wire {
  onText: OnText
  send(text: string): void
  end(): void
  /** Whether the other side, or the network, has ended it. */
  readonly lost: boolean
}

const [text, close, ping, pong] = [0x1, 0x8, 0x9, 0xa]

/** Resolves when the upgrade is through. */
export async function openWire(hostname: string, port: number, path = '/ws'): Promise<Wire> {
  const opened = Promise.withResolvers<void>()
  let rest: Buffer | null = null
  let upgraded = false
  let reading = false
  let ended = false
  let outgoing: Buffer[] = []

  const flush = (socket: Socket) => {
    if (outgoing.length === 0) return
    const bytes = outgoing.length === 1 ? outgoing[0]! : Buffer.concat(outgoing)
    const written = Math.max(0, socket.write(bytes))
    outgoing = written < bytes.length ? [bytes.subarray(written)] : []
  }

  const frame = (opcode: number, chunk: Buffer, start: number, end: number) => {
    if (opcode === text) wire.onText(chunk, start, end)
    else if (opcode === ping) outgoing.push(encode(pong, chunk.subarray(start, end)))
    else if (opcode === close) wire.lost = !ended
    else throw new Error(`an unexpected frame, opcode ${opcode}`)
  }

  const read = (chunk: Buffer): number => {
    let at = 0
    if (!upgraded) {
      const end = chunk.indexOf('\r\n\r\n')
      if (end === -1) return 0
      const status = chunk.toString('latin1', 0, chunk.indexOf('\r\n'))
      if (!status.includes(' 101 ')) opened.reject(new Error(`the upgrade was refused: ${status}`))
      at = end + 4
      upgraded = true
      opened.resolve()
    }
    while (chunk.length - at >= 2) {
      let size = chunk[at + 1]!
      let start = at + 2
      if (size === 126) {
        if (chunk.length < at + 4) break
        size = chunk.readUInt16BE(at + 2)
        start = at + 4
      } else if (size === 127) {
        if (chunk.length < at + 10) break
        size = Number(chunk.readBigUInt64BE(at + 2))
        start = at + 10
      }
      if (chunk.length < start + size) break
      frame(chunk[at]! & 0xf, chunk, start, start + size)
      at = start + size
    }
    return at
  }

  const socket = await Bun.connect({
    hostname,
    port,
    socket: {
      data: (socket, bytes) => {
        const chunk = rest === null ? bytes : Buffer.concat([rest, bytes])
        reading = true
        const used = read(chunk)
        reading = false
        rest = used < chunk.length ? Buffer.from(chunk.subarray(used)) : null
        flush(socket)
      },
      drain: flush,
      close: () => {
        wire.lost = !ended
        opened.reject(new Error('the connection ended during the upgrade'))
      },
      error: (_, error) => opened.reject(error),
    },
  })

  const wire = {
    lost: false,
    onText: (() => {}) as OnText,
    send: (message: string) => {
      outgoing.push(encode(text, Buffer.from(message)))
      // What is sent while frames are read leaves in one write after the last.
      if (!reading) flush(socket)
    },
    end: () => {
      ended = true
      socket.end()
    },
  }
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dmV6YS1jaGF0LWJlbmNoIQ==\r\n\r\n',
  )
  await opened.promise
  return wire
}

/** A frame as clients must send it: masked, with a mask of zeroes that changes nothing (RFC 6455, 5.3). */
function encode(opcode: number, payload: Uint8Array): Buffer {
  const wide = payload.length > 125
  const head = wide ? 8 : 6
  const bytes = Buffer.alloc(head + payload.length)
  bytes[0] = 0x80 | opcode
  bytes[1] = 0x80 | (wide ? 126 : payload.length)
  if (wide) bytes.writeUInt16BE(payload.length, 2)
  bytes.set(payload, head)
  return bytes
}

/** Sends a frame and resolves with the next one that comes, parsed. */
export function ask<T = { type: string; data: Record<string, unknown> }>(wire: Wire, message: object): Promise<T> {
  return new Promise((resolve) => {
    wire.onText = (chunk, start, end) => resolve(JSON.parse(chunk.toString('utf8', start, end)) as T)
    wire.send(JSON.stringify(message))
  })
}
