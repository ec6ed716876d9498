// A chat client of another house: npm `ws` under Node. One JSON command a line comes in, one JSON event a line goes out.
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'

const [url, options] = process.argv.slice(2)
const { protocols = [], headers = {} } = JSON.parse(options)
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)

const socket = new WebSocket(url, protocols, { headers })
socket.on('open', () => say({ opened: { protocol: socket.protocol, runtime: `node ${process.versions.node}` } }))
socket.on('message', (bytes, binary) =>
  say(binary ? { binary: bytes.length } : { frame: JSON.parse(Buffer.from(bytes).toString()) }),
)
socket.on('close', (code, reason) => say({ closed: { code, reason: Buffer.from(reason).toString() } }))
socket.on('unexpected-response', (_, { statusCode }) => say({ refused: statusCode }))
socket.on('error', ({ message }) => say({ failed: message }))

createInterface({ input: process.stdin })
  .on('line', (line) => socket.send(line))
  .on('close', () => process.exit())
