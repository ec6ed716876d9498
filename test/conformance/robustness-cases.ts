import { chopped, close, echo, echoOf, filling, frame, opcode, ping, pong, stars, text } from './client-frames.ts'
import { answerOf } from './peer.ts'
import { type Case, failed, type Family } from './robustness-case.ts'

const random = Buffer.from([0, 255, 254, 253, 252, 251, 0, 255])

const sizes: Case[] = [125, 126, 127, 128, 65_535, 65_536].map((size, index) => ({
  id: `1.1.${index + 2}`,
  title: `a text of ${size} bytes`,
  section: '5.2',
  send: [frame(echoOf(size))],
  expected: [answerOf(filling(size)), 'open'],
}))

const binaries: Case[] = [0, 125, 126, 127, 128, 65_535, 65_536].map((size, index) => ({
  id: `1.2.${index + 1}`,
  title: `a binary message of ${size} bytes`,
  section: '5.6',
  send: [frame(Buffer.alloc(size, 0xfe), { opcode: opcode.binary })],
  expected: ['error MALFORMED_FRAME', 'open'],
  own: true,
}))

const lengths: Family = {
  name: '1. Frames and their lengths',
  cases: [
    {
      id: '1.1.1',
      title: 'a text of no bytes: no JSON',
      section: '5.6',
      send: [frame('')],
      expected: ['error MALFORMED_FRAME', 'open'],
      own: true,
    },
    ...sizes,
    {
      id: '1.1.8',
      title: 'a text of 65,536 bytes in pieces of 997',
      section: '5.2',
      send: chopped(frame(echoOf(65_536)), 997),
      expected: [answerOf(filling(65_536)), 'open'],
    },
    ...binaries,
    {
      id: '1.2.8',
      title: 'a binary message of 65,536 bytes in pieces of 997',
      section: '5.6',
      send: chopped(frame(Buffer.alloc(65_536, 0xfe), { opcode: opcode.binary }), 997),
      expected: ['error MALFORMED_FRAME', 'open'],
      own: true,
    },
    {
      id: 'L.1',
      title: 'the length of a short text in 2 bytes, where 7 bits do',
      section: '5.2',
      send: [frame(echo('x'), { length_bytes: 2 })],
      expected: failed(1002),
      otherwise: {
        got: [answerOf('x'), 'open'],
        why: 'The length is plain all the same, and nothing else depends on its form',
      },
    },
    {
      id: 'L.2',
      title: 'the length of a short text in 8 bytes, where 7 bits do',
      section: '5.2',
      send: [frame(echo('x'), { length_bytes: 8 })],
      expected: failed(1002),
      otherwise: {
        got: [answerOf('x'), 'open'],
        why: 'The length is plain all the same, and nothing else depends on its form',
      },
    },
    {
      id: 'L.3',
      title: 'a length with the highest bit set, and no payload',
      section: '5.2',
      send: [frame('', { length: 2n ** 63n })],
      expected: failed(1002),
      otherwise: { got: failed(1009), why: 'It is refused as too large, which it is too' },
    },
    {
      id: 'L.4',
      title: 'the head of a frame in single bytes, each sent alone',
      section: '5.2',
      send: chopped(frame(echoOf(300)), 1)
        .slice(0, 8)
        .concat([frame(echoOf(300)).subarray(8)]),
      expected: [answerOf(filling(300)), 'open'],
    },
    {
      id: 'L.5',
      title: 'three texts and a half in one piece, then the other half',
      section: '5.2',
      send: [
        Buffer.concat([text('a', 1), text('b', 2), text('c', 3), text('d', 4).subarray(0, 20)]),
        text('d', 4).subarray(20),
      ],
      expected: [answerOf('a', 1), answerOf('b', 2), answerOf('c', 3), answerOf('d', 4), 'open'],
    },
  ],
}

