import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Invite, InvitePage, InvitePreview } from '../../../src/features/conversations/invite-schema.ts'
import { Room } from '../../../src/features/conversations/schema.ts'
import { connect } from '../../services/client.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'
import { expectShape, hire, type Name, type Staff, staffedRoom, told } from './staff.ts'

setDefaultTimeout(30_000)
let server: TestServer
let staff: Staff
let count = 0
beforeAll(async () => {
  server = await startServer({ limits: { max_invites_per_room: 30 } })
  staff = await hire(server)
})
afterAll(() => server.close())

const as = (name: Name, line: string, body?: object): Promise<Answer> => server.ask(line, body, staff[name].token)
const by = (who: Account, line: string, body?: object) => server.ask(line, body, who.token)
const codeOf = ({ error }: Answer) => error?.code ?? 'ok'
const room = (draft: object = { is_public: false }) => staffedRoom(server, staff, draft)
const stranger = () => server.register(`stranger${++count}`)
async function invite(room_id: number, draft: object = {}, name: Name = 'owner'): Promise<Invite> {
  const { data, error } = await as(name, `POST /rooms/${room_id}/invites`, draft)
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data
}
const accept = (who: Account, code: string) => by(who, `POST /invites/${code}/accept`)
const usesOf = async ({ code }: Invite) =>
  (await server.sql`select uses from invites where code = ${code}`)[0]!['uses'] as number

describe('who may make, see and revoke invites', () => {
  const D = 'PERMISSION_DENIED'
  const N = 'ROOM_NOT_FOUND'
  test.each<[Name, boolean, string]>([
    ['owner', false, 'ok'],
    ['admin', false, 'ok'],
    ['mod', false, 'ok'],
    ['member', false, D],
    ['deputy', false, 'ok'],
    ['outsider', false, N],
    ['chief', false, N],
    ['sheriff', false, N], // prettier-ignore
    ['owner', true, 'ok'],
    ['member', true, D],
    ['outsider', true, D],
    ['chief', true, 'ok'],
    ['sheriff', true, 'ok'], // prettier-ignore
  ])('%s, in a room that is public: %p: %s', async (name, is_public, code) => {
    const room_id = await room({ is_public })
    const made = await invite(room_id)
    expect(codeOf(await as(name, `POST /rooms/${room_id}/invites`, {}))).toBe(code)
    expect(codeOf(await as(name, `GET /rooms/${room_id}/invites`))).toBe(code)
    expect(codeOf(await as(name, `DELETE /rooms/${room_id}/invites/${made.code}`))).toBe(code)
  })

  test.each<[Name, string, string]>([
    ['owner', 'admin', 'ok'],
    ['admin', 'moderator', 'ok'],
    ['admin', 'admin', D],
    ['mod', 'member', 'ok'],
    ['mod', 'moderator', D],
    ['deputy', 'moderator', D], // prettier-ignore
  ])('%s, of an invite as %s: %s', async (name, role, code) => {
    expect(codeOf(await as(name, `POST /rooms/${await room()}/invites`, { role }))).toBe(code)
  })

  test('nobody for an archived room', async () => {
    const room_id = await room()
    const made = await invite(room_id)
    await as('owner', `POST /rooms/${room_id}/archive`, { archived: true })
    expect((await as('owner', `POST /rooms/${room_id}/invites`, {})).error).toMatchObject({ code: D, details: { reason: 'archived' } }) // prettier-ignore
    expect((await accept(await stranger(), made.code)).error).toMatchObject({ code: D, details: { reason: 'archived' } }) // prettier-ignore
  })
})

