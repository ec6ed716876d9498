import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  /** Names in small letters; of a name that comes twice, both. */
  headers: [name: string, value: string][]
  body: string
}

/**
 * Bytes as they are on the wire, since a client library would refuse to send most of what attacks. What follows is sent once something is answered, as on a connection
 * that a proxy uses again. Gives what came until the server closed.
 */
export const sendRaw = (
  port: number,
  bytes: string | Uint8Array,
  following: string[] = [],
  patience_ms = 10_000,
): Promise<RawAnswer[]> =>
  new Promise((resolve, reject) => {
    const got: Buffer[] = []
    const rest = [...following]
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    )
    const late = setTimeout(() => {
      socket.destroy()
      reject(
        new Error(
          `the server did not close within ${patience_ms} ms; it said ${Buffer.concat(got).toString('latin1')}`,
        ),
      )
    }, patience_ms)
    socket.on('data', (chunk: Buffer) => {
      got.push(chunk)
      const next = rest.shift()
      if (next !== undefined) socket.write(next)
    })
    // Cut off while one still writes, as after a refusal, is closed too.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(late)
      resolve(answersIn(Buffer.concat(got)))
    })
  })

/** The answers of one connection, one after the other, by the lengths that they announce. */
function answersIn(bytes: Buffer): RawAnswer[] {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) {
    if (bytes.length > 0) throw new Error(`no answer: ${bytes.toString('latin1').slice(0, 500)}`)
    return []
  }
  const [line = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1])
  const headers = lines.map((each): [string, string] => {
    const colon = each.indexOf(':')
    return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()]
  })
  const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? 0)
  const from = end + 4
  // What only says to go on is no answer.
  const rest = answersIn(bytes.subarray(from + length))
  return status === 100 ? rest : [{ status, headers, body: bytes.toString('utf8', from, from + length) }, ...rest]
}
