import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { startServer, type TestServer } from '../services/server.ts'
import { readContract } from './contract.ts'
import { createLaws } from './laws.ts'
import { mismatches } from './match.ts'
import { leftOutChecks, writtenDefects } from './mutate.ts'
import { play } from './play.ts'
import { readScenarios } from './scenario.ts'
import { fill } from './values.ts'

setDefaultTimeout(60_000)
const contract = await readContract()
let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** A scenario from its steps, written as in a file. */
function read(
  steps: string,
  head = 'actors: [ada, bob]\n    given: { connected: [ada, bob], rooms: { room: [ada, bob] } }',
) {
  const indented = steps.trim().split('\n').map((line) => `      ${line}`).join('\n') // prettier-ignore
  const text = `section: Test\nscenarios:\n  - name: a test\n    ${head}\n    steps:\n${indented}\n`
  return readScenarios('test.yaml', text, contract)
}

const playSteps = async (steps: string, head?: string) => {
  const [scenario] = read(steps, head)
  return play(scenario!, { url: server.url, operator: {} }, contract)
}

const hello = `- send: ada send_message\n  data: { room_id: $room.id, content: hello }\n  reply: message_sent`

describe('a scenario passes when the server does as it says', () => {
  test.each([
    ['a reply', hello],
    ['an event', `${hello}\n- event: bob room_message\n  match: { seq: 1, content: hello, edited_at: <absent> }`],
    ['the log', `${hello}\n- log: bob\n  of: $room.id\n  events: [{ room_message: { seq: 1 } }]`],
    ['an error', `- send: ada join_room\n  data: { room_id: no-such-room }\n  error: ROOM_NOT_FOUND`],
    ['silence', `- nothing: bob room_message\n  until: { pong: {} }`],
    ['a close', `- send: ada disconnect\n  silent: true\n- closed: ada\n  code: 1000`],
    ['REST', `- rest: ada GET /rooms/$room.slug\n  match: { id: $room.id }`],
    ['arithmetic', `${hello}\n  save: { seq: seq }\n- check: $seq + 1\n  match: 2`],
  ])('%s', async (_, steps) => {
    await playSteps(steps)
  })
})

describe('a scenario fails', () => {
  test.each<[string, string, RegExp]>([
    ['for a reply of another type', hello.replace('message_sent', 'message_edited'), /its type is message_sent/],
    [
      'for a reply that does not fit',
      `${hello}\n  match: { content: goodbye }`,
      /data\.content: "hello" is not "goodbye"/,
    ],
    [
      'for a reply where an error is due',
      hello.replace('reply: message_sent', 'error: MESSAGE_EMPTY'),
      /its type is message_sent/,
    ],
    [
      'for another error',
      `- send: ada join_room\n  data: { room_id: no-such-room }\n  error: ROOM_FULL`,
      /"ROOM_NOT_FOUND" is not "ROOM_FULL"/,
    ],
    [
      'for an error where a reply is due',
      `- send: ada join_room\n  data: { room_id: no-such-room }\n  reply: room_joined`,
      /its type is error/,
    ],
    [
      'for an event that does not fit',
      `${hello}\n- event: bob room_message\n  match: { seq: 2 }`,
      /data\.seq: 1 is not 2/,
    ],
    ['for an event that does not come', `- event: bob room_message\n  within_ms: 100`, /it did not come within/],
    [
      'for an event that comes too early',
      `${hello}\n- event: bob room_message\n  not_before_ms: 60000`,
      /before 60000/,
    ],
    [
      'for an event that should not come',
      `${hello}\n- nothing: ada room_message\n  until: { room_message: {} }\n${hello}\n- nothing: bob room_message\n  until: { room_message: { seq: 2 } }`,
      /this should not have come/,
    ],
    [
      'for another event in the log',
      `${hello}\n- log: bob\n  of: $room.id\n  events: [{ message_edited: {} }]`,
      /the next event of the log is room_message/,
    ],
    ['for a connection that stays open', `- closed: ada\n  code: 4401\n  within_ms: 100`, /expected a close/],
    [
      'for another close code',
      `- send: ada disconnect\n  silent: true\n- closed: ada\n  code: 4401`,
      /1000 is not 4401/,
    ],
    ['for a field that is not there to save', `${hello}\n  save: { x: nothing }`, /there is no nothing to save/],
    ['for a variable that is not there', hello.replace('$room.id', '$nowhere.id'), /there is no "\$nowhere"/],
    [
      'for an answer nobody looked at',
      hello.replace('reply: message_sent', 'later: one'),
      /not asked for|never looked at/,
    ],
    [
      'for an error nobody asked for',
      `- send: ada join_room\n  data: { room_id: no-such-room }\n  silent: true\n${hello}`,
      /not asked for/,
    ],
    ['for another status', `- rest: ada GET /rooms/$room.id\n  status: 404`, /status: 200 is not 404/],
    ['for an upgrade that is not refused', `- open: ada.2\n  refused: 403`, /status: .*403|timed out|aborted/i],
    ['for a wrong refusal of a connection', `- connect: ada.2\n  error: INVALID_TOKEN`, /its type is auth_success/],
    ['for a comparison that does not hold', `- check: $ada.id\n  match: $bob.id`, /is not/],
    [
      'in a branch',
      `- together:\n    - - send: ada join_room\n        data: { room_id: no-such-room }\n        reply: room_joined`,
      /its type is error/,
    ],
    [
      'in a repetition',
      `- repeat: 2\n  steps:\n    - send: ada send_message\n      data: { room_id: $room.id, content: x }\n      reply: message_sent\n      match: { seq: 1 }`,
      /data\.seq: 2 is not 1/,
    ],
  ])('%s', async (_, steps, words) => {
    await expect(playSteps(steps)).rejects.toThrow(words)
  })
})

