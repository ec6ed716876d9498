import { chopped, echoOf, filling, fragments, frame, opcode, ping, stars, text } from './client-frames.ts'
import { answerOf } from './peer.ts'
import { type Case, failed, type Family } from './robustness-case.ts'

/** The default of `limits.max_frame_size`. */
const max_frame_size = 65_536
const cut = (size: number) => fragments(chopped(echoOf(max_frame_size), size))
const flood = (count: number) => Buffer.concat(Array.from({ length: count }, (_, n) => text('x', n + 1)))

export const limitFamily: Family = {
  name: '9. Limits',
  cases: [
    ...[64, 256, 1_024, 4_096, 16_384].map((size, index): Case => ({
      id: `9.3.${index + 1}`,
      title: `a text of 65,536 bytes in fragments of ${size}`,
      section: '5.4',
      send: [Buffer.concat(cut(size))],
      expected: [answerOf(filling(max_frame_size)), 'open'],
    })),
    ...[64, 128, 256, 512, 1_024, 2_048].map((size, index): Case => ({
      id: `9.5.${index + 1}`,
      title: `a text of 65,536 bytes in pieces of ${size}`,
      section: '5.2',
      send: chopped(frame(echoOf(max_frame_size)), size),
      expected: [answerOf(filling(max_frame_size)), 'open'],
    })),
    {
      id: '9.7.1',
      title: '60 texts in one piece, each answered in its turn',
      section: '5.4',
      send: [flood(60)],
      expected: [...Array.from({ length: 60 }, (_, n) => answerOf('x', n + 1)), 'open'],
    },
    {
      id: '10.1.1',
      title: 'a text of 65,536 bytes in fragments of 1,300',
      section: '5.4',
      send: cut(1_300),
      expected: [answerOf(filling(max_frame_size)), 'open'],
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
      title: '200 commands for the database in one piece, over `inbound_queue_frames`',
      section: '7.4.2',
      send: [Buffer.concat(Array.from({ length: 200 }, () => frame('{"type":"get_history","data":{"room_id":1}}')))],
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