const masks: Family = {
  name: 'M. Masks',
  cases: [
    {
      id: 'M.1',
      title: 'a text without a mask',
      section: '5.1',
      send: [frame(echo('x'), { masked: false })],
      expected: failed(1002),
    },
    {
      id: 'M.2',
      title: 'a ping without a mask',
      section: '5.1',
      send: [ping('x', { masked: false })],
      expected: failed(1002),
    },
    {
      id: 'M.3',
      title: 'a close frame without a mask',
      section: '5.1',
      send: [close(1000, '', { masked: false })],
      expected: failed(1002),
    },
    {
      id: 'M.4',
      title: 'an empty text without a mask',
      section: '5.1',
      send: [frame('', { masked: false })],
      expected: failed(1002),
    },
    {
      id: 'M.5',
      title: 'a second fragment without a mask',
      section: '5.1',
      send: [frame('{', { fin: false }), frame('}', { opcode: 0, masked: false })],
      expected: failed(1002),
    },
  ],
}

const pings: Family = {
  name: '2. Pings and pongs',
  cases: [
    { id: '2.1', title: 'a ping without payload', section: '5.5.2', send: [ping()], expected: ['pong', 'open'] },
    {
      id: '2.2',
      title: 'a ping with a small text',
      section: '5.5.2',
      send: [ping('Hello, world!')],
      expected: ['pong "Hello, world!"', 'open'],
    },
    {
      id: '2.3',
      title: 'a ping with bytes that are not UTF-8',
      section: '5.5.2',
      send: [ping(random)],
      expected: ['pong 00fffefdfcfb00ff', 'open'],
    },
    {
      id: '2.4',
      title: 'a ping of 125 bytes',
      section: '5.5',
      send: [ping(Buffer.alloc(125, 0xfe))],
      expected: ['pong "\u00fe" x 125', 'open'],
    },
    { id: '2.5', title: 'a ping of 126 bytes', section: '5.5', send: [ping(stars(126))], expected: failed(1002) },
    {
      id: '2.6',
      title: 'a ping of 125 bytes, byte by byte',
      section: '5.5',
      send: chopped(ping(stars(125)), 1),
      expected: ['pong "*" x 125', 'open'],
    },
    { id: '2.7', title: 'a pong nobody asked for', section: '5.5.3', send: [pong()], expected: ['open'] },
    { id: '2.8', title: 'such a pong with payload', section: '5.5.3', send: [pong('payload')], expected: ['open'] },
    {
      id: '2.9',
      title: 'such a pong, then a ping',
      section: '5.5.3',
      send: [pong('payload'), ping('x')],
      expected: ['pong "x"', 'open'],
    },
    {
      id: '2.10',
      title: 'ten pings in one piece',
      section: '5.5.2',
      send: [Buffer.concat(Array.from({ length: 10 }, (_, n) => ping(`payload-${n}`)))],
      expected: [...Array.from({ length: 10 }, (_, n) => `pong "payload-${n}"`), 'open'],
    },
    {
      id: '2.11',
      title: 'ten pings, byte by byte',
      section: '5.5.2',
      send: chopped(Buffer.concat(Array.from({ length: 10 }, (_, n) => ping(`payload-${n}`))), 1),
      expected: [...Array.from({ length: 10 }, (_, n) => `pong "payload-${n}"`), 'open'],
    },
    {
      id: 'P.1',
      title: 'a ping whose short length is in 2 bytes',
      section: '5.2',
      send: [ping('x', { length_bytes: 2 })],
      expected: failed(1002),
    },
    { id: 'P.2', title: 'a pong of 126 bytes', section: '5.5', send: [pong(stars(126))], expected: failed(1002) },
    {
      id: 'P.3',
      title: 'a ping that says it is 2^32 bytes long',
      section: '5.5',
      send: [ping('', { length: 2n ** 32n })],
      expected: failed(1002),
    },
  ],
}