test('an invite is made, listed, looked at, accepted and in the trail', async () => {
  const room_id = await room({ is_public: false, name: 'Cellar', description: 'below' })
  const answer = await as('mod', `POST /rooms/${room_id}/invites`, { max_uses: 2, expires_in: 3600 })
  const made = answer.data as Invite
  expect(answer.status).toBe(201)
  expect(answer.headers.get('location')).toBe(`/api/v1/invites/${made.code}`)
  expectShape(Invite, made)
  expect(made).toMatchObject({ room_id, role: 'member', max_uses: 2, uses: 0, created_by: staff.mod.id, created_by_username: 'mod', is_usable: true }) // prettier-ignore
  expect(made.code).toMatch(/^[\w-]{22}$/)
  expect(Date.parse(made.expires_at!) - Date.parse(made.created_at)).toBe(3_600_000)

  const who = await stranger()
  const preview = await by(who, `GET /invites/${made.code}`)
  expectShape(InvitePreview, preview.data)
  expect(preview.data).toMatchObject({
    code: made.code,
    room_id,
    room_name: 'Cellar',
    room_description: 'below',
    member_count: 9,
    role: 'member',
    inviter: { username: 'mod' },
    is_member: false, // prettier-ignore
  })
  const [own, follower] = await Promise.all([
    connect(server, { token: who.token }),
    connect(server, { token: staff.owner.token, authenticate: { subscribe: 'all' } }),
  ])
  const accepted = await accept(who, made.code)
  expect(accepted.status).toBe(200)
  expectShape(Room, accepted.data)
  expect(accepted.data).toMatchObject({ id: room_id, user_role: 'member', member_count: 10 })
  for (const client of [own, follower]) {
    expect(await told(client, 'member_joined', room_id)).toMatchObject({ user_id: who.id, role: 'member' })
    await client.command('ping')
    expect(client.events.filter(({ type }) => type === 'member_joined')).toHaveLength(1)
  }
  expect((await own.command('send_message', { room_id, content: 'hello' })).type).toBe('message_sent')

  // Again, and by a member, it takes no use and tells nobody.
  for (const again of [who, staff.member]) expect((await accept(again, made.code)).status).toBe(200)
  expect(await usesOf(made)).toBe(1)
  await accept(await stranger(), made.code)
  expect(codeOf(await accept(await stranger(), made.code))).toBe('INVITE_NOT_FOUND')
  // Whoever lost the answer asks again, also when the uses have run out.
  expect((await accept(who, made.code)).status).toBe(200)
  expect((await by(who, `GET /invites/${made.code}`)).data).toMatchObject({ is_member: true })
  expect((await as('owner', `GET /rooms/${room_id}/invites`)).data).toEqual({ invites: [], next_cursor: null } as never)

  const trail = await as('owner', `GET /rooms/${room_id}/audit`)
  const deeds = (trail.data as { logs: { action: string; details: object }[] }).logs
  expect(deeds.filter(({ action }) => action === 'invite.create')).toMatchObject([{ details: { role: 'member', max_uses: 2, expires_in: 3600 } }]) // prettier-ignore
  expect(deeds.filter(({ action }) => action === 'member.join')).toHaveLength(2)
  // The code opens the door, and the trail forgets nothing.
  expect(JSON.stringify(deeds)).not.toContain(made.code)
  await Promise.all([own.close(), follower.close()])
})

test('without bounds it is good for a week and any number of people; with null for ever', async () => {
  const room_id = await room()
  const week = await invite(room_id)
  expect(Date.parse(week.expires_at!) - Date.parse(week.created_at)).toBe(7 * 86_400_000)
  expect(await invite(room_id, { expires_in: null, max_uses: null })).toMatchObject({ expires_at: null, max_uses: null }) // prettier-ignore
})

test('an invite as moderator makes moderators', async () => {
  const room_id = await room()
  const who = await stranger()
  expect((await accept(who, (await invite(room_id, { role: 'moderator' })).code)).data).toMatchObject({ user_role: 'moderator' }) // prettier-ignore
})

describe('what is not good is one answer', () => {
  const cases: [string, (room_id: number) => Promise<string>][] = [
    ['unknown', async () => 'nothing-like-that'],
    ['revoked', async (id) => {
      const { code } = await invite(id)
      await as('admin', `DELETE /rooms/${id}/invites/${code}`)
      return code
    }], // prettier-ignore
    ['expired', async (id) => {
      const { code } = await invite(id)
      await server.sql`update invites set expires_at = now() - interval '1 second' where code = ${code}`
      return code
    }], // prettier-ignore
    ['used up', async (id) => {
      const { code } = await invite(id, { max_uses: 1 })
      await accept(await stranger(), code)
      return code
    }], // prettier-ignore
    ['of a room that is gone', async (id) => {
      const { code } = await invite(id)
      await as('owner', `DELETE /rooms/${id}`)
      return code
    }], // prettier-ignore
    ['by somebody who was removed', async (id) => {
      const { code } = await invite(id, {}, 'mod')
      await as('owner', `DELETE /rooms/${id}/members/${staff.mod.id}`)
      return code
    }], // prettier-ignore
    ['by somebody who may not make it any more', async (id) => {
      const { code } = await invite(id, { role: 'moderator' }, 'admin')
      await as('owner', `PUT /rooms/${id}/members/${staff.admin.id}`, { role: 'moderator' })
      return code
    }], // prettier-ignore
    ['by somebody who has left the server', async (id) => {
      const who = await stranger()
      await as('owner', `POST /rooms/${id}/members`, { user_id: who.id, role: 'moderator' })
      const { data } = await by(who, `POST /rooms/${id}/invites`, {})
      await by(who, 'DELETE /users/me', { password: who.password })
      return (data as Invite).code
    }], // prettier-ignore
  ]
  test.each(cases)('%s', async (_, make) => {
    const code = await make(await room())
    const who = await stranger()
    const answers = [await by(who, `GET /invites/${code}`), await accept(who, code)]
    for (const { status, error } of answers) {
      expect([status, error.code]).toEqual([404, 'INVITE_NOT_FOUND'])
      expect(error.details).toBeUndefined()
    }
  })

  test('nor does an invite of one room go by another', async () => {
    const [one, other] = [await room(), await room()]
    const { code } = await invite(one)
    expect(codeOf(await as('owner', `DELETE /rooms/${other}/invites/${code}`))).toBe('INVITE_NOT_FOUND')
    expect(codeOf(await as('owner', `DELETE /rooms/${one}/invites/${code}`))).toBe('ok')
    expect(codeOf(await as('owner', `DELETE /rooms/${one}/invites/${code}`))).toBe('INVITE_NOT_FOUND')
  })

  test('and strangers without an account learn nothing', async () => {
    const { code } = await invite(await room())
    expect((await server.ask(`GET /invites/${code}`)).status).toBe(401)
    expect((await server.ask(`POST /invites/${code}/accept`)).status).toBe(401)
  })
})

