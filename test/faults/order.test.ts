import { afterEach, expect, test } from 'bun:test'
import { type Server, until } from '../e2e/program.ts'
import { done, general, serveCrowd } from './crowd.ts'
import { createDice, seeds } from './dice.ts'
import { type Follower, follow } from './follower.ts'
import { type Chatter, judge, persist } from './judge.ts'
import { createSender } from './sender.ts'

const senders = 50
const sends_each = 40
const total = senders * sends_each

let server: Server | undefined
afterEach(() => done(server))

type Receive = (receiver: Follower, url: string, moment: (acks: number) => Promise<void>) => Promise<void>

/** What the five do while the others talk. `moment` is a point of the talk, in acknowledged messages. */
const receivers: [string, Receive][] = [
  ['listens from the start', (receiver, url) => receiver.connect(url)],
  [
    'comes late and reads back',
    async (receiver, url, moment) => {
      await moment(800)
      await receiver.connect(url)
    },
  ],
  [
    'is cut off twice and resumes',
    async (receiver, url, moment) => {
      await receiver.connect(url)
      for (const at of [500, 1200]) {
        await moment(at)
        receiver.client.cut()
        await moment(at + 200)
        await receiver.connect(url)
      }
    },
  ],
  [
    'leaves and joins again on one socket, each time a little or a lot behind',
    async (receiver, url, moment) => {
      await receiver.connect(url)
      for (const [at, away] of [
        [300, 10],
        [600, 600],
        [1400, 1],
      ] as const) {
        await moment(at)
        await receiver.leave()
        await moment(at + away)
        await receiver.join()
      }
    },
  ],
  [
    'resumes while it authenticates, once from hardly behind and once from beyond the resume limit',
    async (receiver, url, moment) => {
      await receiver.connect(url)
      for (const [at, away] of [
        [400, 20],
        [700, 700],
      ] as const) {
        await moment(at)
        receiver.client.cut()
        await moment(at + away)
        await receiver.connect(url, 'resume')
      }
    },
  ],
]

test.each(seeds(1))(
  'fifty people talk at once and five listen, come and go: every transcript is the same (FAULT_SEED=%i)',
  async (seed) => {
    const dice = createDice(seed)
    const { server: started, people } = await serveCrowd()
    server = started
    const { url } = server
    let acks = 0
    const moment = async (at: number) => {
      const wanted = Math.min(total - 20, at + dice.between(0, 50))
      await until(() => acks >= wanted, 30_000, `${wanted} messages are acknowledged`)
    }
    const chatters = people.slice(0, senders).map(({ access_token: token }, index): Chatter => {
      const follower = follow({ room_id: general, token, name: `s${index}` })
      const onAck = () => void acks++
      const sender = createSender({
        name: `s${index}`,
        room_id: general,
        follower,
        count: sends_each,
        onAck,
        window: dice.between(1, 4),
        pause_ms: dice.between(0, 20),
      })
      return { token, follower, sender }
    })
    const followers = people
      .slice(senders, senders + receivers.length)
      .map(({ access_token: token }, index) => follow({ room_id: general, token, name: receivers[index]![0] }))
    await Promise.all([
      ...chatters.map((chatter) => persist(chatter, url)),
      ...receivers.map(([_, receive], index) => receive(followers[index]!, url, moment)),
    ])
    expect(await judge(server, { room_id: general, chatters, followers })).toHaveLength(total)
  },
  60_000,
)
