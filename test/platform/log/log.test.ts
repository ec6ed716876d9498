import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/kernel/errors.ts'
import type { LogContext } from '../../../src/kernel/log.ts'
import { createLog, type LogLevel, type Output } from '../../../src/platform/log/index.ts'

/** An output that keeps what it is given, and takes at most `room` lines until it is emptied. */
function paper(options: { terminal?: boolean; room?: number } = {}) {
  const lines: string[] = []
  const output: Output = {
    terminal: options.terminal ?? false,
    write: (line) => lines.length < (options.room ?? Infinity) && lines.push(line) > 0,
    flush: async () => undefined,
  }
  return { output, lines }
}

function logged(message: string, context?: LogContext): Record<string, unknown> {
  const { output, lines } = paper()
  createLog({ level: 'debug', format: 'json', output }).target('chat_server::hub').info(message, context)
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0]!) as Record<string, unknown>
}

describe('a JSON line', () => {
  test('has the four fixed fields first, in their order, then the context, flat', () => {
    const line = logged('Message sent', { user_id: 123, room_id: 'general', message_id: 456, content_length: 25 })
    expect(Object.keys(line).join()).toBe('timestamp,level,target,message,user_id,room_id,message_id,content_length')
    expect(line).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'INFO',
      target: 'chat_server::hub',
      message: 'Message sent',
      user_id: 123,
      room_id: 'general',
      message_id: 456,
      content_length: 25,
    })
  })

  test('is one line whatever it is given', () => {
    const { output, lines } = paper()
    createLog({ level: 'info', format: 'json', output }).info('two\nlines', { text: 'a\r\nb\u2028c', 'k\n': '\ud800' })
    expect(lines[0]).toEndWith('}\n')
    expect(lines[0]!.trimEnd()).not.toMatch(/[\r\n]/)
    expect(JSON.parse(lines[0]!)).toMatchObject({ message: 'two\nlines' })
  })

  test('keeps the fixed fields when the context has the same names', () => {
    expect(logged('real', { timestamp: 1, level: 'x', target: 'y', message: 'z' })).toMatchObject({
      level: 'INFO',
      target: 'chat_server::hub',
      message: 'real',
      context_timestamp: 1,
      context_level: 'x',
      context_target: 'y',
      context_message: 'z',
    })
  })

  test('has an error as name, message, code, stack and cause', () => {
    const error = new AppError('ROOM_FULL', { max_members: 2 })
    error.cause = new TypeError('inner')
    expect(logged('failed', { error })['error']).toEqual({
      name: 'AppError',
      message: error.message,
      code: 'ROOM_FULL',
      stack: expect.stringContaining('log.test.ts'),
      cause: { name: 'TypeError', message: 'inner', stack: expect.any(String) },
    })
  })

  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const throws = { failing: true }
  test.each<[string, unknown, unknown]>([
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
    ['a bigint', 9007199254740993n, '9007199254740993'],
    ['an infinity', Infinity, 'Infinity'],
    ['bytes', new Uint8Array(3), '[3 bytes]'],
    ['a function', () => 1, '[function]'],
    ['a set', new Set([1, 2]), [1, 2]],
    ['a map', new Map([['a', 1]]), { a: 1 }],
    ['null', null, null],
    ['a cycle', cyclic, expect.objectContaining({ self: expect.anything() })],
    ['a plain object', throws, { failing: true }],
    ['a long list', Array.from({ length: 51 }, () => 0), [...Array.from({ length: 50 }, () => 0), '... (51 items)']],
    ['a long text', 'x'.repeat(9000), `${'x'.repeat(8192)}... (9000 characters)`],
    ['undefined', undefined, undefined],
  ])('renders %s', (_, value, rendered) => {
    expect(logged('x', { value })['value']).toEqual(rendered)
  })
})

describe('secrets', () => {
  test.each([
    ['password'],
    ['new_password'],
    ['token'],
    ['access_token'],
    ['refreshToken'],
    ['Authorization'],
    ['set-cookie'],
    ['jwt_secret'],
    ['api_key'],
    ['encryption_keys'],
    ['totp_code'],
  ])('never show under %s, at any depth', (key) => {
    expect(JSON.stringify(logged('x', { [key]: 'hunter2', deep: [{ [key]: 'hunter2' }] }))).not.toContain('hunter2')
  })

  test.each([['token_count'], ['user_id'], ['passed'], ['key'], ['room_key_events']])('leave %s alone', (key) => {
    expect(logged('x', { [key]: 'plain' })).toMatchObject({ [key]: 'plain' })
  })

  test('never show in the password of a URL', () => {
    const error = new Error('cannot reach postgres://veza:hunter2@db:5432/chat')
    const line = logged('no database at redis://:hunter2@cache', { error, url: 'https://u:hunter2@x/' })
    expect(JSON.stringify(line)).not.toContain('hunter2')
    expect(line).toMatchObject({ url: 'https://u:[redacted]@x/' })
  })
})

describe('levels', () => {
  test.each<[LogLevel, string[]]>([
    ['debug', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['info', ['INFO', 'WARN', 'ERROR']],
    ['warn', ['WARN', 'ERROR']],
    ['error', ['ERROR']],
  ])('%s writes itself and what is graver', (level, written) => {
    const { output, lines } = paper()
    const log = createLog({ level, format: 'json', output })
    for (const write of [log.debug, log.info, log.warn, log.error]) write('x')
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(written)
  })
})

describe('a text line', () => {
  const shown = (terminal: boolean, context: LogContext) => {
    const { output, lines } = paper({ terminal })
    createLog({ level: 'info', format: terminal ? 'auto' : 'text', output }).warn('Room \x1b[2Jfull', context)
    return lines[0]!
  }

  test('is time, level, target, message and fields, without colour away from a terminal', () => {
    expect(shown(false, { room: 'general', note: 'two words' })).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} WARN {2}chat_server {2}Room \\u001b\[2Jfull {2}room=general {2}note="two words"\n$/,
    )
  })

  test('puts the stack of an error below it', () => {
    const [first, second] = shown(false, { error: new Error('no') }).split('\n')
    expect(first).toEndWith('error=no')
    expect(second).toMatch(/^\s+at /)
  })

  test('on a terminal is chosen by auto, coloured unless NO_COLOR, and free of control characters from outside', () => {
    const before = process.env['NO_COLOR']
    delete process.env['NO_COLOR']
    expect(shown(true, {})).toContain('\x1b[33mWARN')
    process.env['NO_COLOR'] = '1'
    const line = shown(true, { '\x1b]0;': '\x9b' })
    expect(line).not.toContain('\x1b')
    expect(line).not.toContain('\x9b')
    if (before === undefined) delete process.env['NO_COLOR']
    else process.env['NO_COLOR'] = before
  })
})

test('lines that find no room are counted, and the count is logged when there is room again', () => {
  const { output, lines } = paper({ room: 1 })
  const log = createLog({ level: 'info', format: 'json', output })
  for (const n of [1, 2, 3]) log.info(`line ${n}`)
  expect(lines.splice(0)).toHaveLength(1)
  log.info('line 4')
  expect(JSON.parse(lines.splice(0)[0]!)).toMatchObject({ target: 'chat_server::log', level: 'WARN', count: 2 })
  log.info('line 5')
  expect(JSON.parse(lines[0]!)).toMatchObject({ target: 'chat_server::log', count: 1 })
})