test('of twenty at once no more come in than it has uses, and each is counted', async () => {
  const room_id = await room()
  const made = await invite(room_id, { max_uses: 5 })
  const people = await Promise.all(Array.from({ length: 20 }, stranger))
  const answers = await Promise.all(people.map((who) => accept(who, made.code)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
  expect(answers.filter(({ error }) => error?.code === 'INVITE_NOT_FOUND')).toHaveLength(15)
  expect(await usesOf(made)).toBe(5)
  const members = await server.sql`select from members where conversation_id = ${room_id} and user_id = any (${people.map(({ id }) => id)}::bigint[])` // prettier-ignore
  expect(members).toHaveLength(5)
  const [row] = await server.sql`select member_count from conversations where id = ${room_id}`
  expect(row).toEqual({ member_count: 14 })
})

test('one person who accepts many times at once takes one use', async () => {
  const made = await invite(await room(), { max_uses: 3 })
  const who = await stranger()
  const answers = await Promise.all(Array.from({ length: 10 }, () => accept(who, made.code)))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
  expect(await usesOf(made)).toBe(1)
})

test('a full room stays full, and no use is taken', async () => {
  const room_id = await room({ is_public: false, max_members: 9 })
  const made = await invite(room_id)
  const refused = await accept(await stranger(), made.code)
  expect([refused.status, refused.error]).toMatchObject([409, { code: 'ROOM_FULL', details: { max_members: 9 } }])
  expect(await usesOf(made)).toBe(0)
})

test('a guest may look and not come in', async () => {
  const { code } = await invite(await room())
  const who = await stranger()
  await server.sql`update users set role = 'guest' where id = ${who.id}`
  expect((await by(who, `GET /invites/${code}`)).status).toBe(200)
  expect(codeOf(await accept(who, code))).toBe('PERMISSION_DENIED')
})

test('a room has only so many invites that can be used, and they are listed page by page, newest first', async () => {
  const room_id = await room()
  const made = []
  for (let n = 0; n < 30; n++) made.push(await invite(room_id))
  expect((await as('owner', `POST /rooms/${room_id}/invites`, {})).error).toMatchObject({
    code: 'RESOURCE_CONFLICT',
    details: { reason: 'too many invites', max_invites_per_room: 30 }, // prettier-ignore
  })
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { data }: Answer = await as('mod', `GET /rooms/${room_id}/invites?limit=12${cursor && `&cursor=${cursor}`}`)
    expectShape(InvitePage, data)
    seen.push(...(data as InvitePage).invites.map(({ code }) => code))
    cursor = (data as InvitePage).next_cursor
  }
  expect(seen).toEqual(made.map(({ code }) => code).toReversed())
  await as('owner', `DELETE /rooms/${room_id}/invites/${made[0]!.code}`)
  expect((await as('owner', `POST /rooms/${room_id}/invites`, {})).status).toBe(201)
})

test.each<[object, string]>([
  [{ max_uses: 0 }, 'max_uses'],
  [{ max_uses: 1.5 }, 'max_uses'],
  [{ max_uses: 100_001 }, 'max_uses'],
  [{ expires_in: 59 }, 'expires_in'],
  [{ expires_in: 31_536_001 }, 'expires_in'],
  [{ role: 'owner' }, 'role'],
  [{ role: 'boss' }, 'role'],
])('an invite with %j is refused', async (draft, field) => {
  const { status, error } = await as('owner', `POST /rooms/${await room()}/invites`, draft)
  expect([status, error.code]).toEqual([422, 'VALIDATION_FAILED'])
  expect(error.details).toMatchObject([{ field }])
})

test('a strange cursor is refused', async () => {
  const { error } = await as('owner', `GET /rooms/${await room()}/invites?cursor=!`)
  expect(error).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ field: 'cursor' }] })
})
