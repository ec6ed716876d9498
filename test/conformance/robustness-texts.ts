import { chopped, echo, fragments, frame } from './client-frames.ts'
import { answerOf } from './peer.ts'
import { type Case, failed, type Family, type Step } from './robustness-case.ts'

const hex = (digits: string) => Buffer.from(digits, 'hex')
const good = 'cebae1bdb9cf83cebcceb5'
const bad = `${good}eda080656469746564`
const parts = [good, 'f4908080', '656469746564'].map(hex) as [Buffer, Buffer, Buffer]
const within = Buffer.concat(parts)
/** 6.4.2 and 6.4.4 end the second part with the byte that decides: 0x90 after 0xf4. */
const early = [within.subarray(0, 12), within.subarray(12, 13), within.subarray(13)] as [Buffer, Buffer, Buffer]

const slowly = (pieces: readonly Uint8Array[]): Step[] => {
  const [begin, middle, end] = pieces as [Uint8Array, Uint8Array, Uint8Array]
  return [begin, 'quiet', middle, 'quiet', end]
}
const pieces = (whole: Buffer, head: number, [begin, middle]: readonly Buffer[]) => {
  const at = head + begin!.length
  return [whole.subarray(0, at), whole.subarray(at, at + middle!.length), whole.subarray(at + middle!.length)]
}
const head_bytes = 6
const late = {
  got: ['quiet', 'quiet', ...failed(1007)],
  why: 'UTF-8 is judged when the message is whole, which it never is for the application',
}

const fragmentsOfText: Case[] = [
  {
    id: '6.1.1',
    title: 'a text of no bytes',
    section: '5.6',
    send: [frame('')],
    expected: ['error MALFORMED_FRAME', 'open'],
    own: true,
  },
  {
    id: '6.1.2',
    title: 'three fragments of no bytes',
    section: '5.4',
    send: fragments(['', '', '']),
    expected: ['error MALFORMED_FRAME', 'open'],
    own: true,
  },
  {
    id: '6.1.3',
    title: 'three fragments, only the middle of which has bytes',
    section: '5.4',
    send: fragments(['', echo('middle'), '']),
    expected: [answerOf('middle'), 'open'],
  },
  {
    id: '6.2.1',
    title: 'good UTF-8 in one frame',
    section: '5.6',
    send: [frame(echo(hex(`48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121`)))],
    expected: [answerOf(hex('48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121')), 'open'],
  },
  {
    id: '6.2.2',
    title: 'good UTF-8 in two fragments, cut between letters',
    section: '5.6',
    send: fragments([echo(hex(good)).subarray(0, 45), echo(hex(good)).subarray(45)]),
    expected: [answerOf(hex(good)), 'open'],
  },
  {
    id: '6.2.3',
    title: 'good UTF-8 in fragments of one byte',
    section: '5.6',
    send: fragments(chopped(echo(hex(good)), 1)),
    expected: [answerOf(hex(good)), 'open'],
  },
  {
    id: '6.2.4',
    title: 'good UTF-8 of four bytes a letter, in fragments of one byte',
    section: '5.6',
    send: fragments(chopped(echo(hex('f09f9880f09f9881')), 1)),
    expected: [answerOf(hex('f09f9880f09f9881')), 'open'],
  },
  {
    id: '6.3.1',
    title: 'a surrogate within good UTF-8',
    section: '8.1',
    send: [frame(hex(bad))],
    expected: failed(1007),
  },
  {
    id: '6.3.2',
    title: 'the same in fragments of one byte',
    section: '8.1',
    send: fragments(chopped(hex(bad), 1)),
    expected: failed(1007),
  },
  {
    id: '6.4.1',
    title: 'bad bytes in the second of three fragments, one after the other',
    section: '8.1',
    send: slowly(fragments(parts)),
    expected: ['quiet', ...failed(1007)],
    otherwise: late,
  },
  {
    id: '6.4.2',
    title: 'the same, the second ending with the byte that decides',
    section: '8.1',
    send: slowly(fragments(early)),
    expected: ['quiet', ...failed(1007)],
    otherwise: late,
  },
  {
    id: '6.4.3',
    title: 'bad bytes in the second of three pieces of one frame',
    section: '8.1',
    send: slowly(pieces(frame(within), head_bytes, parts)),
    expected: ['quiet', ...failed(1007)],
    otherwise: late,
  },
  {
    id: '6.4.4',
    title: 'the same, the second ending with the byte that decides',
    section: '8.1',
    send: slowly(pieces(frame(within), head_bytes, early)),
    expected: ['quiet', ...failed(1007)],
    otherwise: late,
  },
]

