// IDOR: somebody puts the ids of what is others' where their own ids go. What one may not see does not exist, so every answer is the one for an id that nobody has.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { type Account, startServer, type TestServer } from '../services/server.ts'
import { type Call, type Field, lineOf, type Operation, operationsOf, withField } from './operations.ts'
import { contentOf, readersSettled, spreadIds } from './tables.ts'
import { calls, furnish, type Things } from './world.ts'

setDefaultTimeout(60_000)

type Kind = 'room' | 'message' | 'dm' | 'user' | 'bot' | 'session' | 'key' | 'invite' | 'cursor' | 'secret'

const places: [RegExp, Kind][] = [
  [/\/rooms\/$/, 'room'],
  [/\/messages\/$/, 'message'],
  [/\/conversations\/$/, 'dm'],
  [/\/(users|members)\/$/, 'user'],
  [/\/bots\/$/, 'bot'],
  [/\/sessions\/$/, 'session'],
  [/\/api-keys\/$/, 'key'],
  [/\/invites\/$/, 'invite'],
]
const names: [RegExp, Kind][] = [
  [/^room_id$/, 'room'],
  [/^(message_id|parent_id|before_id|after_id|last_read_message_id)$/, 'message'],
  [/^conversation_id$/, 'dm'],
  [/^(user_id|author_id|actor_id|target_id)$/, 'user'],
  [/^cursor$/, 'cursor'],
  // These are proofs, not names of things: whoever has one is the one. test/attacks/guessing.test.ts has them.
  [/^(token|refresh_token)$/, 'secret'],
]
/** What looks like a name of something, and has to have a kind. */
const telling = /(^|_)(ids?|slug|code|cursor|token)$/
/** Not the name of something that is there: chosen for what is made, or a proof. */
const chosen = new Set(['rooms.create slug', 'rooms.update slug', 'auth.login totp_code', 'auth.password.reset totp_code', 'auth.2fa.confirm totp_code', 'auth.2fa.disable totp_code', 'auth.2fa.backup_codes totp_code']) // prettier-ignore

function kindOf({ path }: Operation, { in: where, name }: Field): Kind | undefined {
  const before = where === 'path' ? path.slice(0, path.indexOf(`{${name}}`)) : ''
  return [...(where === 'path' ? places : names)].find(([pattern]) =>
    pattern.test(where === 'path' ? before : name),
  )?.[1]
}

/**
 * Users are public, and anybody may be found, blocked, written to and added by their id; the code of an invite is what lets one in; and who reads the trail of the
 * server filters it. The last test has these.
 */
const open = new Set(['users.get id', 'users.block id', 'users.block.delete id', 'conversations.create user_id', 'rooms.members.create user_id', 'search.messages.list author_id', 'invites.get code', 'invites.accept code', 'admin.audit.list actor_id', 'admin.audit.list target_id']) // prettier-ignore

let server: TestServer
let operations: Operation[]
let ada: Things
const strangers: Record<string, Things> = {}
beforeAll(async () => {
  server = await startServer()
  await spreadIds(server.sql)
  operations = await operationsOf(server.url)
  const person = (name: string) => server.register(name)
  const [a, b, e, m, r] = (await Promise.all(['ada', 'bob', 'eve', 'mel', 'rex'].map(person))) as [Account, Account, Account, Account, Account] // prettier-ignore
  ada = await furnish(server, a, b, 'SECRETS')
  for (const [title, account, mark] of [
    ['a user', e, 'EVES'],
    ['a moderator of the server', m, 'MELS'],
    ['who was removed', r, 'REXES'],
  ] as const)
    // prettier-ignore
    strangers[title] = await furnish(server, account, b, mark)
  await server.sql`update users set role = 'moderator' where id = ${m.id}`
  await server.ask(`POST /rooms/${ada.room}/members`, { user_id: r.id }, a.token)
  expect((await server.ask(`DELETE /rooms/${ada.room}/members/${r.id}`, undefined, a.token)).status).toBe(204)
  await readersSettled(server.sql)
})
afterAll(() => server.close())

const theirs = (kind: Kind, id: string): unknown =>
  ({
    room: ada.room,
    message: ada.message,
    dm: ada.dm,
    user: ada.owner.id,
    bot: ada.bot,
    session: ada.session,
    key: ada.key,
    invite: ada.invite,
    cursor: ada.cursors[id],
    secret: undefined,
  })[kind]
const nobodys: Record<Kind, unknown> = { room: 987_654_321, message: 987_654_321, dm: 987_654_321, user: 987_654_321, bot: 987_654_321, session: crypto.randomUUID(), key: crypto.randomUUID(), invite: 'x'.repeat(22), cursor: undefined, secret: undefined } // prettier-ignore

