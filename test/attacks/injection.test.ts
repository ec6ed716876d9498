// Text that means something to SQL, to LIKE, to a text search, to JSON paths, to templates and to formats, in every field of everything that can be asked.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { startServer, type TestServer } from '../services/server.ts'
import {
  type Call,
  type Field,
  lineOf,
  type Operation,
  operationsOf,
  type Schema,
  takesText,
  withField,
} from './operations.ts'
import { calls, furnish, type Things } from './world.ts'

setDefaultTimeout(120_000)

const texts = [
  `' or '1'='1`,
  `'; drop table users; --`,
  `"; update users set role = 'admin'; --`,
  `'||pg_sleep(9)||'`,
  `1; select pg_sleep(9)`,
  `$1`,
  `\\`,
  `\\'; select 1; --`,
  `%`,
  `_%_`,
  `a & b | !c <-> d:* ')`,
  `:*`,
  `$.* ? (@ > 0)`,
  `{"$gt": ""}`,
  `{"a": 1}`,
  `%s%n%x`,
  '${7*7}{{7*7}}<%= 7*7 %>',
  `../../../../etc/passwd`,
  `<script>alert(1)</script>`,
  `=cmd|' /C calc'!A0`,
  `a\r\nX-Evil: 1`,
  `$$;--`,
]
/** Where a number is expected. */
const instead_of_numbers = ['1 or 1=1', '1;drop table users', "1' --", '0x10', '1e3', '']

let server: TestServer
let own: Things
let operations: Operation[]
beforeAll(async () => {
  server = await startServer({ security: { login_max_failures: 0 } })
  const [a, b] = [await server.register('ada'), await server.register('bob')]
  await server.sql`update users set role = 'admin' where id = ${a.id}`
  own = await furnish(server, { ...a, user: { ...a.user, role: 'admin' } }, b, 'ADAS')
  operations = await operationsOf(server.url)
})
afterAll(() => server.close())

/** What the database is made of, and who is what in it. */
const nature = async () => ({
  tables: await server.sql`select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by 1, 2`, // prettier-ignore
  functions: await server.sql`select proname::text, md5(prosrc) from pg_proc where pronamespace = 'public'::regnamespace order by 1, 2`, // prettier-ignore
  people: await server.sql`select id, role, status, is_bot, owner_id from users where id in (${own.owner.id}, ${own.friend.id}, ${own.bot}) order by id`, // prettier-ignore
  roles:
    await server.sql`select role, count(*) > 0 as some from users where role <> 'user' group by role order by role`,
})

/** The texts that a field is given, each in the form that the field has. */
function attacksOn({ in: where, schema }: Field): unknown[] {
  if (takesText(schema) || where === 'header') return texts.map((text) => shaped(schema, text))
  return instead_of_numbers
}

const shaped = (schema: Schema, text: string): unknown =>
  schema.type === 'array' ? [text] : schema.type === 'object' ? { client_id: text, [text]: text } : text

test('no text in any field of any operation is more than a text', async () => {
  const before = await nature()
  const found: string[] = []
  let asked = 0
  // A new password is one, whatever it is made of: it comes last.
  const ordered = operations.toSorted((a, b) => Number(a.id === 'auth.password') - Number(b.id === 'auth.password'))
  for (const operation of ordered) {
    for (const field of operation.fields) {
      for (const attack of attacksOn(field)) {
        const call = withField(await callOf(operation), field, attack)
        const line = lineOf(operation, call)
        if (field.in === 'header' && /[\r\n]/.test(String(attack))) continue
        const begun = performance.now()
        const { status, data } = field.in === 'header' ? await withHeader(line, call, field.name, String(attack)) : await server.ask(line, call.body, own.owner.token) // prettier-ignore
        const took = performance.now() - begun
        asked += 1
        const said = `${operation.id} ${field.name} ${JSON.stringify(attack)}`
        if (status >= 500) found.push(`${said}: ${status}`)
        if (took > 5000) found.push(`${said}: took ${took} ms`)
        const kept = (data as Record<string, unknown> | undefined)?.[field.name]
        if (
          status < 300 &&
          field.in === 'body' &&
          typeof attack === 'string' &&
          typeof kept === 'string' &&
          kept !== attack.trim()
        )
          // prettier-ignore
          found.push(`${said}: is kept as ${JSON.stringify(kept)}`)
      }
    }
  }
  expect(found).toEqual([])
  expect(asked).toBeGreaterThan(2000)
  expect(await nature()).toEqual(before)
  expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
})

/** A message is deleted once; each time there has to be another. */
async function callOf({ id }: Operation): Promise<Call> {
  // Using the own refresh token twice would end the session that asks.
  const call = id === 'auth.refresh' ? { body: { refresh_token: 'x' } } : (calls[id]?.(own) ?? {})
  // A message of one `client_id` is one message.
  if (id.endsWith('messages.create'))
    return { ...call, body: { ...call.body, metadata: { client_id: crypto.randomUUID() } } }
  if (id !== 'messages.delete') return call
  const { data } = await server.ask(`POST /rooms/${own.room}/messages`, { content: 'one more' }, own.owner.token)
  return { ...call, params: { id: (data as { id: number }).id } }
}

