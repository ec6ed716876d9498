import { afterEach, expect, test } from 'bun:test'
import { postmaster, processesIn, type Server, signal } from '../e2e/program.ts'
import { done, general, serveCrowd } from './crowd.ts'
import { createDice, seeds } from './dice.ts'
import { follow } from './follower.ts'
import { type Chatter, judge, persist } from './judge.ts'
import { createSender } from './sender.ts'

const clients = 20
const sends_each = 100
const kills = 2

let server: Server | undefined
afterEach(() => done(server))

const victims: [string, (server: Server) => number[]][] = [
  ['the server', ({ pid }) => [pid]],
  ['the server and its PostgreSQL', (server) => [server.pid, postmaster(server)]],
  ['everything at once', ({ folder }) => processesIn(folder)],
]

test.each(victims.flatMap(([name, pids]) => seeds(1).map((seed) => [name, seed, pids] as const)))(
  'kill -9 of %s in the middle of 2,000 sends loses nothing and repeats nothing (FAULT_SEED=%i)',
  async (_, seed, pids) => {
    const dice = createDice(seed)
    const { server: first, people, again } = await serveCrowd()
    server = first
    const { url } = first
    const total = clients * sends_each
    const moments = Array.from({ length: kills }, () => dice.between(50, total - 100)).toSorted((a, b) => a - b)
    let heard = 0
    // The clients are back before the test knows of the new server, and nobody must strike at the old one.
    let armed = true
    let struck = Promise.withResolvers<void>()
    const onAck = () => {
      heard++
      const [moment] = moments
      if (!armed || moment === undefined || heard < moment) return
      armed = false
      moments.shift()
      // Between an acknowledgement and the next, and not always right after one.
      setTimeout(
        () => {
          for (const pid of pids(server!)) signal(pid, 'SIGKILL')
          struck.resolve()
        },
        dice.between(0, 4),
      )
    }
    const chatters = people.slice(0, clients).map(({ access_token: token }, index): Chatter => {
      const follower = follow({ room_id: general, token, name: `c${index}` })
      const sender = createSender({ name: `c${index}`, room_id: general, follower, count: sends_each, onAck })
      return { token, follower, sender }
    })
    const living = Promise.all(chatters.map((chatter) => persist(chatter, url)))
    let killed = 0
    for (; killed < kills; killed++) {
      const over = await Promise.race([struck.promise.then(() => false), living.then(() => true)])
      // All was sent before the second moment came.
      if (over && killed > 0 && armed) break
      await server.exited
      struck = Promise.withResolvers()
      server = await again()
      armed = true
    }
    expect(killed).toBeGreaterThan(0)
    await living
    const rows = await judge(server, { room_id: general, chatters })
    expect(rows).toHaveLength(total)
    const repeated = chatters.flatMap(({ sender }) => [...sender.acked.values()]).filter(({ duplicate }) => duplicate)
    console.log(
      `${killed} kills; ${repeated.length} of ${total} had been written before the kill and were acknowledged after it`,
    )
  },
  60_000,
)
