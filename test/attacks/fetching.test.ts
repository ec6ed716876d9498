// SSRF: the server asks nobody for an address that a user gave. What the operator configures, the keys of issuers, goes through the guarded client:
// test/platform/outgoing/client.test.ts and test/features/accounts/issuers.test.ts attack that. Whoever adds a field whose address is fetched (an avatar, a webhook)
// takes it through that client, and adds it here.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

import { connect } from '../services/client.ts'
import { startServer, type TestServer } from '../services/server.ts'
import { lineOf, type Operation, operationsOf, takesText, withField, within } from './operations.ts'
import { calls, commands, furnish, type Things } from './world.ts'

setDefaultTimeout(60_000)

const asked: string[] = []
const canary = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request) => {
    asked.push(request.url)
    return new Response('inside')
  },
})
const inside = `http://127.0.0.1:${canary.port}/inside`

let server: TestServer
let own: Things
let operations: Operation[]
beforeAll(async () => {
  // Whatever would be fetched could be: the guard itself is attacked elsewhere.
  server = await startServer({ security: { allowed_private_hosts: ['127.0.0.1'], login_max_failures: 0 } })
  const [a, b] = [await server.register('ada'), await server.register('bob')]
  await server.sql`update users set role = 'admin' where id = ${a.id}`
  own = await furnish(server, { ...a, user: { ...a.user, role: 'admin' } }, b, 'ADAS')
  operations = await operationsOf(server.url)
})
afterAll(async () => {
  await server.close()
  await canary.stop(true)
})

test('no operation takes an address to fetch', () => {
  const found = operations.flatMap(({ id, fields }) =>
    fields
      .filter(
        ({ name, schema }) =>
          /(^|_)(ur[il]s?|href|link|avatar|picture|image|icon|webhook|callback|endpoint|host|domain|src)($|_)/.test(
            name,
          ) || [...within(schema)].some(({ format }) => /^(ur[il]|hostname|ipv[46])/.test(format ?? '')),
      ) // prettier-ignore
      .map(({ name }) => `${id} ${name}`),
  )
  expect(found).toEqual([])
})

test('an address in any text of anything is a text', async () => {
  const hosts = {
    'x-forwarded-host': new URL(inside).host,
    referer: inside,
    origin: inside,
    'x-original-url': inside,
    forwarded: `host=${new URL(inside).host}`,
  }
  for (const operation of operations) {
    if (operation.id === 'auth.refresh' || operation.id === 'auth.password') continue
    for (const field of operation.fields.filter(({ in: where, schema }) => where !== 'header' && takesText(schema))) {
      const value =
        field.schema.type === 'array'
          ? [inside]
          : field.schema.type === 'object'
            ? { url: inside, icon: inside }
            : inside
      const call = withField(calls[operation.id]!(own), field, value)
      const [method = 'GET', path = ''] = lineOf(operation, call).split(' ')
      const response = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${own.owner.token}`, 'content-type': 'application/json', ...hosts },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      })
      expect([operation.id, field.name, response.status < 500]).toEqual([operation.id, field.name, true])
      await response.text()
    }
  }
  const socket = await connect(server, { token: own.owner.token })
  for (const type of ['send_message', 'send_dm', 'edit_message', 'update_status']) {
    const { room_id, conversation_id, message_id } = commands[type]!(own) as Record<string, number>
    const place = {
      ...(room_id !== undefined && { room_id }),
      ...(conversation_id !== undefined && { conversation_id }),
      ...(message_id !== undefined && { message_id }),
    }
    await socket.command(type, {
      ...place,
      content: `look: ${inside} ![x](${inside}) <img src="${inside}">`,
      content_type: 'markdown',
      status: 'busy',
      message: inside,
    })
  }
  await socket.close()
  // The canary sings when somebody comes.
  expect(asked).toEqual([])
  expect(await (await fetch(inside)).text()).toBe('inside')
  expect(asked).toHaveLength(1)
})

test('nothing in the server but the guarded client can ask for an address', async () => {
  const root = join(import.meta.dir, '../..')
  const asking: string[] = []
  for await (const path of new Bun.Glob('src/**/*.ts').scan({ cwd: root })) {
    // That runs in browsers.
    if (path.startsWith('src/web/pages/')) continue
    const text = await Bun.file(join(root, path)).text()
    const calls_out =
      /(?<![.\w])fetch\((?!\)|url|request\b)|from 'node:(http|https|http2|tls|dgram)'|Bun\.connect|new WebSocket\(|XMLHttpRequest/
    if (calls_out.test(text)) asking.push(path)
  }
  // The first asks the server itself, from the command line, at the address of its configuration; the second asks by what it is given, which is the third.
  expect(asking.toSorted()).toEqual([
    'src/cli/health.ts',
    'src/platform/jwt/verify.ts',
    'src/platform/outgoing/client.ts',
  ])
})