async function withHeader(
  line: string,
  { body }: Call,
  name: string,
  value: string,
): Promise<{ status: number; data?: never }> {
  const [method = 'GET', path = ''] = line.split(' ')
  const response = await fetch(
    `${server.url}${path.startsWith('/health') || path.startsWith('/ready') || path.startsWith('/metrics') ? '' : '/api/v1'}${path}`,
    {
      method,
      headers: {
        authorization: `Bearer ${own.owner.token}`,
        [name]: value,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
  )
  await response.text()
  return { status: response.status }
}

test.each([
  ['Authorization', (text: string) => `Bearer ${text}`],
  ['X-API-Key', (text: string) => `veza_ak_${text}`],
  ['User-Agent', (text: string) => text],
  ['Accept-Language', (text: string) => text],
  ['X-Request-Id', (text: string) => text],
  ['Cookie', (text: string) => `veza_refresh=${text}`],
  ['Origin', (text: string) => text],
  ['Content-Type', (text: string) => text],
  ['X-Forwarded-For', (text: string) => text],
])('nor in the header %s', async (name, of) => {
  const before = await nature()
  for (const text of texts.filter((each) => !/[\r\n]/.test(each))) {
    // What a session keeps of its client is written when it begins.
    const kept = ['User-Agent', 'X-Forwarded-For'].includes(name)
    for (const path of [...(kept ? ['/auth/login'] : []), '/auth/refresh', '/users/me']) {
      const headers = new Headers({ 'content-type': 'application/json', ...(name !== 'X-API-Key' && { authorization: `Bearer ${own.owner.token}` }) }) // prettier-ignore
      headers.set(name, of(text))
      const body =
        path === '/auth/login'
          ? { username: 'ada', password: own.owner.password }
          : { refresh_token: 'x', locale: 'en' }
      const response = await fetch(`${server.url}/api/v1${path}`, {
        method: path.endsWith('me') ? 'PUT' : 'POST',
        headers,
        body: JSON.stringify(body),
      })
      expect([name, text, response.status < 500]).toEqual([name, text, true])
      await response.text()
    }
  }
  expect(await nature()).toEqual(before)
})

describe('what is looked for is looked for as it is:', () => {
  const find = async (path: string, q: string, list: string) =>
    ((await server.ask(`GET ${path}${encodeURIComponent(q)}`, undefined, own.owner.token)).data as Record<string, unknown[]> | undefined)?.[list]?.length // prettier-ignore
  beforeAll(async () => {
    for (const name of ['Plain', '100%_sure\\ly'])
      await server.ask('POST /rooms', { name: `Looked for: ${name}`, is_public: true }, own.owner.token)
    const [alan, percy] = [await server.register('alan_looked'), await server.register('percy-looked')]
    await server.ask('PUT /users/me', { display_name: '%_\\percent' }, percy.token)
    await server.ask('PUT /users/me', { display_name: 'alan' }, alan.token)
    for (const content of ['zebras sleep', 'zebras run'])
      await server.ask(`POST /rooms/${own.room}/messages`, { content }, own.owner.token)
  })

  test.each([
    ['rooms?search=', 'Looked for: Pl', 1],
    ['rooms?search=', 'Looked for: %', 0],
    ['rooms?search=', 'Looked for: _lain', 0],
    ['rooms?search=', '100%_', 1],
    ['rooms?search=', 'sure\\l', 1],
    ['rooms?search=', 'sure\\\\', 0],
    ['users/search?q=', 'alan_l', 1],
    ['users/search?q=', '%_', 1],
    ['users/search?q=', '%_\\', 1],
    ['users/search?q=', 'a%', 0],
    ['users/search?q=', '__', 0],
    ['users/search?q=', 'ala\\n', 0],
    ['admin/users?q=', 'alan_', 1],
    ['admin/users?q=', '%', 1],
    ['admin/users?q=', '%lan', 0],
    ['admin/users?q=', 'al_n', 0],
    ['admin/users?q=', '%@secret.example', 0],
    ['search/messages?q=', 'zebras sleep', 1],
    ['search/messages?q=', 'zebras & !run', 1],
    ['search/messages?q=', 'sleep | run', 0],
    ['search/messages?q=', 'zeb:*', 0],
    ['search/messages?q=', 'zebras <-> sleep', 1],
  ])('%s%s finds %p', async (path, q, count) => {
    expect(await find(`/${path}`, q, path.startsWith('rooms') ? 'rooms' : path.startsWith('search') ? 'results' : 'users')).toBe(count) // prettier-ignore
  })
})
