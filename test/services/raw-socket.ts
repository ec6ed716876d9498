import { connect } from 'node:net'

export interface RawSocket {
  /** Sends one text frame, masked as clients must (RFC 6455, 5.3). */
  send(frame: object): void
  /** Stops reading: what the server sends piles up in the kernels, then in the server. */
  pause(): void
  resume(): void
  /** Text frames so far. */
  frames: { type: string; id?: string | number; data: Record<string, unknown> }[]
  /** The close code the server sent, once the connection has ended; null when it was cut without one. */
  closed: Promise<number | null>
  destroy(): void
}

/** A WebSocket client that reads from the kernel only when it is told to, which library clients do not. */
export async function openRaw(port: number): Promise<RawSocket> {
  const socket = connect({ port, host: '127.0.0.1' })
  const ended = Promise.withResolvers<number | null>()
  const upgraded = Promise.withResolvers<void>()
  const frames: RawSocket['frames'] = []
  let [bytes, head, code]: [Buffer, boolean, number | null] = [Buffer.alloc(0), true, null]

  const take = (): boolean => {
    if (head) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) return false
      bytes = bytes.subarray(end + 4)
      head = false
      upgraded.resolve()
    }
    const short = bytes[1] ?? 0
    const from = short === 127 ? 10 : short === 126 ? 4 : 2
    if (bytes.length < from) return false
    const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short
    if (bytes.length < from + length) return false
    const payload = bytes.subarray(from, from + length)
    const opcode = bytes[0]! & 0x0f
    bytes = bytes.subarray(from + length)
    if (opcode === 1) frames.push(JSON.parse(payload.toString()) as RawSocket['frames'][number])
    if (opcode === 8) code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005
    return true
  }
  socket.on('data', (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
    while (take());
  })
  socket.on('close', () => ended.resolve(code))
  socket.on('error', () => socket.destroy())

  socket.write(
    'GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  await upgraded.promise
  return {
    frames,
    closed: ended.promise,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    destroy: () => socket.destroy(),
    send: (frame) => {
      const text = Buffer.from(JSON.stringify(frame))
      const length =
        text.length < 126
          ? Buffer.from([0x80 | text.length])
          : Buffer.from([0x80 | 126, text.length >> 8, text.length & 255])
      // A mask of zeros changes nothing and is allowed.
      socket.write(Buffer.concat([Buffer.from([0x81]), length, Buffer.alloc(4), text]))
    },
  }
}
