import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { email_context } from '../../../src/features/users/index.ts'
import { createVault, hashSecret } from '../../../src/platform/crypto/index.ts'
import { migrate } from '../../../src/platform/db/index.ts'
import { migrations } from '../../../src/platform/db/migrations.gen.ts'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { recordLog } from '../../services/log.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'
import { startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(60_000)

const jwt_secret = 'a secret of more than thirty-two characters'

let database: TestDatabase
let server: TestServer

/** A database of version 0.2.0 as its users left it: one room, some messages, one of them with a reply. */
beforeAll(async () => {
  database = await createDatabase({ migrated: false })
  const { sql } = database
  const first = migrations.find(({ version }) => version === 1)!
  await sql.unsafe(first.text)
  await sql`insert into users (id, username) values (101, 'zoe')`
  await sql`insert into members (conversation_id, user_id, last_read_number) values (1, 101, 1)`
  await sql`update conversations set member_count = 1`
  await sql`
    select * from send_messages(array[1, 1]::bigint[], array['room', 'room'], array[101, 101]::bigint[], array['a', 'b'], array[gen_random_uuid(), gen_random_uuid()],
      array['an elephant was here', 'and a giraffe @zoe'], array['text', 'text'], array[null, null]::bigint[], array[null, null]::text[], array[null, 'zoe'], '{}')`
  server = await startServer({}, database)
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

test('what 0.2.0 wrote is read, found, changed and continued', async () => {
  const ada = await server.register('ada')
  const client = await connect(server, { token: ada.token })
  expect(await client.command('join_room', { room_id: 1, since_seq: 0 })).toMatchObject({
    data: { seq: 2, missed: [{ content: 'an elephant was here', reactions: [] }, { content: 'and a giraffe @zoe' }] },
  })
  const found = await eventually('the old message is found', async () => {
    const { data } = await client.command('search_messages', { query: 'elephants' })
    return (data as { results?: { message: { id: number } }[] }).results?.[0]
  })
  expect(await client.command('add_reaction', { message_id: found.message.id, emoji: '🐘' })).toMatchObject({
    type: 'reaction_added',
    data: { seq: 3, count: 1 },
  })
  expect(await client.command('send_message', { room_id: 1, content: 'three' })).toMatchObject({
    data: { seq: 4, number: 3 },
  })
  await client.close()
})

/** A database as the version with migrations up to 007 left it: an account with a password, an address and a session, and a room with messages. */
async function leftBy007({ sql }: TestDatabase) {
  await migrate(
    sql,
    recordLog(),
    migrations.filter(({ version }) => version <= 7),
  )
  const vault = createVault({ keys: [], secret: jwt_secret })
  const email = 'zoe@example.org'
  const password_hash = await Bun.password.hash('correct horse', {
    algorithm: 'argon2id',
    memoryCost: 1024,
    timeCost: 1,
  })
  const [zoe] = await sql<{ id: number }[]>`
    insert into users (username, password_hash, password_changed_at, email_encrypted, email_index)
    values ('zoe', ${password_hash}, now(), ${vault.seal(email, email_context)}, ${vault.blindIndexes(email, email_context)[0]!}) returning id`
  const { id } = zoe!
  const [session] = await sql<{ id: string }[]>`
    insert into sessions (user_id, expires_at) values (${id}, now() + interval '7 days') returning id`
  const refresh_token = 'a refresh token of before'
  await sql`
    insert into refresh_tokens (token_hash, session_id, expires_at) values (${hashSecret(refresh_token)}, ${session!.id}, now() + interval '7 days')`
  await sql`insert into members (conversation_id, user_id, last_read_number) values (1, ${id}, 0)`
  await sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, created_at, updated_at)
    values (1, ${id}, 1, 1, 1, 'before', 'a rhinoceros was here', 'text', now(), now())`
  await sql`update conversations set member_count = 1, last_seq = 1, message_count = 1 where id = 1`
  return { id, refresh_token }
}

test('what 007 left is signed in to, read, found and continued', async () => {
  const kept = await createDatabase({ migrated: false })
  const { id, refresh_token } = await leftBy007(kept)
  const later = await startServer({ security: { jwt_secret } }, kept)
  expect((await later.login('zoe')).id).toBe(id)
  expect((await later.login('ZOE@example.org')).id).toBe(id)
  const { data } = await later.ask('POST /auth/refresh', { refresh_token })
  const { access_token: token, user } = data as { access_token: string; user: object }
  expect(user).toMatchObject({ id, email: 'zoe@example.org' })

  const zoe = await connect(later, { token })
  // The same client_id is the same message, whichever version it was sent to.
  const again = { room_id: 1, content: 'a rhinoceros was here', metadata: { client_id: 'before' } }
  expect(await zoe.command('send_message', again)).toMatchObject({ data: { seq: 1, duplicate: true } })
  expect(await zoe.command('send_message', { room_id: 1, content: 'two' })).toMatchObject({
    data: { seq: 2, number: 2 },
  })
  await eventually('the old message is found', async () => {
    const { data } = await zoe.command('search_messages', { query: 'rhinoceroses' })
    return (data as { results?: unknown[] }).results?.[0]
  })
  await zoe.close()
  await later.close()
  await kept.drop()
})

test('what called a room before 019 says so, unless it was edited or deleted since', async () => {
  const kept = await createDatabase({ migrated: false })
  const { sql } = kept
  await migrate(
    sql,
    recordLog(),
    migrations.filter(({ version }) => version <= 18),
  )
  await sql`
    insert into messages (conversation_id, author_id, seq, change_seq, number, client_id, content, content_type, edit_count, deleted_at, created_at, updated_at)
    select 1, 1, n, n, n, n::text, content, 'text', edits, deleted, now(), now()
    from unnest(array['@room look', '@room was here', '', '@room from a member'], array[0, 1, 0, 0], array[null, null, now(), null]::timestamptz[]) with ordinality as m (content, edits, deleted, n)`
  await sql`
    insert into room_mentions (conversation_id, number, message_id, author_id)
    select conversation_id, number, id, author_id from messages where number <= 3`
  await migrate(sql, recordLog(), migrations)
  const rows = await sql<{ called: string | null }[]>`select called from messages order by number`
  expect(rows.map(({ called }) => called)).toEqual(['room', null, null, null])
  await kept.drop()
})