const reserved: Family = {
  name: '3. Reserved bits',
  cases: [
    {
      id: '3.1',
      title: 'a text with RSV 1',
      section: '5.2',
      send: [frame(echo('x'), { rsv: 1 })],
      expected: failed(1002),
    },
    {
      id: '3.2',
      title: 'a text, a text with RSV 2 and a ping, in one piece',
      section: '5.2',
      send: [Buffer.concat([text('x'), frame(echo('y'), { rsv: 2 }), ping()])],
      expected: [answerOf('x'), ...failed(1002)],
    },
    {
      id: '3.3',
      title: 'a text, a text with RSV 3 and a ping, frame by frame',
      section: '5.2',
      send: [text('x'), frame(echo('y'), { rsv: 3 }), ping()],
      expected: [answerOf('x'), ...failed(1002)],
    },
    {
      id: '3.4',
      title: 'a text, a text with RSV 4 and a ping, byte by byte',
      section: '5.2',
      send: chopped(Buffer.concat([text('x'), frame(echo('y'), { rsv: 4 }), ping()]), 1),
      expected: [answerOf('x'), ...failed(1002)],
    },
    {
      id: '3.5',
      title: 'a binary message with RSV 5',
      section: '5.2',
      send: [frame(random, { rsv: 5, opcode: opcode.binary })],
      expected: failed(1002),
    },
    { id: '3.6', title: 'a ping with RSV 6', section: '5.2', send: [ping('x', { rsv: 6 })], expected: failed(1002) },
    {
      id: '3.7',
      title: 'a close frame with RSV 7',
      section: '5.2',
      send: [close(1000, '', { rsv: 7 })],
      expected: failed(1002),
    },
    {
      id: 'R.1',
      title: 'a second fragment with RSV 1',
      section: '5.2',
      send: [frame('{', { fin: false }), frame('}', { opcode: 0, rsv: 1 })],
      expected: failed(1002),
    },
    {
      id: 'R.2',
      title: 'a compressed text (RSV 4), after permessage-deflate was offered and not taken',
      section: 'RFC 7692, 6',
      headers: 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n',
      send: [frame(Bun.deflateSync(Buffer.from(echo('x'))), { rsv: 4 })],
      expected: failed(1002),
    },
  ],
}

const unknown = (id: string, code: number, payload: string): Case => ({
  id,
  title: `opcode ${code} ${payload === '' ? 'without payload' : 'with payload'}`,
  section: '5.2',
  send: [frame(payload, { opcode: code })],
  expected: failed(1002),
})

const unknownAfter = (id: string, code: number, payload: string): Case => ({
  id,
  title: `a text, opcode ${code} ${payload === '' ? 'without payload' : 'with payload'}, a ping`,
  section: '5.2',
  send: [text('x'), frame(payload, { opcode: code }), ping()],
  expected: [answerOf('x'), ...failed(1002)],
})

const opcodes: Family = {
  name: '4. Reserved opcodes',
  cases: [
    unknown('4.1.1', 3, ''),
    unknown('4.1.2', 4, 'reserved opcode payload'),
    unknownAfter('4.1.3', 5, ''),
    unknownAfter('4.1.4', 6, 'reserved opcode payload'),
    unknownAfter('4.1.5', 7, 'reserved opcode payload'),
    unknown('4.2.1', 11, ''),
    unknown('4.2.2', 12, 'reserved opcode payload'),
    unknownAfter('4.2.3', 13, ''),
    unknownAfter('4.2.4', 14, 'reserved opcode payload'),
    unknownAfter('4.2.5', 15, 'reserved opcode payload'),
    {
      id: 'O.1',
      title: 'opcode 11 between two fragments',
      section: '5.2',
      send: [frame('{', { fin: false }), frame('', { opcode: 11 }), frame('}', { opcode: 0 })],
      expected: failed(1002),
    },
  ],
}

export const frameFamilies: readonly Family[] = [lengths, masks, pings, reserved, opcodes]
