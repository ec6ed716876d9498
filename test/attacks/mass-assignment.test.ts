// Every field that any answer or any table has, beside the fields of every body: three servers that began alike are asked the same, one of them plainly, and are
// alike at the end.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'

import { codeAt } from '../features/accounts/authenticator.ts'
import { startServer, type TestServer } from '../services/server.ts'
import { type Call, lineOf, type Operation, operationsOf, type Schema, within } from './operations.ts'
import { contentOf, readersSettled, spreadIds } from './tables.ts'
import { calls, furnish, type Things } from './world.ts'

setDefaultTimeout(120_000)

const people = ['ada', 'bob', 'cleo'] as const
let servers: { server: TestServer; own: Things }[]
let operations: Operation[]
beforeAll(async () => {
  servers = []
  for (let time = 0; time < 3; time++) {
    const server = await startServer({ security: { login_max_failures: 0 } })
    await spreadIds(server.sql)
    const [a, b] = [await server.register(people[0]), await server.register(people[1])]
    await server.register(people[2])
    await server.sql`update users set role = 'moderator' where id = ${a.id}`
    servers.push({ server, own: await furnish(server, { ...a, user: { ...a.user, role: 'moderator' } }, b, 'ADAS') })
  }
  operations = await operationsOf(servers[0]!.server.url)
})
afterAll(() => Promise.all(servers.map(({ server }) => server.close())))

type Poison = Record<string, unknown>

/** A value of the field's own type, unlike what is there; `other` gives a second one. */
function poisonOf(name: string, schema: Schema, other: boolean): unknown {
  const all = [...within(schema)]
  const words = all.flatMap(({ enum: values = [], const: value }) => [
    ...values,
    ...(value === undefined ? [] : [value]),
  ])
  const best = ['admin', 'owner', 'banned', 'invisible', 'encrypted', 'none', 'guild']
  const chosen = other ? words.at(-1) : (best.find((each) => words.includes(each)) ?? words[0])
  const types = new Set(all.flatMap(({ type }) => [type ?? []].flat()))
  if (chosen !== undefined) return chosen
  if (types.has('boolean')) return !other
  if (types.has('integer') || types.has('number')) return other ? 1 : 777_000_111
  if (types.has('array')) return other ? [] : [777_000_111]
  if (types.has('object')) return { poisoned: other }
  if (name.endsWith('_at') || name.endsWith('_until')) return other ? null : '2001-02-03T04:05:06.000Z'
  return other ? null : 'poisoned'
}

/** Every name that answers have and every column of every table, each with a value of its kind. */
async function poisons(other: boolean): Promise<Poison> {
  const all: Poison = { __proto__: undefined }
  const columns = await servers[0]!.server.sql<{ name: string; type: string }[]>`
    select distinct on (column_name) column_name as name, data_type as type from information_schema.columns
    where table_schema = 'public' order by column_name`
  for (const { name, type } of columns) {
    const kind =
      type === 'boolean' ? 'boolean' : ['bigint', 'integer', 'smallint'].includes(type) ? 'integer' : 'string'
    all[name] = poisonOf(name, { type: kind }, other)
  }
  for (const { answers } of operations)
    for (const answer of Object.values(answers))
      for (const { properties = {} } of within(answer))
        for (const [name, schema] of Object.entries(properties)) all[name] = poisonOf(name, schema, other)
  return { ...all, isAdmin: true, is_admin: true, admin: true, roles: ['admin'], scopes: ['*'], password_hash: 'poisoned', totp_secret: 'poisoned' } // prettier-ignore
}

/** What a request is asked with depends on what the server said before: secrets of two factors, and the code of an invite. */
interface Known {
  secret: string
  backup_codes: string[]
}

/** Operations that would end what the others need, or that need what chance has made, in the order in which they can all succeed. */
const later = ['auth.2fa.enable', 'auth.2fa.confirm', 'auth.2fa.backup_codes', 'auth.2fa.disable', 'invites.accept', 'rooms.leave', 'users.block', 'auth.refresh', 'auth.password.reset', 'admin.users.update', 'admin.users.password_reset', 'admin.users.revoke_sessions', 'auth.logout', 'auth.logout_all'] // prettier-ignore
/** It stops the server, and takes nothing. */
const never = new Set(['admin.drain'])

