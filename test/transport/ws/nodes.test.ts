import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Actor } from '../../../src/kernel/actor.ts'
import { type Bus, type BusMessage, createExchange, createMemoryBus } from '../../../src/platform/bus/index.ts'
import { type MessageHouse, openHouse, upTo } from '../../features/messages/house.ts'
import { eventually } from '../../services/eventually.ts'
import { type Ear, openHub } from './hub-house.ts'

setDefaultTimeout(60_000)
let house: MessageHouse
const people: Actor[] = []

beforeAll(async () => {
  house = await openHouse()
  for (const n of upTo(20)) people.push(await house.person(`person${n}`))
})
afterAll(() => house.close())

/** A bus on which messages get lost, overtake each other and come twice, each with its chance. */
function unreliable(bus: Bus, chance: { lose: number; swap: number; repeat: number }): Bus {
  return {
    ...bus,
    receive: (receiver) => {
      let kept: BusMessage | undefined
      const deliver = (message: BusMessage) => {
        receiver(message)
        if (Math.random() < chance.repeat) receiver(message)
      }
      bus.receive((message) => {
        if (Math.random() < chance.lose) return
        const held = kept
        kept = undefined
        if (held === undefined && Math.random() < chance.swap) {
          kept = message
          return
        }
        deliver(message)
        if (held !== undefined) deliver(held)
      })
    },
  }
}

async function openNodes(count: number, chance: { lose: number; swap: number; repeat: number }) {
  const room_id = await house.room(people)
  const exchange = createExchange()
  const nodes = upTo(count).map(() => {
    const bus = unreliable(createMemoryBus(exchange), chance)
    const node = house.node({ lanes: 2, max_batch: 10 }, undefined, bus)
    const hub = openHub(node.reader, { bus, gap_wait_ms: 5, tail: { events: 32, bytes: 64 * 1024 } }, null, room_id)
    bus.receive((message) => {
      if (message.kind === 'log') hub.hub.receive(message)
    })
    return { ...node, ...hub }
  })
  return { room_id, nodes }
}

/** What one socket was told from its last reply on is everything after it, once, in order; and before it everything since it had asked. */
function judge(ear: Ear, since: number | undefined, head: number) {
  const { seq, missed, reset } = ear.replies().at(-1)!
  if (since !== undefined && !reset) expect(missed).toEqual(upTo(seq).slice(since))
  const heard = ear.heard().map((each) => ('seq' in each ? each.seq : -each.resync))
  expect(heard).toEqual(upTo(head).slice(seq))
}

test.each([
  ['a good bus', { lose: 0, swap: 0, repeat: 0 }],
  ['a bus that loses, swaps and repeats', { lose: 0.1, swap: 0.2, repeat: 0.1 }],
  ['a bus that loses everything', { lose: 1, swap: 0, repeat: 0 }],
])(
  'two nodes write and tell one room over %s: every socket of both gets the log, once and in order',
  async (_, chance) => {
    const { room_id, nodes } = await openNodes(2, chance)
    const ears = new Map<Ear, number | undefined>()
    const polls = nodes.map(({ hub }) => setInterval(() => void hub.poll().catch(() => undefined), 50))
    let [sent, going] = [0, true]
    const total = 600
    const sending = Promise.all(
      people.map(async (person, index) => {
        for (let n = 0; n < total / people.length; n++) {
          await nodes[index % 2]!.messages.send(person, { room_id, content: `${index} ${n}` })
          sent++
        }
      }),
    )
    // Sockets come, go, and come back from where they stood, while all this happens.
    const coming = Promise.all(
      upTo(12).map(async (n) => {
        const ear = nodes[n % 2]!.openEar()
        let since: number | undefined = n % 3 === 0 ? undefined : 0
        for (let turn = 0; going || turn === 0; turn++) {
          await ear.join(since)
          ears.set(ear, since)
          const until = Math.min(total, sent + 30 + n * 10)
          while (sent < until) await Bun.sleep(1)
          if (sent >= total) break
          const { seq } = ear.replies().at(-1)!
          const heard = ear.heard()
          judge(ear, since, seq + heard.length)
          since = seq + heard.length
          ear.leave()
        }
      }),
    )
    await sending
    going = false
    await coming
    const { last_seq } = await house.head(room_id)
    expect(last_seq).toBe(total)
    const last = (ear: Ear) => {
      const [heard, reply] = [ear.heard().at(-1), ear.replies().at(-1)]
      return heard && 'seq' in heard ? heard.seq : reply?.seq
    }
    await eventually('all sockets at the head', () => [...ears.keys()].every((ear) => last(ear) === total))
    for (const poll of polls) clearInterval(poll)
    for (const [ear, since] of ears) judge(ear, since, total)
    // One more through either node reaches all of them.
    for (const node of nodes) await node.messages.send(people[0]!, { room_id, content: 'last' })
    for (const node of nodes) await node.hub.poll()
    await eventually('the last', () => [...ears.keys()].every((ear) => last(ear) === total + 2))
  },
)

test('a resume within the hot tail reads nothing from PostgreSQL', async () => {
  const { room_id, nodes } = await openNodes(1, { lose: 0, swap: 0, repeat: 0 })
  const [node] = nodes as [(typeof nodes)[number]]
  const first = node.openEar()
  await first.join()
  for (const n of upTo(20)) await node.messages.send(people[0]!, { room_id, content: `${n}` })
  await eventually('the events', () => first.heard().length === 20)
  let reads = 0
  for (const name of ['heads', 'events', 'changes'] as const) {
    const read = node.reader[name] as (...args: never[]) => unknown
    node.reader[name] = ((...args: never[]) => {
      reads++
      return read(...args)
    }) as never
  }
  for (const since of upTo(20)) {
    const ear = node.openEar()
    await ear.join(since)
    judge(ear, since, 20)
  }
  expect(reads).toBe(0)
})
