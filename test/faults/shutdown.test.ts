import { afterEach, expect, test } from 'bun:test'
import { type Frame, Lost, rest } from '../e2e/client.ts'
import { emptyFolder, finish, postgresLog, processesIn, run, type Server, signal, until } from '../e2e/program.ts'
import { done, general, serveCrowd } from './crowd.ts'
import { follow } from './follower.ts'
import { type Chatter, judge } from './judge.ts'
import { createSender } from './sender.ts'

const clients = 20

let server: Server | undefined
afterEach(() => done(server))

/** Twenty who talk without end; resolves when the talk is well under way. */
async function talk(running: Server, people: { access_token: string }[]) {
  const frames: Frame[][] = []
  let acks = 0
  const chatters = people.slice(0, clients).map(({ access_token: token }, index): Chatter => {
    const follower = follow({ room_id: general, token, name: `t${index}` })
    const heard: Frame[] = (frames[index] = [])
    follower.onFrame = (frame) => {
      if (frame.type === 'server_draining') heard.push(frame)
    }
    const onAck = () => void acks++
    const sender = createSender({ name: `t${index}`, room_id: general, follower, count: 100_000, onAck, pause_ms: 2 })
    return { token, follower, sender }
  })
  await Promise.all(chatters.map(({ follower }) => follower.connect(running.url)))
  const talking = Promise.all(
    chatters.map(({ sender }) =>
      sender.run().catch((cause: unknown) => {
        if (!(cause instanceof Lost)) throw cause
      }),
    ),
  )
  await until(() => acks > 500, 20_000, 'they talk')
  return { chatters, frames, talking }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s under load sends everyone away gently, loses nothing, stops the database and ends with 0',
  async (name) => {
    const { server: started, people, again } = await serveCrowd({ settings: ['server.drain_seconds=3'] })
    server = started
    const { chatters, frames, talking } = await talk(server, people)
    const asked = performance.now()
    server.kill(name)
    expect(await server.exited).toBe(0)
    expect(performance.now() - asked).toBeLessThan(3_000 + 7_000)
    await talking
    const waits = frames.map((heard) => heard.map(({ data }) => Number(data['reconnect_in_ms'])))
    expect(waits.map((each) => each.length)).toEqual(Array.from({ length: clients }, () => 1))
    // A time of one's own, so that they do not all come back at once.
    expect(new Set(waits.flat()).size).toBe(clients)
    expect(Math.max(...waits.flat())).toBeLessThanOrEqual(3_000)
    const closes = await Promise.all(chatters.map(({ follower }) => follower.client.closed))
    expect(closes.map(({ code }) => code)).toEqual(closes.map(() => 4503))
    expect(postgresLog(server).trim()).toEndWith('database system is shut down')
    expect(processesIn(server.folder)).toEqual([])
    expect(server.log().at(-1)).toMatchObject({ message: 'Stopped' })
    expect(server.log().filter(({ level }) => level === 'ERROR')).toEqual([])
    expect(server.err()).not.toMatch(/error/i)

    const logged = postgresLog(server).length
    server = await again()
    expect(postgresLog(server).slice(logged)).not.toMatch(/recovery|not properly shut down/)
    await judge(server, { room_id: general, chatters })
  },
  60_000,
)

test('an administrator who drains the server ends it as SIGTERM does', async () => {
  const crowd = await serveCrowd({ settings: ['server.drain_seconds=2'] })
  server = crowd.server
  const [boss] = crowd.people
  const promoted = await finish(server.folder, ['user', 'promote', 'user0'])
  expect(promoted.code).toBe(0)
  const { chatters, frames, talking } = await talk(server, crowd.people)
  const ready = async () => (await fetch(`${server!.url}/ready`)).status
  expect(await ready()).toBe(200)
  const { status, data } = await rest(server.url, 'POST', '/admin/drain', undefined, boss!.access_token)
  expect(status).toBe(202)
  expect(data).toMatchObject({ draining: true })
  expect(await ready()).toBe(503)
  expect(await server.exited).toBe(0)
  await talking
  expect(frames.map((heard) => heard.length)).toEqual(Array.from({ length: clients }, () => 1))
  expect(processesIn(server.folder)).toEqual([])
  expect(server.log().at(-1)).toMatchObject({ message: 'Stopped' })
  expect(server.log().filter(({ level }) => level === 'ERROR')).toEqual([])

  server = await crowd.again()
  await judge(server, { room_id: general, chatters })
}, 60_000)

test('a second signal ends the server at once, and what was acknowledged is there at the next start', async () => {
  const { server: started, people, again } = await serveCrowd({ settings: ['server.drain_seconds=60'] })
  server = started
  const { chatters, talking } = await talk(server, people)
  const { log, folder, pid } = server
  // A database that hangs is why somebody would not want to wait.
  const database = processesIn(folder).filter((each) => each !== pid)
  for (const each of database) signal(each, 'SIGSTOP')
  server.kill('SIGTERM')
  await until(() => log().some(({ message }) => message === 'Stopping'), 5_000, 'it begins to stop')
  // What comes at once is taken for the same signal.
  await Bun.sleep(1_500)
  expect(server.running()).toBe(true)
  server.kill('SIGTERM')
  const asked = performance.now()
  expect(await server.exited).toBeGreaterThan(0)
  expect(performance.now() - asked).toBeLessThan(2_000)
  for (const each of database) signal(each, 'SIGCONT')
  await talking
  await until(() => processesIn(folder).length === 0, 20_000, 'its PostgreSQL ends as well')
  server = await again()
  await judge(server, { room_id: general, chatters })
}, 60_000)

test.each([0, 120, 400, 1000])(
  'a server that is stopped %i ms after its start leaves nothing running',
  async (ms) => {
    const folder = emptyFolder()
    const starting = await run(folder, ['serve', '--port', '0'])
    // The moment is the case, and there is nothing to wait for.
    await Bun.sleep(ms)
    starting.kill('SIGTERM')
    const code = await starting.exited
    await until(
      () => processesIn(folder).length === 0,
      10_000,
      `nothing runs; the exit code was ${code}: ${starting.err()}`,
    )
    expect(starting.err()).not.toMatch(/error|at .*:\d+/i)
    done({ folder } as Server)
  },
  40_000,
)