describe('a scenario is refused before it plays', () => {
  test.each<[string, string, RegExp]>([
    ['an unknown verb', '- sned: ada ping\n  reply: pong', /no verb "sned"/],
    ['an unknown field', '- send: ada ping\n  replay: pong', /takes no "replay"/],
    ['an unknown command', '- send: ada pong\n  reply: pong', /no command pong/],
    ['an unknown event', '- event: ada room_massage', /no event room_massage/],
    [
      'an unknown event that must not come',
      '- nothing: ada room_massage\n  until: { pong: {} }',
      /no event room_massage/,
    ],
    ['an unknown error', '- send: ada ping\n  error: NO_SUCH', /no error NO_SUCH/],
    ['an unknown close code', '- closed: ada\n  code: 4999', /no close code 4999/],
    ['an unknown matcher', '- send: ada ping\n  reply: pong\n  match: { x: <numbre> }', /no <numbre>/],
    ['an unknown operator', '- send: ada ping\n  reply: pong\n  match: { x: { $inn: [] } }', /no \$inn/],
    [
      'an operator beside fields',
      '- send: ada ping\n  reply: pong\n  match: { x: { y: 1, $range: [1, 2] } }',
      /must stand alone/,
    ],
    ['a command without an outcome', '- send: ada ping', /one of reply, error, silent, later/],
    ['a command with two', '- send: ada ping\n  reply: pong\n  error: INTERNAL_ERROR', /only one/],
    ['silence without a marker', '- nothing: ada room_message', /type: matcher/],
    ['a match on silence', '- send: ada typing_start\n  silent: true\n  match: { x: 1 }', /nothing to match/],
    ['nothing expected', '- close: ada', /cannot fail/],
    ['nothing expected in a repetition', '- repeat: 3\n  steps:\n    - close: ada', /cannot fail/],
    ['a word of no place', '- send: ada here_send\n  reply: message_sent', /no "here_send"/],
  ])('%s', (_, steps, words) => {
    expect(() => read(steps)).toThrow(words)
  })

  test.each<[string, string, RegExp]>([
    ['an unknown key', 'actors: [ada]\n    givn: {}', /no "givn"/],
    ['a role without an operator', 'actors: { ada: admin }', /need promote/],
    ['somebody unknown', 'actors: [ada]\n    given: { connected: [bob] }', /bob is no actor/],
    ['an unknown need', 'actors: [ada]\n    needs: [magic]', /magic/],
    ['an unknown place', 'actors: [ada]\n    in: [cellar]', /no place "cellar"/],
  ])('%s', (_, head, words) => {
    expect(() => read('- send: ada ping\n  reply: pong', head)).toThrow(words)
  })
})

