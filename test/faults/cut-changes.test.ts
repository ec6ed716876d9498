import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { register } from '../e2e/client.ts'
import { clear, emptyFolder, serve, type Server, unlimited } from '../e2e/program.ts'
import { connect } from '../services/client.ts'
import { createDatabase } from '../services/postgres.ts'

setDefaultTimeout(120_000)

let server: Server | undefined
afterAll(() => server && clear(server.folder))

const position = ({ seq, change_seq }: { seq: number; change_seq?: number }) => change_seq ?? seq
const inLog = /^(room_message|message_edited|reaction_(added|removed))$/

/** The driver throws from a timer of its own, which nobody can catch, when the connection under a transaction is cut. */
test('the database cuts connections under edits and reactions: the server goes on, and each change is told once, in order', async () => {
  const { sql, url, drop } = await createDatabase()
  server = await serve(emptyFolder(), { settings: unlimited, env: { DATABASE_URL: url } })
  const wsUrl = `${server.url.replace('http', 'ws')}/ws`
  const people = await Promise.all(['ada', 'bob'].map((name) => register(server!.url, name)))
  const [a, b] = (await Promise.all(people.map(({ access_token: token }) => connect({ wsUrl }, { token })))) as [C, C]
  for (const client of [a, b]) await client.command('join_room', { room_id: 1 })
  const { data: message } = await a.command('send_message', { room_id: 1, content: 'first' })

  const running = { cutting: true, cuts: 0 }
  const cut = async () => {
    while (running.cutting) {
      await Bun.sleep(20)
      const gone = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name = 'veza-chat' limit 2`
      running.cuts += gone.length
    }
  }
  const cutting = cut()
  const codes = new Set<string>()
  for (let n = 0; n < 400; n++) {
    const reply = await (n % 3 === 0
      ? a.command('edit_message', { message_id: message.id, content: `edit ${n}` })
      : b.command(n % 3 === 1 ? 'add_reaction' : 'remove_reaction', { message_id: message.id, emoji: '👍' }))
    if (reply.type === 'error') codes.add(reply.data.code)
  }
  running.cutting = false
  await cutting
  expect(running.cuts).toBeGreaterThan(20)
  expect([...codes].filter((code) => code !== 'SERVICE_UNAVAILABLE')).toEqual([])
  expect(server.running()).toBeTrue()

  const [head] = await sql<{ last_seq: number }[]>`select last_seq from conversations where id = 1`
  for (const client of [a, b]) {
    await client.until('the last change', () =>
      client.events.find(({ type, data }) => inLog.test(type) && position(data) === head!.last_seq),
    )
    const told = client.events.filter(({ type }) => inLog.test(type)).map(({ data }) => position(data))
    expect(told).toEqual(Array.from({ length: head!.last_seq }, (_, n) => n + 1))
    expect(client.events.filter(({ type }) => type === 'resync')).toEqual([])
    await client.close()
  }
  server.kill('SIGTERM')
  expect(await server.exited).toBe(0)
  await drop()
})

type C = Awaited<ReturnType<typeof connect>>
