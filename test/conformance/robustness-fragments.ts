import { chopped, close, echo, fragments, frame, opcode, ping, pong, text } from './client-frames.ts'
import { answerOf } from './peer.ts'
import { failed, type Family } from './robustness-case.ts'

const random = Buffer.from([0, 255, 254])
const whole = echo('fragment1fragment2')
const halves = fragments([whole.subarray(0, 40), whole.subarray(40)])
const [first, second] = halves as [Buffer, Buffer]
const joined = answerOf('fragment1fragment2')
const nothingBefore = (fin: boolean) => frame('non-continuation payload', { opcode: 0, fin })
const many = fragments(Array.from({ length: 5 }, (_, n) => whole.subarray(n * 12, n === 4 ? undefined : n * 12 + 12)))
const manyAndPings = [many[0]!, many[1]!, ping('pongme 1'), many[2]!, many[3]!, ping('pongme 2'), many[4]!]
const [a, b, c] = fragments([whole.subarray(0, 10), whole.subarray(10, 20), whole.subarray(20)]) as [
  Buffer,
  Buffer,
  Buffer,
]

export const fragmentFamily: Family = {
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