describe('matchers', () => {
  const time = '2026-01-01T00:00:00.000Z'
  test.each<[unknown, unknown, unknown]>([
    [{ a: 1 }, { a: 1, b: 2 }, { a: 2 }],
    [
      [1, '<text>'],
      [1, 'x'],
      [1, 'x', 2],
    ],
    ['<time>', time, '2026-01-01T00:00:00Z'],
    ['<time?>', undefined, 'soon'],
    ['<uuid>', '4857c68d-4140-4e09-89ca-1d2c7a865a16', '4857c68d'],
    ['<positive>', 1, 0],
    ['<integer>', 0, 1.5],
    ['<absent>', undefined, null],
    ['<present>', null, undefined],
    [null, null, undefined],
    [{ $is: { a: 1 } }, { a: 1 }, { a: 1, b: 2 }],
    [{ $one_of: [null, '<time>'] }, null, 'x'],
    [{ $all: [{ a: 1 }, { b: 2 }] }, { a: 1, b: 2 }, { a: 1 }],
    [{ $not: { a: 1 } }, { a: 2 }, { a: 1 }],
    [{ $range: [1, null] }, 5, 0],
    [{ $range: [null, 3] }, 3, '3'],
    [{ $regex: '^a+$' }, 'aa', 'ab'],
    [{ $length: 2 }, '😀😀', '😀'],
    [{ $each: '<text>' }, [], ['']],
    [{ $contains: [{ a: 1 }, { a: 2 }] }, [{ a: 2 }, { a: 3 }, { a: 1, b: 0 }], [{ a: 1 }]],
    [{ $set: [{ a: 1 }, { b: 1 }] }, [{ b: 1 }, { a: 1, b: 1 }], [{ a: 1 }, { a: 1 }]],
    [{ $only: { a: '<integer>' } }, { a: 1 }, { a: 1, b: 1 }],
  ])('%j fits %j and not %j', (matcher, good, bad) => {
    expect(mismatches(matcher, good)).toEqual([])
    expect(mismatches(matcher, bad)).not.toEqual([])
  })
})

test('values are filled in', () => {
  const scope = new Map<string, unknown>([['a', { id: 7, list: [{ x: 'y' }] }], ['n', 2]]) // prettier-ignore
  const wanted = {
    id: '$a.id',
    next: '$a.id + 1',
    less: '$a.id - $n',
    text: 'no ${a.id}',
    deep: '$a.list.0.x',
    plain: '$$a',
  }
  const long = { text: { $repeat: ['ab', 2] }, list: { $times: ['$n', '$a.id'] } }
  expect(fill(wanted, scope)).toEqual({ id: 7, next: 8, less: 5, text: 'no 7', deep: 'y', plain: '$a' })
  expect(fill(long, scope)).toEqual({ text: 'abab', list: [7, 7] })
})

describe('the laws find', () => {
  const event = (seq: number, type = 'reaction_added') => ({ type, data: { room_id: 1, seq } })
  const joined = (data: object) => ({ type: 'room_joined', id: 1, data: { room_id: 1, ...data } })
  test.each<[string, object[], RegExp | null]>([
    ['nothing in a log without a gap', [joined({ seq: 1 }), event(2), event(3)], null],
    ['a gap', [joined({ seq: 1 }), event(3)], /has seq 2/],
    ['a repeat', [joined({ seq: 1 }), event(2), event(2)], /has seq 3/],
    ['an event from before', [joined({ seq: 5 }), event(5)], /has seq 6/],
    ['an answer that comes late', [joined({ seq: 1 }), event(2), { id: 2, ...event(2) }], /comes before its event/],
    [
      'nothing in an answer that changed nothing',
      [event(2), { type: 'reaction_added', id: 2, data: { room_id: 1, seq: 2, unchanged: true } }],
      null,
    ],
    [
      'catch-up out of order',
      [
        joined({
          seq: 9,
          missed: [
            { id: 1, change_seq: 4 },
            { id: 2, change_seq: 3 },
          ],
        }),
      ],
      /change_seq order/,
    ],
    ['catch-up beyond the head', [joined({ seq: 2, missed: [{ id: 1, change_seq: 3 }] })], /change_seq order/],
    ['a slug in an event', [{ type: 'member_joined', data: { room_id: 'general' } }], /by its integer/],
    ['a time without milliseconds', [{ type: 'x', data: { created_at: '2026-01-01T00:00:00Z' } }], /is not <time>/],
    ['an error without its fields', [{ type: 'error', data: { code: 'X' } }], /severity/],
    ['half a message', [{ type: 'message_sent', id: 1, data: { id: 1 } }], /uuid/],
    [
      'a deleted message that speaks',
      [{ type: 'x', data: { messages: [{ is_deleted: true, content: 'x' }] } }],
      /no content/,
    ],
    ['a frame that is none', [[1]], /an object with/],
  ])('%s', (_, frames, words) => {
    const laws = createLaws('ada', contract.laws)
    for (const frame of frames) laws.see(frame, JSON.stringify(frame))
    if (words === null) expect(laws.broken).toEqual([])
    else expect(laws.broken.join('\n')).toMatch(words)
  })
})

describe('seeded defects', () => {
  test('have their text in the source once, and scenarios that are to find them', async () => {
    const defects = await writtenDefects()
    expect(defects.length).toBeGreaterThanOrEqual(8)
    for (const { scenarios } of defects)
      expect(await Bun.file(`${import.meta.dir}/scenarios/${scenarios}.yaml`).exists()).toBe(true)
  })

  test('leave out one check each', async () => {
    const defects = await leftOutChecks()
    expect(defects.length).toBeGreaterThan(20)
    expect(new Set(defects.map(({ text }) => text)).size).toBe(defects.length)
  })
})
