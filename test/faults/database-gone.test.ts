import { afterEach, expect, test } from 'bun:test'
import { postmaster, processesIn, type Server, signal, until } from '../e2e/program.ts'
import { done, serveCrowd } from './crowd.ts'
import { createDice, seeds } from './dice.ts'
import { follow } from './follower.ts'
import { type Chatter, judge, persist } from './judge.ts'
import { createSender } from './sender.ts'

const clients = 20
const sends_each = 100

let server: Server | undefined
afterEach(() => done(server))

const victims: [string, (server: Server) => number[]][] = [
  ['the postmaster', (server) => [postmaster(server)]],
  // Whereupon the postmaster ends all the others by itself and recovers.
  [
    'one of its backends',
    (server) =>
      processesIn(server.folder)
        .filter((pid) => ![server.pid, postmaster(server)].includes(pid))
        .slice(-1),
  ],
  ['all of PostgreSQL', (server) => processesIn(server.folder).filter((pid) => pid !== server.pid)],
]

test.each(victims.flatMap(([name, pids]) => seeds(1).map((seed) => [name, seed, pids] as const)))(
  'kill -9 of %s under load: the server mends it by itself, and nothing acknowledged is lost (FAULT_SEED=%i)',
  async (_, seed, pids) => {
    const dice = createDice(seed)
    const { server: started, people, room_id } = await serveCrowd()
    server = started
    const { url } = server
    const moments = [dice.between(100, 800), dice.between(1000, 1800)]
    let acks = 0
    const onAck = () => {
      if (++acks !== moments[0]) return
      moments.shift()
      for (const pid of pids(started)) signal(pid, 'SIGKILL')
    }
    const chatters = people.slice(0, clients).map(({ access_token: token }, index): Chatter => {
      const follower = follow({ room_id, token, name: `d${index}` })
      const sender = createSender({ name: `d${index}`, room_id, follower, count: sends_each, onAck, pause_ms: 5 })
      return { token, follower, sender }
    })
    await Promise.all(chatters.map((chatter) => persist(chatter, url)))
    expect(moments).toEqual([])
    expect(await judge(server, { room_id, chatters })).toHaveLength(clients * sends_each)
    await until(async () => (await fetch(`${url}/ready`)).status === 200)
    expect(server.running()).toBe(true)
    expect(server.err()).not.toMatch(/^\s+at /m)
    const lost = chatters.filter(({ follower }) => follower.client.isClosed()).length
    const unavailable = chatters.reduce((sum, { sender }) => sum + sender.unavailable, 0)
    console.log(`${lost} of ${clients} sockets were lost; SERVICE_UNAVAILABLE was said ${unavailable} times`)
  },
  60_000,
)
