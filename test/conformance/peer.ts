import { connect } from 'node:net'

/** What the server did, in words, in order: `HTTP 101`, `answer 1 "text"`, `error CODE`, `pong "x"`, `close 1002`, `end`. */
export type Words = string[]

export interface Peer {
  heard: Words
  /** Resolves once something more has come, or the connection has ended. */
  more(): Promise<void>
  ended(): boolean
  write(bytes: Uint8Array | string): void
  /** Ends our side of the connection alone (FIN). */
  finish(): void
  /** Cuts the connection (RST). */
  cut(): void
}

/** A TCP connection to the server that speaks only the bytes it is given, and tells in words what it hears. */
export async function connectPeer(port: number): Promise<Peer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  const heard: Words = []
  let status: string | null = null
  let bytes: Buffer = Buffer.alloc(0)
  let gone = false
  let change = Promise.withResolvers<void>()

  const read = () => {
    if (status === null) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) return
      status = statusWord(bytes.toString('latin1', 0, end))
      heard.push(status)
      bytes = bytes.subarray(end + 4)
    }
    if (!status.startsWith('HTTP 101')) return
    for (let taken = takeFrame(bytes); taken !== null; taken = takeFrame(bytes)) {
      bytes = bytes.subarray(taken.length)
      if (taken.word !== null) heard.push(taken.word)
    }
  }
  const changed = () => {
    change.resolve()
    change = Promise.withResolvers<void>()
  }
  const end = () => {
    if (!gone) heard.push('end')
    gone = true
    changed()
  }
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    read()
    changed()
  })
  socket.on('end', () => {
    end()
    socket.destroy()
  })
  socket.on('close', end)
  socket.on('error', () => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return {
    heard,
    more: () => (gone ? Promise.resolve() : change.promise),
    ended: () => gone,
    write: (data) => {
      if (!gone && !socket.destroyed) socket.write(data)
    },
    finish: () => socket.end(),
    cut: () => socket.resetAndDestroy(),
  }
}

/** RFC 6455, 1.3. */
export const sample = { key: 'dGhlIHNhbXBsZSBub25jZQ==', accept: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' }

/** The status, and the headers that say what is chosen (101) or wanted (426). A 101 must have all that makes it a WebSocket. */
function statusWord(head: string): string {
  const [line = '', ...lines] = head.split('\r\n')
  const headers = new Map(
    lines.map((each) => each.split(/: ?(.*)/)).map(([name = '', value = '']) => [name.toLowerCase(), value]),
  )
  const status = line.split(' ')[1] ?? line
  const said = (name: string) =>
    headers.has(name.toLowerCase()) ? `, ${name}: ${headers.get(name.toLowerCase())}` : ''
  if (status === '426') return `HTTP 426${said('Upgrade')}${said('Sec-WebSocket-Version')}`
  if (status !== '101') return `HTTP ${status}`
  if (headers.get('sec-websocket-accept') !== sample.accept) return 'a 101 with a wrong Sec-WebSocket-Accept'
  if (headers.get('upgrade')?.toLowerCase() !== 'websocket') return 'a 101 without Upgrade: websocket'
  if (headers.get('connection')?.toLowerCase() !== 'upgrade') return 'a 101 without Connection: Upgrade'
  return `HTTP 101${said('Sec-WebSocket-Protocol')}${said('Sec-WebSocket-Extensions')}`
}

/** The first frame of the server's bytes; null while it is not whole. No word for what is no part of a case. */
function takeFrame(bytes: Buffer): { length: number; word: string | null } | null {
  if (bytes.length < 2) return null
  const short = bytes[1]! & 127
  const masked = bytes[1]! > 127
  const from = (short === 127 ? 10 : short === 126 ? 4 : 2) + (masked ? 4 : 0)
  if (bytes.length < from) return null
  const size = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short
  if (bytes.length < from + size) return null
  return { length: from + size, word: wordOf(bytes[0]!, masked, bytes.subarray(from, from + size)) }
}

/** The server must not mask, uses no extension and has no need to fragment. */
function wordOf(first: number, masked: boolean, payload: Buffer): string | null {
  if (masked) return 'a masked frame'
  if (first < 0x80 || (first & 0x70) !== 0) return `a frame that begins with ${first.toString(16)}`
  switch (first & 15) {
    case 1:
      return textWord(payload)
    case 8:
      return closeWord(payload)
    case 9:
      return null
    case 10:
      return payload.length === 0 ? 'pong' : `pong ${shown(payload)}`
    default:
      return `a frame with opcode ${first & 15}`
  }
}

function textWord(payload: Buffer): string {
  if (!isText(payload)) return 'text that is not UTF-8'
  const { type, id, data } = JSON.parse(payload.toString()) as { type: string; id?: unknown; data: Echoed }
  if (type === 'error') return `error ${data.code}`
  if (type !== 'pong') return type
  return id === 'probe' ? 'open' : answerOf(data.timestamp ?? '', id)
}

interface Echoed {
  code?: string
  timestamp?: string
}

function closeWord(payload: Buffer): string {
  if (payload.length === 0) return 'close'
  if (payload.length === 1 || payload.length > 125) return 'a close frame of a wrong length'
  if (!isText(payload.subarray(2))) return 'a close reason that is not UTF-8'
  return `close ${payload.readUInt16BE(0)}`
}

/** The word for our echo. */
export const answerOf = (text: Buffer | string, id: unknown = 1): string =>
  `answer ${String(id)} ${shown(Buffer.from(text))}`

const isText = (bytes: Buffer): boolean => bytes.equals(Buffer.from(bytes.toString()))

/** Bytes for people: text as such, a run of one letter by its length, the rest in hex. */
function shown(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  if (bytes.length > 40 && text === text[0]!.repeat(text.length)) return `${JSON.stringify(text[0])} x ${bytes.length}`
  return /^[ -~]*$/.test(text) ? JSON.stringify(text) : bytes.toString('hex')
}