/** The answer with all that differs from one request to the next, and the id itself, out of it. */
async function answerTo(operation: Operation, call: Call, who: Account, ids: unknown[]): Promise<string> {
  const { status, headers: _, ...answer } = await server.ask(lineOf(operation, call), call.body, who.token)
  let text = JSON.stringify(answer)
  for (const id of ids) text = text.replaceAll(new RegExp(`(?<![\\w-])${String(id)}(?![\\w-])`, 'g'), '<id>')
  return `${status} ${text.replaceAll(/"(timestamp|request_id)":"[^"]*"/g, '"$1":"*"')}`
}

/** What can be put in place: each id by itself, the slug of a room, and all of them at once. */
function swaps(
  operation: Operation,
): { title: string; swap: (call: Call, ids: (kind: Kind, slug: boolean) => unknown) => Call }[] {
  const slots = operation.fields.flatMap((field) => {
    const kind = kindOf(operation, field)
    return kind === undefined || kind === 'secret' || open.has(`${operation.id} ${field.name}`) ? [] : [{ field, kind }]
  })
  const one = slots.flatMap(({ field, kind }) => [
    {
      title: field.name,
      swap: (call: Call, ids: (kind: Kind, slug: boolean) => unknown) => withField(call, field, ids(kind, false)),
    },
    ...(kind === 'room'
      ? [
          {
            title: `${field.name} by its slug`,
            swap: (call: Call, ids: (kind: Kind, slug: boolean) => unknown) => withField(call, field, ids(kind, true)),
          },
        ]
      : []),
  ])
  const all = {
    title: 'everything',
    swap: (call: Call, ids: (kind: Kind, slug: boolean) => unknown) =>
      slots.reduce((changed, { field, kind }) => withField(changed, field, ids(kind, false)), call),
  }
  return slots.length > 1 ? [...one, all] : one
}

test('every operation that takes something has a call, and whatever looks like a name of something has a kind', () => {
  const taking = operations.filter(({ fields }) => fields.some(({ in: where }) => where !== 'header'))
  expect(taking.map(({ id }) => id).filter((id) => calls[id] === undefined)).toEqual([])
  const unknown = operations.flatMap((operation) =>
    operation.fields
      .filter((field) => telling.test(field.name) && field.in !== 'header' && kindOf(operation, field) === undefined)
      .map(({ name }) => `${operation.id} ${name}`),
  )
  expect(unknown.filter((each) => !chosen.has(each) && !each.endsWith(' slug'))).toEqual([])
})

describe.each([['a user'], ['a moderator of the server'], ['who was removed']])('%s', (title) => {
  test('gets of what is others’ the answer that there is none, and changes nothing', async () => {
    const own = strangers[title]!
    const before = await contentOf(server.sql)
    const told: string[] = []
    let asked = 0
    for (const operation of operations) {
      for (const { title: slot, swap } of swaps(operation)) {
        const line = `${operation.id}: ${slot}`
        const call = calls[operation.id]!(own)
        const used: unknown[] = []
        const real = (kind: Kind, slug: boolean) => {
          const id = slug ? ada.slug : theirs(kind, operation.id)
          used.push(id)
          return id
        }
        const none = (kind: Kind, slug: boolean) =>
          slug ? 'secretz-room' : kind === 'cursor' ? call.query?.['cursor'] : nobodys[kind]
        const got = await answerTo(operation, swap(call, real), own.owner, used)
        asked += 1
        if (/secrets/i.test(got.replaceAll('<id>', ''))) told.push(`${line} tells of it: ${got}`)
        if (slot === 'cursor') continue
        const other = await answerTo(
          operation,
          swap(call, none),
          own.owner,
          ['secretz-room', ...Object.values(nobodys)].filter((each) => each !== undefined),
        )
        if (got.startsWith('2')) told.push(`${line} is done: ${got}`)
        if (got !== other) told.push(`${line} tells it from nothing:\n    ${got}\n    ${other}`)
      }
    }
    expect(asked).toBeGreaterThan(100)
    expect(told).toEqual([])
    expect(await contentOf(server.sql)).toEqual(before)
  })
})

test('what is open to everybody says of somebody no more than everybody sees', async () => {
  const own = strangers['a user']!
  const told: string[] = []
  for (const operation of operations) {
    for (const field of operation.fields) {
      if (!open.has(`${operation.id} ${field.name}`) || kindOf(operation, field) !== 'user') continue
      const call = withField(calls[operation.id]!(own), field, ada.owner.id)
      const answer = await server.ask(lineOf(operation, call), call.body, own.owner.token)
      expect([operation.id, answer.status < 500]).toEqual([operation.id, true])
      const text = JSON.stringify(answer)
      if (/secrets/i.test(text)) told.push(`${operation.id} ${field.name}: ${text}`)
    }
  }
  expect(told).toEqual([])
})
