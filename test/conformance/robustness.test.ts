import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

import { register } from '../e2e/client.ts'
import { clear, emptyFolder, type Server, serve, unlimited, until } from '../e2e/program.ts'
import { clientFrame, opcodes, openRaw } from '../faults/raw.ts'
import { close, echo, frame, ping } from './client-frames.ts'
import type { Words } from './peer.ts'
import { type Case, failed, outcomeOf } from './robustness-case.ts'
import { documentOf, verdictOf } from './robustness-document.ts'
import { families, openStage } from './robustness.ts'

setDefaultTimeout(30_000)

const path = join(import.meta.dir, '../../docs/robustness.md')
const all = families.flatMap(({ cases }) => cases)
const heard = new Map<Case, Words>()
let server: Server
let token: string
let stage: Awaited<ReturnType<typeof openStage>>

beforeAll(async () => {
  server = await serve(emptyFolder(), { settings: unlimited })
  token = (await register(server.url, 'ada')).access_token
  stage = await openStage({ port: server.port, token })
}, 60_000)

afterAll(() => {
  stage?.close()
  if (server) clear(server.folder)
})

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
}

async function hear(each: Case): Promise<Words> {
  const words = heard.get(each) ?? (await stage.play(each))
  heard.set(each, words)
  return words
}

describe.each(families.map(({ name, cases }) => [name, cases] as const))('%s', (_, cases) => {
  test.each(cases.map((each) => [each.id, each.title, each] as const))('%s %s', async (_id, _title, each) => {
    expect(await hear(each)).toEqual(outcomeOf(each))
  })
})

test('there are at least 80 cases, and no two with one number', () => {
  expect(all.length).toBeGreaterThanOrEqual(80)
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
})

test('what is said to go otherwise than by the standard really does', () => {
  for (const { expected, otherwise } of all) if (otherwise) expect(otherwise.got).not.toEqual(expected)
})

/** `UPDATE_DOCUMENTS=1 bun test ./test/conformance/robustness.test.ts` writes what was heard into the document. */
test('docs/robustness.md says what was heard', async () => {
  for (const each of all) await hear(each)
  const document = documentOf(families, heard)
  if (process.env['UPDATE_DOCUMENTS']) await Bun.write(path, document)
  else expect(await Bun.file(path).text()).toBe(document)
})

test('after all of it nobody but the witness is connected, and the server has complained of nothing', async () => {
  await until(async () => (await metric('chat_websocket_connections_active')) === 1)
  expect(server.running()).toBe(true)
  expect(server.log().filter(({ level }) => !['info', 'debug'].includes(level.toLowerCase()))).toEqual([])
})

/** Pongs are the runtime's own, and fill the buffer of who does not read like any other frame. */
test('who pings without end and never reads is closed with 4008', async () => {
  const raw = await openRaw(server.url, { token })
  await raw.next('auth_success')
  raw.pause()
  const mebibyte = Buffer.concat(Array.from({ length: 8_000 }, () => clientFrame('x'.repeat(125), opcodes.ping)))
  let written = 0
  await until(async () => {
    if (written++ < 64) raw.write(mebibyte)
    return (await metric('chat_websocket_slow_consumers_total')) === 1
  })
  raw.resume()
  expect(await raw.closed).toBe(4008)
})

describe('a wrong expectation is seen:', () => {
  const wrong: [string, Case['send'], Words][] = [
    ['another close code', [frame(echo('x'), { rsv: 1 })], failed(1007)],
    ['a good frame that is said to fail', [ping('x')], failed(1002)],
    ['a bad frame that is said to be answered', [frame(echo('x'), { masked: false })], ['answer 1 "x"', 'open']],
    ['a connection that is said to go on', [close(1000)], ['close 1000', 'open']],
    ['another payload of a pong', [ping('x')], ['pong "y"', 'open']],
    ['another echo', [frame(echo('x'))], ['answer 1 "y"', 'open']],
    ['another order', [ping('x'), ping('y')], ['pong "y"', 'pong "x"', 'open']],
    ['one answer too few', [ping('x'), ping('x')], ['pong "x"', 'open']],
    ['one answer too many', [ping('x')], ['pong "x"', 'pong "x"', 'open']],
    ['a frame that has been answered, said to be quiet', [ping('x'), 'quiet'], ['pong "x"', 'quiet', 'quiet', 'open']],
    ['a refusal as late as it is not', [frame('', { rsv: 1 }), 'quiet'], ['quiet', ...failed(1002)]],
  ]
  test.each(wrong)('%s', async (title, send, expected) => {
    const each: Case = { id: 'W', title, section: '', send, expected }
    const words = await stage.play(each, 500)
    expect(words).not.toEqual(expected)
    expect(verdictOf(each, words)).toBe('wrong')
  })
})
