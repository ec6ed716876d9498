import { afterEach, expect, test } from 'bun:test'
import { mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder, postgresLog, type Server, until } from '../e2e/program.ts'
import { done, serveCrowd } from './crowd.ts'
import { follow } from './follower.ts'
import { type Chatter, judge, persist } from './judge.ts'
import { createSender } from './sender.ts'

let server: Server | undefined
afterEach(() => done(server))

const clients = 5

// With little space a table cannot grow; with more it is the write-ahead log that cannot, which PostgreSQL does not survive.
test.skipIf(process.getuid?.() !== 0).each([3, 24])(
  'a disk that fills up while people talk, with %i MB left: they are told SERVICE_UNAVAILABLE, and go on once there is space; nothing acknowledged is lost (needs root, to mount a small disk)',
  async (left_mb) => {
    const folder = emptyFolder()
    const data = join(folder, 'data')
    mkdirSync(data)
    const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=400m,mode=755', 'tmpfs', data])
    expect(mounted.exitCode).toBe(0)
    const { server: started, people, room_id } = await serveCrowd({ folder })
    server = started
    const { url, running } = started
    const chatters = people.slice(0, clients).map(({ access_token: token }, index): Chatter => {
      const follower = follow({ room_id, token, name: `f${index}` })
      // Text that does not compress, so that the log of the database grows.
      const content = (n: number) =>
        `${index}.${n}.${Buffer.from(crypto.getRandomValues(new Uint8Array(1400))).toString('base64')}`
      const sender = createSender({
        name: `f${index}`,
        room_id,
        follower,
        count: 100_000,
        content,
        window: 16,
        pause_ms: 1,
      })
      return { token, follower, sender }
    })
    let enough = false
    const talking = Promise.all(chatters.map((chatter) => persist(chatter, url, () => enough)))
    const acks = () => chatters.reduce((sum, { sender }) => sum + sender.acked.size, 0)
    await until(() => acks() > 200, 20_000, 'they talk')
    const { bavail, bsize } = statfsSync(data)
    const ballast = join(data, 'ballast')
    Bun.spawnSync(['fallocate', '-l', String(bavail * bsize - left_mb * 1024 * 1024), ballast])
    const unavailable = () => chatters.reduce((sum, { sender }) => sum + sender.unavailable, 0)
    await until(() => unavailable() > 5 || !running(), 25_000, 'they are told that it cannot be done')
    expect(server.err()).not.toMatch(/^veza-chat:/m)
    expect(running()).toBe(true)
    Bun.spawnSync(['rm', ballast])
    const before = acks()
    await until(() => acks() > before + 200, 20_000, 'they talk again')
    enough = true
    for (const { sender } of chatters) sender.stop()
    await talking
    console.log(/PANIC.*/.exec(postgresLog(server))?.[0] ?? 'PostgreSQL did not go down')
    await judge(server, { room_id, chatters })
    await until(async () => (await fetch(`${url}/ready`)).status === 200)
  },
  90_000,
)