const own_calls: Record<string, (own: Things, known: Known) => Call> = {
  'auth.login': ({ owner }) => ({ body: { username: owner.username, password: owner.password } }),
  'auth.2fa.confirm': (_, { secret }) => ({ body: { totp_code: codeAt(secret, new Date()) } }),
  'auth.2fa.backup_codes': (_, { backup_codes }) => ({ body: { totp_code: backup_codes[0] } }),
  'auth.2fa.disable': ({ owner }, { backup_codes }) => ({ body: { password: owner.password, totp_code: backup_codes[1] } }), // prettier-ignore
}
/** Answered by a refusal even when nothing is added, and why. */
const refused: Record<string, number> = {
  'auth.password.reset': 401, // there is no such token
  'rooms.members.create': 409, // they are a member already
  'messages.report.create': 409, // nobody reports themselves
  'rooms.leave': 409, // the owner stays
  'auth.logout_all': 401, // the session has ended by then
}

/** Columns whose value is of the moment or of chance: of them only counts whether there is one. */
const random = new Set(['code', 'password_hash', 'prefix', 'uuid', 'hash', 'id_hash', 'client_id'])
const isMoment = (value: unknown) =>
  typeof value === 'string' &&
  /^(\d{4}-\d\d-\d\dT|\\x|[0-9a-f]{8}-[0-9a-f]{4}-)/.test(value) &&
  !value.startsWith('2001-02-03')

const tidy = (_: string, row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value !== null && (random.has(name) || isMoment(value)) ? '*' : value,
    ]),
  )

const isErrorCode = (value: unknown) => typeof value === 'string' && /^[A-Z_]+$/.test(value)

const tidyAnswer = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer, (name, value: unknown) =>
      /^(access_token|refresh_token|reset_token|ticket|secret|otpauth_url|qr_code|backup_codes|key|timestamp|request_id|current_rate)$/.test(name) || (value !== null && ((random.has(name) && !isErrorCode(value)) || isMoment(value))) // prettier-ignore
        ? '*'
        : value,
    ) ?? 'null',
  )

test('a field that a body does not have takes no effect, whatever it is called', async () => {
  const additions = [{}, await poisons(false), await poisons(true)]
  expect(Object.keys(additions[1]!).length).toBeGreaterThan(150)
  expect(additions[1]).toMatchObject({ role: 'admin', is_bot: true, email_verified: true, owner_id: 777_000_111 })
  const writing = operations.filter(({ method, id }) => ['POST', 'PUT', 'PATCH'].includes(method) && !never.has(id))
  const ordered = [...writing.filter(({ id }) => !later.includes(id)), ...later.map((id) => writing.find((each) => each.id === id)!)] // prettier-ignore
  expect(ordered).toHaveLength(writing.length)

  const known = servers.map((): Known => ({ secret: '', backup_codes: [] }))
  const differing: string[] = []
  for (const operation of ordered) {
    if (operation.id === 'admin.users.update')
      for (const { server, own } of servers)
        await server.sql`update users set role = 'admin' where id = ${own.owner.id}`
    const answers = []
    for (const [at, { server, own }] of servers.entries()) {
      const call = (own_calls[operation.id] ?? calls[operation.id] ?? ((): Call => ({})))(own, known[at]!)
      const taken = new Set(operation.fields.filter((field) => field.in === 'body').map(({ name }) => name))
      const extra = Object.fromEntries(Object.entries(additions[at]!).filter(([name]) => !taken.has(name)))
      const body = at === 0 ? call.body : { ...extra, ...call.body }
      const token = own.owner.token
      const { status, data, error } = await server.ask(lineOf(operation, call), body, token)
      if (operation.id.startsWith('auth.2fa.') && data !== undefined) Object.assign(known[at]!, data)
      answers.push({ status, data: tidyAnswer(data), error: tidyAnswer(error) })
    }
    const [plain, ...poisoned] = answers.map((each) => JSON.stringify(each))
    for (const each of poisoned) if (each !== plain) differing.push(`${operation.id}:\n  ${plain}\n  ${each}`)
    const expected = refused[operation.id]
    const { status } = answers[0]!
    if (expected === undefined ? status >= 300 : status !== expected)
      differing.push(`${operation.id} was to succeed: ${plain}`)
  }
  expect(differing).toEqual([])

  const [plain, ...poisoned] = await Promise.all(
    servers.map(async ({ server }) => {
      await readersSettled(server.sql)
      return contentOf(server.sql, tidy)
    }),
  )
  for (const each of poisoned) expect(each).toEqual(plain!)
  expect(JSON.stringify(poisoned)).not.toMatch(/poisoned|777000111|2001-02-03/)
})
