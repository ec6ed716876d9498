import { chopped, close, echo, echoOf, filling, fragments, frame, opcode, ping, stars, text } from './client-frames.ts'
import { answerOf } from './peer.ts'
import { type Case, failed, type Family } from './robustness-case.ts'

const whole = echo('fragment1fragment2')
const [first, second] = fragments([whole.subarray(0, 40), whole.subarray(40)]) as [Buffer, Buffer]
const closing = (code: number | null, reason: Uint8Array | string = '') => [close(code, reason)]

export const closingFamily: Family = {
  name: '7. Closing',
  cases: [
    {
      id: '7.1.1',
      title: 'a text, then a close frame',
      section: '5.5.1',
      send: [text('x'), close(1000)],
      expected: [answerOf('x'), ...failed(1000)],
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
      send: [Buffer.concat([frame(echoOf(65_536)), close(1000), ping()])],
      expected: [answerOf(filling(65_536)), ...failed(1000)],
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
