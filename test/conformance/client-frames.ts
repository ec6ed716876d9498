/** The opcodes of RFC 6455, 11.8. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

export interface FrameShape {
  opcode?: number
  /** The last frame of its message. */
  fin?: boolean
  /** The three reserved bits as a number: RSV1 is 4. */
  rsv?: number
  /** False leaves the mask out, which clients must not. */
  masked?: boolean
  /** Bytes that say the length: 0, 2 or 8; the fewest that do unless said. */
  length_bytes?: 0 | 2 | 8
  /** What the frame says its length is, true or not. */
  length?: bigint
}

const mask = [0x37, 0xfa, 0x21, 0x3d]

const bytesOf = (payload: Uint8Array | string): Uint8Array =>
  typeof payload === 'string' ? new TextEncoder().encode(payload) : payload

/** One frame of a client (RFC 6455, 5.2), be it a good one or not. */
export function frame(payload: Uint8Array | string = '', shape: FrameShape = {}): Buffer {
  const bytes = bytesOf(payload)
  const { opcode: code = opcode.text, fin = true, rsv = 0, masked = true, length = BigInt(bytes.length) } = shape
  const { length_bytes = length < 126n ? 0 : length < 65_536n ? 2 : 8 } = shape
  const extended = Buffer.alloc(length_bytes)
  if (length_bytes === 2) extended.writeUInt16BE(Number(length))
  if (length_bytes === 8) extended.writeBigUInt64BE(length)
  const short = length_bytes === 0 ? Number(length) : length_bytes === 2 ? 126 : 127
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | code, (masked ? 0x80 : 0) | short]
  if (!masked) return Buffer.concat([Buffer.from(head), extended, bytes])
  const body = Buffer.from(bytes)
  for (let index = 0; index < body.length; index++) body[index]! ^= mask[index & 3]!
  return Buffer.concat([Buffer.from(head), extended, Buffer.from(mask), body])
}

/** A message in as many frames as there are parts. */
export const fragments = (parts: (Uint8Array | string)[], first = opcode.text): Buffer[] =>
  parts.map((part, index) =>
    frame(part, { opcode: index === 0 ? first : opcode.continuation, fin: index === parts.length - 1 }),
  )

export const ping = (payload: Uint8Array | string = '', shape: FrameShape = {}): Buffer =>
  frame(payload, { ...shape, opcode: opcode.ping })

export const pong = (payload: Uint8Array | string = '', shape: FrameShape = {}): Buffer =>
  frame(payload, { ...shape, opcode: opcode.pong })

/** A close frame; null leaves even the code out. */
export function close(code: number | null, reason: Uint8Array | string = '', shape: FrameShape = {}): Buffer {
  const head = code === null ? [] : [code >> 8, code & 255]
  return frame(Buffer.concat([Buffer.from(head), bytesOf(reason)]), { ...shape, opcode: opcode.close })
}

/** Cuts into pieces of so many bytes. */
export const chopped = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))

/** The chat's own `ping`, which answers with what it was given: our echo. */
export const echo = (text: Uint8Array | string, id = 1): Buffer =>
  Buffer.concat([Buffer.from(`{"type":"ping","id":${id},"data":{"timestamp":"`), bytesOf(text), Buffer.from('"}}')])

export const stars = (count: number): string => '*'.repeat(count)

/** What an echo of so many bytes as a whole is given. */
export const filling = (size: number): string => stars(size - echo('').length)

export const echoOf = (size: number): Buffer => echo(filling(size))

/** An echo in a frame of its own. */
export const text = (content: string, id = 1): Buffer => frame(echo(content, id))
