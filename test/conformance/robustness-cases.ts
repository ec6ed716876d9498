import { chopped, close, echo, echoOf, fragments, frame, opcode, ping, pong } from './client-frames.ts'
import { answerOf } from './peer.ts'
import { type Case, failed, type Family } from './robustness-case.ts'

const answer = (text: string, id = 1) => answerOf(Buffer.from(text), id)
const stars = (count: number) => '*'.repeat(count)
/** The answer to an echo of so many bytes as a whole. */
const answerTo = (size: number) => answer(stars(size - echo('').length))
const text = (content: string, id = 1) => frame(echo(content, id))
const max_frame_size = 65_536
const random = Buffer.from([0, 255, 254, 253, 252, 251, 0, 255])

const sizes: Case[] = [125, 126, 127, 128, 65_535, 65_536].map((size, index) => ({
  id: `1.1.${index + 2}`,
  title: `a text of ${size} bytes`,
  section: '5.2',
  send: [frame(echoOf(size))],
  expected: [answerTo(size), 'open'],
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
      expected: [answerTo(65_536), 'open'],
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
    },
    {
      id: 'L.2',
      title: 'the length of a short text in 8 bytes, where 7 bits do',
      section: '5.2',
      send: [frame(echo('x'), { length_bytes: 8 })],
      expected: failed(1002),
    },
    {
      id: 'L.3',
      title: 'a length with the highest bit set, and no payload',
      section: '5.2',
      send: [frame('', { length: 2n ** 63n })],
      expected: failed(1002),
    },
    {
      id: 'L.4',
      title: 'the head of a frame in single bytes, each sent alone',
      section: '5.2',
      send: chopped(frame(echoOf(300)), 1)
        .slice(0, 8)
        .concat([frame(echoOf(300)).subarray(8)]),
      expected: [answerTo(300), 'open'],
    },
    {
      id: 'L.5',
      title: 'three texts and a half in one piece, then the other half',
      section: '5.2',
      send: [
        Buffer.concat([text('a', 1), text('b', 2), text('c', 3), text('d', 4).subarray(0, 20)]),
        'quiet',
        text('d', 4).subarray(20),
      ].filter((step) => step !== 'quiet'),
      expected: [answer('a', 1), answer('b', 2), answer('c', 3), answer('d', 4), 'open'],
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
      expected: [answer('x'), ...failed(1002)],
    },
    {
      id: '3.3',
      title: 'a text, a text with RSV 3 and a ping, frame by frame',
      section: '5.2',
      send: [text('x'), frame(echo('y'), { rsv: 3 }), ping()],
      expected: [answer('x'), ...failed(1002)],
    },
    {
      id: '3.4',
      title: 'a text, a text with RSV 4 and a ping, byte by byte',
      section: '5.2',
      send: chopped(Buffer.concat([text('x'), frame(echo('y'), { rsv: 4 }), ping()]), 1),
      expected: [answer('x'), ...failed(1002)],
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
  expected: [answer('x'), ...failed(1002)],
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

const whole = echo('fragment1fragment2')
const halves = fragments([whole.subarray(0, 40), whole.subarray(40)])
const [first, second] = halves as [Buffer, Buffer]
const joined = answer('fragment1fragment2')
const nothingBefore = (fin: boolean) => frame('non-continuation payload', { opcode: 0, fin })
const many = fragments(Array.from({ length: 5 }, (_, n) => whole.subarray(n * 12, n === 4 ? undefined : n * 12 + 12)))
const manyAndPings = [many[0]!, many[1]!, ping('pongme 1'), many[2]!, many[3]!, ping('pongme 2'), many[4]!]
const [a, b, c] = fragments([whole.subarray(0, 10), whole.subarray(10, 20), whole.subarray(20)]) as [
  Buffer,
  Buffer,
  Buffer,
]

const fragmented: Family = {
  name: '5. Fragments',
  cases: [
    {
      id: '5.1',
      title: 'a ping in two fragments',
      section: '5.5',
      send: fragments(['frag', 'ment'], opcode.ping),
      expected: failed(1002),
    },
    {
      id: '5.2',
      title: 'a pong in two fragments',
      section: '5.5',
      send: fragments(['frag', 'ment'], opcode.pong),
      expected: failed(1002),
    },
    {
      id: '5.3',
      title: 'a text in two fragments, in one piece',
      section: '5.4',
      send: [Buffer.concat(halves)],
      expected: [joined, 'open'],
    },
    {
      id: '5.4',
      title: 'a text in two fragments, frame by frame',
      section: '5.4',
      send: halves,
      expected: [joined, 'open'],
    },
    {
      id: '5.5',
      title: 'a text in two fragments, byte by byte',
      section: '5.4',
      send: chopped(Buffer.concat(halves), 1),
      expected: [joined, 'open'],
    },
    {
      id: '5.6',
      title: 'a ping between two fragments, in one piece',
      section: '5.4',
      send: [Buffer.concat([first, ping('ping'), second])],
      expected: ['pong "ping"', joined, 'open'],
    },
    {
      id: '5.7',
      title: 'a ping between two fragments, frame by frame',
      section: '5.4',
      send: [first, ping('ping'), second],
      expected: ['pong "ping"', joined, 'open'],
    },
    {
      id: '5.8',
      title: 'a ping between two fragments, byte by byte',
      section: '5.4',
      send: chopped(Buffer.concat([first, ping('ping'), second]), 1),
      expected: ['pong "ping"', joined, 'open'],
    },
    {
      id: '5.9',
      title: 'the end of a message that did not begin, then a text, in one piece',
      section: '5.4',
      send: [Buffer.concat([nothingBefore(true), text('x')])],
      expected: failed(1002),
    },
    {
      id: '5.10',
      title: 'the same, frame by frame',
      section: '5.4',
      send: [nothingBefore(true), text('x')],
      expected: failed(1002),
    },
    {
      id: '5.11',
      title: 'the same, byte by byte',
      section: '5.4',
      send: chopped(Buffer.concat([nothingBefore(true), text('x')]), 1),
      expected: failed(1002),
    },
    {
      id: '5.12',
      title: 'the middle of a message that did not begin, then a text, in one piece',
      section: '5.4',
      send: [Buffer.concat([nothingBefore(false), text('x')])],
      expected: failed(1002),
    },
    {
      id: '5.13',
      title: 'the same, frame by frame',
      section: '5.4',
      send: [nothingBefore(false), text('x')],
      expected: failed(1002),
    },
    {
      id: '5.14',
      title: 'the same, byte by byte',
      section: '5.4',
      send: chopped(Buffer.concat([nothingBefore(false), text('x')]), 1),
      expected: failed(1002),
    },
    {
      id: '5.15',
      title: 'a text in two fragments, the middle of none, a text, in one piece',
      section: '5.4',
      send: [Buffer.concat([...halves, nothingBefore(false), text('x')])],
      expected: [joined, ...failed(1002)],
    },
    {
      id: '5.16',
      title: 'twice the middle of none, then a text in two fragments',
      section: '5.4',
      send: [nothingBefore(false), ...halves, nothingBefore(false), ...halves],
      expected: failed(1002),
    },
    {
      id: '5.17',
      title: 'twice the end of none, then a text in two fragments',
      section: '5.4',
      send: [nothingBefore(true), ...halves, nothingBefore(true), ...halves],
      expected: failed(1002),
    },
    {
      id: '5.18',
      title: 'a text whose second fragment says that it is a text',
      section: '5.4',
      send: [first, frame(whole.subarray(40))],
      expected: failed(1002),
    },
    {
      id: '5.19',
      title: 'a text in five fragments with two pings between, frame by frame',
      section: '5.4',
      send: manyAndPings,
      expected: ['pong "pongme 1"', 'pong "pongme 2"', joined, 'open'],
    },
    {
      id: '5.20',
      title: 'the same, byte by byte',
      section: '5.4',
      send: chopped(Buffer.concat(manyAndPings), 1),
      expected: ['pong "pongme 1"', 'pong "pongme 2"', joined, 'open'],
    },
    {
      id: 'F.1',
      title: 'a binary frame within a text of two fragments',
      section: '5.4',
      send: [first, frame(random, { opcode: opcode.binary }), second],
      expected: failed(1002),
    },
    {
      id: 'F.2',
      title: 'a binary message in three fragments',
      section: '5.6',
      send: fragments([random, random, random], opcode.binary),
      expected: ['error MALFORMED_FRAME', 'open'],
      own: true,
    },
    {
      id: 'F.3',
      title: 'a pong between fragments',
      section: '5.4',
      send: [a, pong('x'), b, pong('y'), c],
      expected: [joined, 'open'],
    },
    {
      id: 'F.4',
      title: 'a fragment, and its last after many empty ones',
      section: '5.4',
      send: [
        Buffer.concat([first, ...Array.from({ length: 5_000 }, () => frame('', { opcode: 0, fin: false })), second]),
      ],
      expected: [joined, 'open'],
    },
    {
      id: 'F.5',
      title: 'a close frame in two fragments',
      section: '5.5',
      send: [close(1000, 'a', { fin: false }), frame('b', { opcode: 0 })],
      expected: failed(1002),
    },
  ],
}

const closing = (code: number | null, reason: Uint8Array | string = '') => [close(code, reason)]

const closed: Family = {
  name: '7. Closing',
  cases: [
    {
      id: '7.1.1',
      title: 'a text, then a close frame',
      section: '5.5.1',
      send: [text('x'), close(1000)],
      expected: [answer('x'), ...failed(1000)],
    },
    {
      id: '7.1.2',
      title: 'two close frames in one piece',
      section: '5.5.1',
      send: [Buffer.concat([close(1000), close(1000)])],
      expected: failed(1000),
    },
    {
      id: '7.1.3',
      title: 'a close frame and a ping in one piece',
      section: '5.5.1',
      send: [Buffer.concat([close(1000), ping('x')])],
      expected: failed(1000),
    },
    {
      id: '7.1.4',
      title: 'a close frame and a text in one piece',
      section: '5.5.1',
      send: [Buffer.concat([close(1000), text('x')])],
      expected: failed(1000),
    },
    {
      id: '7.1.5',
      title: 'a close frame between two fragments',
      section: '5.4',
      send: [Buffer.concat([first, close(1000), second])],
      expected: failed(1000),
    },
    {
      id: '7.1.6',
      title: 'a text of 65,536 bytes, a close frame and a ping in one piece',
      section: '5.5.1',
      send: [Buffer.concat([frame(echoOf(max_frame_size)), close(1000), ping()])],
      expected: [answerTo(max_frame_size), ...failed(1000)],
    },
    {
      id: '7.3.1',
      title: 'a close frame without payload',
      section: '5.5.1',
      send: closing(null),
      expected: ['close', 'end'],
    },
    {
      id: '7.3.2',
      title: 'a close frame with half of a code',
      section: '5.5.1',
      send: [frame('a', { opcode: opcode.close })],
      expected: failed(1002),
    },
    { id: '7.3.3', title: 'a close frame with a code', section: '5.5.1', send: closing(1000), expected: failed(1000) },
    {
      id: '7.3.4',
      title: 'a close frame with a reason',
      section: '5.5.1',
      send: closing(1000, 'Hello World!'),
      expected: failed(1000),
    },
    {
      id: '7.3.5',
      title: 'a close frame with a reason of 123 bytes',
      section: '5.5.1',
      send: closing(1000, stars(123)),
      expected: failed(1000),
    },
    {
      id: '7.3.6',
      title: 'a close frame with a reason of 124 bytes',
      section: '5.5',
      send: closing(1000, stars(124)),
      expected: failed(1002),
    },
    {
      id: '7.5.1',
      title: 'a close reason that is not UTF-8',
      section: '8.1',
      send: closing(1000, Buffer.from('cebae1bdb9cf83cebcceb5eda080656469746564', 'hex')),
      expected: failed(1007),
    },
    ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999, 1012, 1013, 1014].map(
      (code, index): Case => ({
        id: `7.7.${index + 1}`,
        title: `close code ${code}`,
        section: '7.4',
        send: closing(code),
        expected: failed(code),
      }),
    ),
    ...[0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 1015].map((code, index): Case => ({
      id: `7.9.${index + 1}`,
      title: `close code ${code}, which nobody may send`,
      section: '7.4',
      send: closing(code),
      expected: failed(1002),
    })),
    ...[5000, 65_535].map((code, index): Case => ({
      id: `7.13.${index + 1}`,
      title: `close code ${code}, which has no meaning`,
      section: '7.4.2',
      send: closing(code),
      expected: failed(1002),
    })),
    {
      id: 'C.1',
      title: 'the `disconnect` command, and no close frame in return',
      section: '7.1.1',
      send: [frame('{"type":"disconnect"}')],
      expected: failed(1000),
    },
    {
      id: 'C.2',
      title: 'the `disconnect` command and an echo in one piece',
      section: '5.5.1',
      send: [Buffer.concat([frame('{"type":"disconnect"}'), text('x')])],
      expected: failed(1000),
    },
    {
      id: 'C.3',
      title: 'the end of the TCP stream without a close frame',
      section: '7.1.5',
      send: ['finish'],
      expected: ['end'],
    },
    {
      id: 'C.4',
      title: 'the end of the TCP stream in the middle of a frame',
      section: '7.1.5',
      send: [frame(echoOf(1_000)).subarray(0, 500), 'finish'],
      expected: ['end'],
    },
    {
      id: 'C.5',
      title: 'the end of the TCP stream between two fragments',
      section: '7.1.5',
      send: [first, 'finish'],
      expected: ['end'],
    },
    {
      id: 'C.6',
      title: 'a reset in the middle of a frame',
      section: '7.1.5',
      send: [first.subarray(0, 9), 'cut'],
      expected: ['end'],
    },
    {
      id: 'C.7',
      title: 'a close frame in single bytes',
      section: '5.5.1',
      send: chopped(close(1000, 'bye'), 1),
      expected: failed(1000),
    },
    {
      id: 'C.8',
      title: 'a close reason that ends within a letter',
      section: '8.1',
      send: closing(1000, Buffer.from([0x62, 0xe2, 0x82])),
      expected: failed(1007),
    },
  ],
}

const cut = (size: number) => fragments(chopped(echoOf(max_frame_size), size))
const flood = (count: number) => Buffer.concat(Array.from({ length: count }, (_, n) => text('x', n + 1)))

const limits: Family = {
  name: '9. Limits',
  cases: [
    ...[64, 256, 1_024, 4_096, 16_384].map((size, index): Case => ({
      id: `9.3.${index + 1}`,
      title: `a text of 65,536 bytes in fragments of ${size}`,
      section: '5.4',
      send: [Buffer.concat(cut(size))],
      expected: [answerTo(max_frame_size), 'open'],
    })),
    ...[64, 128, 256, 512, 1_024, 2_048].map((size, index): Case => ({
      id: `9.5.${index + 1}`,
      title: `a text of 65,536 bytes in pieces of ${size}`,
      section: '5.2',
      send: chopped(frame(echoOf(max_frame_size)), size),
      expected: [answerTo(max_frame_size), 'open'],
    })),
    {
      id: '9.7.1',
      title: '60 texts in one piece, each answered in its turn',
      section: '5.4',
      send: [flood(60)],
      expected: [...Array.from({ length: 60 }, (_, n) => answer('x', n + 1)), 'open'],
    },
    {
      id: '10.1.1',
      title: 'a text of 65,536 bytes in fragments of 1,300',
      section: '5.4',
      send: cut(1_300),
      expected: [answerTo(max_frame_size), 'open'],
    },
    {
      id: 'X.1',
      title: 'a text of 65,537 bytes, over `max_frame_size`',
      section: '7.4.1',
      send: [frame(stars(max_frame_size + 1))],
      expected: failed(1009),
      own: true,
    },
    {
      id: 'X.2',
      title: 'the head alone of such a text',
      section: '7.4.1',
      send: [frame(stars(max_frame_size + 1)).subarray(0, 14)],
      expected: failed(1009),
      own: true,
    },
    {
      id: 'X.3',
      title: 'the head alone of a text of 2^63 - 1 bytes',
      section: '7.4.1',
      send: [frame('', { length: 2n ** 63n - 1n })],
      expected: failed(1009),
      own: true,
    },
    {
      id: 'X.4',
      title: 'fragments that are too large together',
      section: '7.4.1',
      send: fragments([stars(40_000), stars(40_000)]),
      expected: failed(1009),
      own: true,
    },
    {
      id: 'X.5',
      title: 'a thousand fragments of 1,000 bytes and never a last one',
      section: '7.4.1',
      send: [
        Buffer.concat(
          Array.from({ length: 1_000 }, (_, n) => frame(stars(1_000), { opcode: n === 0 ? 1 : 0, fin: false })),
        ),
      ],
      expected: failed(1009),
      own: true,
    },
    {
      id: 'X.6',
      title: '200 commands in one piece, over `inbound_queue_frames`',
      section: '7.4.2',
      send: [flood(200)],
      expected: failed(4429),
      own: true,
    },
    {
      id: 'X.7',
      title: 'ten texts that are no JSON',
      section: '7.4.2',
      send: Array.from({ length: 10 }, () => frame('nonsense')),
      expected: [...Array.from({ length: 10 }, () => 'error MALFORMED_FRAME'), ...failed(4400)],
      own: true,
    },
    {
      id: 'X.8',
      title: 'a binary message over `max_frame_size`',
      section: '7.4.1',
      send: [frame(stars(max_frame_size + 1), { opcode: opcode.binary })],
      expected: failed(1009),
      own: true,
    },
    {
      id: 'X.9',
      title: '2,000 pings in one piece',
      section: '5.5.3',
      send: [Buffer.concat(Array.from({ length: 2_000 }, () => ping('x')))],
      expected: [...Array.from({ length: 2_000 }, () => 'pong "x"'), 'open'],
    },
  ],
}

/** All but texts and handshakes. */
export const frameFamilies: readonly Family[] = [lengths, masks, pings, reserved, opcodes, fragmented, closed, limits]