/** By family: a name, the sequences that are UTF-8 (`+`) and those that are not (`-`). After Markus Kuhn's UTF-8 decoder stress test. */
const sequences: [string, string[]][] = [
  [
    'good UTF-8',
    [
      '+68656c6c6f24776f726c64',
      '+68656c6c6fc2a2776f726c64',
      '+68656c6c6fe282ac776f726c64',
      '+68656c6c6ff0a4ada2776f726c64',
      `+${good}`,
    ],
  ],
  [
    'a beginning of good UTF-8',
    Array.from({ length: 11 }, (_, n) => `${[2, 5, 7, 9, 11].includes(n + 1) ? '+' : '-'}${good.slice(0, 2 * n + 2)}`),
  ],
  ['the first of its length', ['+00', '+c280', '+e0a080', '+f0908080']],
  ['the first of length 5 and 6', ['-f888808080', '-fc8480808080']],
  ['the last of its length', ['+7f', '+dfbf', '+efbfbf', '+f48fbfbf']],
  ['the last of length 4, 5 and 6', ['-f7bfbfbf', '-fbbfbfbfbf', '-fdbfbfbfbfbf']],
  ['a boundary', ['+ed9fbf', '+ee8080', '+efbfbd', '+f48fbfbf', '-f4908080']],
  [
    'a continuation of nothing',
    [
      '-80',
      '-bf',
      '-80bf',
      '-80bf80',
      '-80bf80bf',
      '-80bf80bf80',
      '-80bf80bf80bf',
      `-${Buffer.from(Array.from({ length: 63 }, (_, n) => 0x80 + n)).toString('hex')}`,
    ],
  ],
  [
    'beginnings alone',
    [
      [0xc0, 0xdf],
      [0xe0, 0xef],
      [0xf0, 0xf7],
      [0xf8, 0xfb],
      [0xfc, 0xfd],
    ].map(
      ([from = 0, to = 0]) =>
        `-${Buffer.from(Array.from({ length: to - from }, (_, n) => [from + n, 0x20]).flat()).toString('hex')}`,
    ),
  ],
  [
    'without its last byte',
    ['-c0', '-e080', '-f08080', '-f8808080', '-fc80808080', '-df', '-efbf', '-f7bfbf', '-fbbfbfbf', '-fdbfbfbfbf'],
  ],
  ['such one after the other', ['-c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf']],
  ['bytes that UTF-8 has not', ['-fe', '-ff', '-fefeffff']],
  ['a slash, too long', ['-c0af', '-e080af', '-f08080af', '-f8808080af', '-fc80808080af']],
  ['the last that is too long', ['-c1bf', '-e09fbf', '-f08fbfbf', '-f887bfbfbf', '-fc83bfbfbfbf']],
  ['NUL, too long', ['-c080', '-e08080', '-f0808080', '-f880808080', '-fc8080808080']],
  ['half a surrogate pair', ['-eda080', '-edadbf', '-edae80', '-edafbf', '-edb080', '-edbe80', '-edbfbf']],
  [
    'a surrogate pair',
    ['eda080', 'edadbf', 'edae80', 'edafbf'].flatMap((high) => ['edb080', 'edbfbf'].map((low) => `-${high}${low}`)),
  ],
  [
    'what is no letter',
    [
      '+efbfbe',
      '+efbfbf',
      ...[
        'f09f',
        'f0af',
        'f0bf',
        'f18f',
        'f19f',
        'f1af',
        'f1bf',
        'f28f',
        'f29f',
        'f2af',
        'f2bf',
        'f38f',
        'f39f',
        'f3af',
        'f3bf',
        'f48f',
      ].flatMap((start) => [`+${start}bfbe`, `+${start}bfbf`]),
    ],
  ],
  ['a special', ['+efbfb9', '+efbfba', '+efbfbb', '+efbfbc', '+efbfbd', '+efbfbe', '+efbfbf']],
]

const sequenceCases: Case[] = sequences.flatMap(([title, members], family) =>
  members.map((member, index): Case => {
    const digits = member.slice(1)
    const base = {
      id: `6.${family + 5}.${index + 1}`,
      title: `${title}: ${digits.length > 40 ? `${digits.slice(0, 36)}...` : digits}`,
    }
    if (member.startsWith('-')) return { ...base, section: '8.1', send: [frame(hex(digits))], expected: failed(1007) }
    // JSON has no bare control characters.
    if (digits === '00')
      return {
        ...base,
        section: '8.1',
        send: [frame(echo(hex(digits)))],
        expected: ['error MALFORMED_FRAME', 'open'],
        own: true,
      }
    return { ...base, section: '8.1', send: [frame(echo(hex(digits)))], expected: [answerOf(hex(digits)), 'open'] }
  }),
)

const marked = Buffer.concat([hex('efbbbf'), echo('x')])

export const textFamily: Family = {
  name: '6. UTF-8',
  cases: [
    ...fragmentsOfText,
    ...sequenceCases,
    {
      id: 'U.1',
      title: 'JSON behind a byte order mark',
      section: '8.1',
      send: [frame(marked)],
      expected: ['error MALFORMED_FRAME', 'open'],
      own: true,
    },
    {
      id: 'U.2',
      title: 'bad bytes in a binary message, which need not be UTF-8',
      section: '5.6',
      send: [frame(hex(bad), { opcode: 2 })],
      expected: ['error MALFORMED_FRAME', 'open'],
      own: true,
    },
    {
      id: 'U.3',
      title: 'a letter cut by a ping between two fragments',
      section: '5.4',
      send: [
        Buffer.concat([
          frame(echo(hex(good)).subarray(0, 42), { fin: false }),
          frame('p', { opcode: 9 }),
          frame(echo(hex(good)).subarray(42), { opcode: 0 }),
        ]),
      ],
      expected: ['pong "p"', answerOf(hex(good)), 'open'],
    },
    {
      id: 'U.4',
      title: 'a bad byte at the very end of 65,536',
      section: '8.1',
      send: [frame(Buffer.concat([Buffer.alloc(65_535, 'x'), hex('ff')]))],
      expected: failed(1007),
    },
  ],
}
