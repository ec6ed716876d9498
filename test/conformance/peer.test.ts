import { expect, setDefaultTimeout, test } from 'bun:test'
import { createServer } from 'node:net'

import { connectPeer, sample } from './peer.ts'

setDefaultTimeout(10_000)

const upgrade = (accept = sample.accept, more = 'Upgrade: websocket\r\nConnection: Upgrade\r\n') =>
  `HTTP/1.1 101 Switching Protocols\r\n${more}Sec-WebSocket-Accept: ${accept}\r\n\r\n`

/** What a peer says of a server that answers with these bytes and ends. */
async function wordsOf(...answers: (string | number[])[]): Promise<string[]> {
  const server = createServer((socket) => {
    for (const answer of answers) socket.write(typeof answer === 'string' ? answer : Buffer.from(answer))
    socket.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const peer = await connectPeer(typeof address === 'object' ? (address?.port ?? 0) : 0)
  while (!peer.ended()) await peer.more()
  server.close()
  return peer.heard
}

const json = (text: string) => [0x81, text.length, ...Buffer.from(text)]

test.each<[string, (string | number[])[], string[]]>([
  ['a good answer', [upgrade()], ['HTTP 101', 'end']],
  ['a wrong accept', [upgrade('x')], ['a 101 with a wrong Sec-WebSocket-Accept', 'end']],
  ['no Upgrade', [upgrade(sample.accept, 'Connection: Upgrade\r\n')], ['a 101 without Upgrade: websocket', 'end']],
  ['no Connection', [upgrade(sample.accept, 'Upgrade: websocket\r\n')], ['a 101 without Connection: Upgrade', 'end']],
  ['a refusal', ['HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx'], ['HTTP 404', 'end']],
  ['nothing', [], ['end']],
])('of handshakes a peer tells %s', async (_, answers, words) => {
  expect(await wordsOf(...answers)).toEqual(words)
})

test.each<[string, number[], string]>([
  ['an echo', json('{"type":"pong","id":1,"data":{"timestamp":"x"}}'), 'answer 1 "x"'],
  ['an error', json('{"type":"error","data":{"code":"X"}}'), 'error X'],
  ['a pong', [0x8a, 1, 0x78], 'pong "x"'],
  ['a pong of bytes', [0x8a, 2, 0, 255], 'pong 00ff'],
  ['a close frame', [0x88, 2, 3, 232], 'close 1000'],
  ['a close frame without a code', [0x88, 0], 'close'],
  ['half a close code', [0x88, 1, 3], 'a close frame of a wrong length'],
  ['a close reason that is not UTF-8', [0x88, 3, 3, 232, 255], 'a close reason that is not UTF-8'],
  ['text that is not UTF-8', [0x81, 2, 0xc3, 0x28], 'text that is not UTF-8'],
  ['a masked frame', [0x81, 0x80, 0, 0, 0, 0], 'a masked frame'],
  ['a reserved bit', [0xc1, 0], 'a frame that begins with c1'],
  ['a fragment', [0x01, 0], 'a frame that begins with 1'],
  ['a reserved opcode', [0x83, 0], 'a frame with opcode 3'],
  ['a binary message', [0x82, 0], 'a frame with opcode 2'],
])('of frames a peer tells %s', async (_, bytes, word) => {
  expect(await wordsOf(upgrade(), bytes)).toEqual(['HTTP 101', word, 'end'])
})
