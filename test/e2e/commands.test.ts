import { afterAll, expect, test } from 'bun:test'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Account, password, register, rest, signIn } from './client.ts'
import { clear, emptyFolder, finish, postmaster, processesIn, serve } from './program.ts'
import { expectSentence } from './sentence.ts'

const folders: string[] = []

function folder(): string {
  const made = emptyFolder()
  folders.push(made)
  return made
}

afterAll(() => folders.forEach(clear))

function expectDone({ code, out, err }: { code: number; out: string; err: string }, words: RegExp): void {
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(words)
}

/** What `user create` and `token create` do, whoever runs the database. */
async function makePeople(place: string, prefix: string): Promise<string> {
  const own = await finish(place, ['user', 'create', `${prefix}-ada`, '--role', 'moderator', '--password-stdin'], {
    input: `${password}\n`,
  })
  expectDone(own, /^Created \w+-ada \(id \d+, role moderator\)\.\n$/)
  const made = await finish(place, ['user', 'create', `${prefix}-bob`, '--email', `${prefix}@example.org`])
  expectDone(made, /Password, shown only now: \S{16,}\n$/)
  const promoted = await finish(place, ['user', 'promote', `${prefix}-bob`])
  expectDone(promoted, /-bob \(id \d+\) now has the role admin\.\n$/)
  const token = await finish(place, ['token', 'create', `${prefix}-ada`, '--ttl', '30m'])
  expectDone(token, /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  expectSentence(await finish(place, ['user', 'create', `${prefix}-ADA`]), /name "\w+-ADA" is taken/)
  expectSentence(await finish(place, ['user', 'promote', `${prefix}-nobody`]), /no user "\w+-nobody"/)
  expectSentence(await finish(place, ['token', 'create', `${prefix}-nobody`]), /no user "\w+-nobody"/)
  expectSentence(await finish(place, ['user', 'create', 'x']), /The name must be 2 to 32/)
  return token.out.trim()
}

test('users and tokens are made before the first start, and while the server runs, and all of it stays', async () => {
  const place = folder()
  const before = await makePeople(place, 'early')
  expect(processesIn(place)).toEqual([])
  expect(readdirSync(place)).toEqual(['data'])

  const first = await serve(place)
  const during = await makePeople(place, 'late')
  const login = await rest(first.url, 'POST', '/auth/login', { username: 'early-ada', password })
  expect(login).toMatchObject({ status: 200, data: { user: { role: 'moderator' } } })
  const people: Account[] = [await register(first.url, 'walkin'), login.data]
  for (const token of [before, during, ...people.map((each) => each.access_token)]) {
    const client = await signIn(first.url, token)
    await client.ask('join_room', { room_id: 'general' })
    expect(await client.ask('send_message', { room_id: 'general', content: 'kept' })).toMatchObject({
      type: 'message_sent',
    })
    await client.close()
  }
  first.kill('SIGTERM')
  expect(await first.exited).toBe(0)
  expect(processesIn(place)).toEqual([])

  const second = await serve(place)
  // Every token is still good: the secret was kept.
  for (const token of [before, during, people[0]!.access_token]) {
    const client = await signIn(second.url, token)
    expect((await client.ask('get_history', { room_id: 'general' })).data).toMatchObject({ total_count: 4, seq: 4 })
    await client.close()
  }
  expect(await rest(second.url, 'POST', '/auth/login', { username: 'walkin', password })).toMatchObject({ status: 200 })
  second.kill('SIGTERM')
  expect(await second.exited).toBe(0)
}, 60_000)

test('a second server on the same folder is refused with a sentence, and the first does not notice', async () => {
  const place = folder()
  const first = await serve(place)
  const database = postmaster(first)
  const refused = await finish(place, ['serve', '--port', '0'])
  expectSentence(
    refused,
    new RegExp(`Another veza-chat \\(pid ${first.pid} at ${first.url}\\) is using \\S+/data; stop it`),
  )
  expect(refused.out).toBe('')
  expect(postmaster(first)).toBe(database)
  expect((await fetch(`${first.url}/ready`)).status).toBe(200)
  first.kill('SIGTERM')
  expect(await first.exited).toBe(0)
}, 30_000)

test('the health command asks the running server', async () => {
  const place = folder()
  const server = await serve(place)
  expect(await finish(place, ['health', '--port', String(server.port)])).toMatchObject({
    code: 0,
    out: 'ok\n',
    err: '',
  })
  server.kill('SIGTERM')
  await server.exited
  expectSentence(
    await finish(place, ['health', '--port', String(server.port)]),
    /does not answer: is the server running\?/,
  )
}, 30_000)

test('what is secret is for its owner alone, and a clean stop leaves no lock, no socket and no half-made file', async () => {
  const place = folder()
  const server = await serve(place)
  await register(server.url, 'ada')
  const file = (name: string) => statSync(join(server.data_dir, name))
  expect(file('secrets.toml').mode & 0o777).toBe(0o600)
  expect(file('postgres').mode & 0o777).toBe(0o700)
  server.kill('SIGTERM')
  expect(await server.exited).toBe(0)
  expect(readdirSync(server.data_dir).toSorted()).toEqual(['lock', 'postgres', 'secrets.toml'])
  const home = readdirSync(join(server.data_dir, 'postgres'))
  expect(home.filter((name) => !name.startsWith('runtime-')).toSorted()).toEqual(['db', 'postgres.log'])
  expect(home.filter((name) => name.includes('partial'))).toEqual([])
  expect(server.err()).not.toMatch(/error|warn/i)
  expect(server.log().filter(({ level }) => level !== 'INFO')).toEqual([])
}, 30_000)
