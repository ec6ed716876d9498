import { chopped, echo, frame } from './client-frames.ts'
import { answerOf, sample } from './peer.ts'
import { type Case, failed, type Family } from './robustness-case.ts'

const usual = {
  Host: 'localhost',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': sample.key,
}

/** The request of a client's handshake; null leaves a header out. */
export function handshake(
  headers: Record<string, string | null> = {},
  { line = 'GET /ws HTTP/1.1', more = '' }: { line?: string; more?: string } = {},
): Buffer {
  const lines = Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== null)
  return Buffer.from(`${line}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}${more}\r\n`)
}

const good = ['HTTP 101', 'open']
const answered = 'HTTP 101'
const whole = handshake()
const refused = ['HTTP 426, Upgrade: websocket, Sec-WebSocket-Version: 13']
const wrong_version = ['HTTP 426, Sec-WebSocket-Version: 13', 'end']

const rows: [title: string, section: string, send: Case['send'], expected: string[], more?: Partial<Case>][] = [
  ['as the standard shows it', '4.2.2', [handshake()], good],
  ['without a key', '4.2.1', [handshake({ 'Sec-WebSocket-Key': null })], refused],
  ['with an empty key', '4.2.1', [handshake({ 'Sec-WebSocket-Key': '' })], refused],
  ['with a key of 8 bytes', '4.2.1', [handshake({ 'Sec-WebSocket-Key': 'AAAAAAAAAAA=' })], refused],
  ['with a key of 32 bytes', '4.2.1', [handshake({ 'Sec-WebSocket-Key': `${'A'.repeat(43)}=` })], refused],
  ['with a key that is not base64', '4.2.1', [handshake({ 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' })], refused],
  ['without a version', '4.2.1', [handshake({ 'Sec-WebSocket-Version': null })], wrong_version],
  ...['0', '8', '12', '14', '99', 'abc', '13, 8', '130'].map((version): [string, string, Case['send'], string[]] => [
    `of version ${version}`,
    '4.4',
    [handshake({ 'Sec-WebSocket-Version': version })],
    wrong_version,
  ]),
  ['without Upgrade', '4.2.1', [handshake({ Upgrade: null })], refused],
  ['with Upgrade: h2c', '4.2.1', [handshake({ Upgrade: 'h2c' })], refused],
  ['with Upgrade: WebSocket in capitals', '4.2.1', [handshake({ Upgrade: 'WEBSOCKET' })], good],
  ['without Connection', '4.2.1', [handshake({ Connection: null })], ['HTTP 400']],
  ['with Connection: close', '4.2.1', [handshake({ Connection: 'close' })], ['HTTP 400']],
  ['with Connection: keep-alive, Upgrade', '4.2.1', [handshake({ Connection: 'keep-alive, Upgrade' })], good],
  ['by POST', '4.1', [handshake({ 'Content-Length': '0' }, { line: 'POST /ws HTTP/1.1' })], refused],
  ['by HTTP/1.0', '4.2.1', [handshake({}, { line: 'GET /ws HTTP/1.0' })], refused],
  ['without Host', '4.2.1', [handshake({ Host: null })], ['HTTP 400', 'end']],
  ['with a method in small letters', 'RFC 9110, 9.1', [handshake({}, { line: 'get /ws HTTP/1.1' })], ['HTTP 400']],
  ['at another path', '4.2.2', [handshake({}, { line: 'GET /nowhere HTTP/1.1' })], ['HTTP 404']],
  ['from a foreign origin', '4.2.2', [handshake({ Origin: 'https://elsewhere.example' })], ['HTTP 403'], { own: true }],
  [
    'with a token in the address',
    '4.2.2',
    [handshake({}, { line: 'GET /ws?token=x HTTP/1.1' })],
    ['HTTP 400'],
    { own: true },
  ],
  [
    'offering permessage-deflate, which is not taken',
    '9.1',
    [handshake({ 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' })],
    good,
  ],
  ['offering an extension nobody knows', '9.1', [handshake({ 'Sec-WebSocket-Extensions': 'x-unknown; a=b' })], good],
  ['offering extensions that make no sense', '9.1', [handshake({ 'Sec-WebSocket-Extensions': ';;,,=' })], ['HTTP 400']],
  [
    'offering a token alone as a subprotocol',
    '4.2.2',
    [handshake({ 'Sec-WebSocket-Protocol': 'bearer.nonsense' })],
    ['HTTP 101', 'auth_error', ...failed(4401)],
    { own: true },
  ],
  ['offering a subprotocol nobody knows', '4.2.2', [handshake({ 'Sec-WebSocket-Protocol': 'soap' })], good],
  [
    'offering veza.v1 among others',
    '4.2.2',
    [handshake({ 'Sec-WebSocket-Protocol': 'soap, veza.v1' })],
    ['HTTP 101, Sec-WebSocket-Protocol: veza.v1', 'open'],
  ],
  ['with a header of 64 KiB', 'RFC 6585, 5', [handshake({ 'X-Large': 'x'.repeat(65_536) })], ['HTTP 431', 'end']],
  [
    'with an address of 64 KiB',
    'RFC 9110, 15.5.15',
    [handshake({}, { line: `GET /ws?x=${'x'.repeat(65_536)} HTTP/1.1` })],
    ['HTTP 414'],
  ],
  [
    'with a thousand headers',
    'RFC 6585, 5',
    [handshake({}, { more: Array.from({ length: 1_000 }, (_, n) => `X-${n}: ${n}\r\n`).join('') })],
    ['HTTP 431', 'end'],
  ],
  ['byte by byte', '4.1', chopped(whole, 1), good],
  ['in two halves', '4.1', [whole.subarray(0, 60), 'quiet', whole.subarray(60)], ['quiet', ...good]],
  ['half, then the end of the stream', '4.1', [whole.subarray(0, 60), 'finish'], ['end']],
  ['half, then a reset', '4.1', [whole.subarray(0, 60), 'cut'], ['end']],
  [
    'and a frame in the same piece',
    '4.1',
    [Buffer.concat([whole, frame(echo('early'))])],
    [answered, answerOf('early'), 'open'],
  ],
  [
    'and half a frame in the same piece',
    '4.1',
    [Buffer.concat([whole, frame(echo('early')).subarray(0, 20)]), frame(echo('early')).subarray(20)],
    [answered, answerOf('early'), 'open'],
  ],
  [
    'twice in the same piece: the second is no frame',
    '5.1',
    [Buffer.concat([whole, whole])],
    [answered, ...failed(1002)],
  ],
  ['behind a frame', '4.1', [Buffer.concat([frame(echo('early')), whole])], ['HTTP 400', 'end']],
  ['in bytes that are no HTTP', 'RFC 9112, 2.2', [Buffer.alloc(200, 0xff)], ['HTTP 400', 'end']],
  [
    'in TLS, where none is spoken',
    'RFC 9112, 2.2',
    [Buffer.from(`16030100c8010000c403030${'0'.repeat(397)}`, 'hex')],
    ['HTTP 400', 'end'],
  ],
  [
    'with line feeds alone',
    'RFC 9112, 2.2',
    [Buffer.from(whole.toString().replaceAll('\r\n', '\n')), 'finish'],
    ['HTTP 400', 'end'],
  ],
  ['with a line without a colon', 'RFC 9112, 5', [handshake({}, { more: 'nonsense\r\n' })], ['HTTP 400', 'end']],
  ['with a NUL in a header', 'RFC 9110, 5.5', [handshake({ 'X-Nul': 'a\0b' })], ['HTTP 400', 'end']],
  ['with a folded header', 'RFC 9112, 5.2', [handshake({ 'X-Folded': 'a\r\n b' })], ['HTTP 400', 'end']],
  [
    'with both Content-Length and Transfer-Encoding',
    'RFC 9112, 6.1',
    [handshake({ 'Content-Length': '5', 'Transfer-Encoding': 'chunked' })],
    ['HTTP 400', 'end'],
  ],
  ['with two Hosts', 'RFC 9112, 3.2', [handshake({}, { more: 'Host: elsewhere\r\n' })], ['HTTP 400']],
  ['with two keys', '11.3.1', [handshake({}, { more: `Sec-WebSocket-Key: ${sample.key}\r\n` })], refused],
  ['with two versions', '11.3.5', [handshake({}, { more: 'Sec-WebSocket-Version: 8\r\n' })], wrong_version],
]

const hop = 'A handshake is known by its `Upgrade`, version and key. Browsers always send the rest'

/** What the runtime does in its own way, by title. */
const otherwise: Record<string, NonNullable<Case['otherwise']>> = {
  'without Connection': { got: good, why: hop },
  'with Connection: close': { got: good, why: hop },
  'by HTTP/1.0': { got: good, why: hop },
  'with a method in small letters': { got: ['end'], why: 'There is no such method. It is dropped without an answer' },
  'offering extensions that make no sense': { got: good, why: 'No extension is ever taken, so nobody reads them' },
  'with an address of 64 KiB': { got: ['HTTP 431', 'end'], why: 'One limit holds for the whole head' },
  'with line feeds alone': { got: ['HTTP 505', 'end'], why: 'It is refused, with another status' },
}

export const handshakeFamily: Family = {
  name: 'H. Handshakes',
  cases: rows.map(([title, section, send, expected, more], index) => ({
    id: `H.${index + 1}`,
    title: `a handshake ${title}`,
    section,
    send,
    expected,
    ...(otherwise[title] && { otherwise: otherwise[title] }),
    ...more,
  })),
}
