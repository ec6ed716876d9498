import { afterEach, describe, expect, test } from 'bun:test'
import type { Bus, BusMessage, Channel } from '../../../src/platform/bus/index.ts'
import { eventually } from '../../services/eventually.ts'

/** The buses of `count` nodes that hear each other. */
export type OpenBuses = (count: number) => Promise<Bus[]> | Bus[]

interface Listener {
  bus: Bus
  got: BusMessage[]
}

const say = (conversation_id: number, frame: string): BusMessage => ({ v: 1, kind: 'room', conversation_id, frame })
const frames = ({ got }: Listener) => got.map((message) => ('frame' in message ? message.frame : message.kind))

/** The guarantees of `src/platform/bus/bus.ts`, asked of any implementation. */
export function busConformance(name: string, open: OpenBuses): void {
  const opened: Bus[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((bus) => bus.close()))
  })

  const nodes = async (count: number): Promise<Listener[]> => {
    const buses = await open(count)
    opened.push(...buses)
    return buses.map((bus) => {
      const got: BusMessage[] = []
      bus.receive((message) => got.push(message))
      return { bus, got }
    })
  }

  const hears = async (node: Listener, ...channels: Channel[]) => {
    for (const channel of channels) node.bus.listen(channel)
    await node.bus.settled()
  }

  /** All that was published before has arrived once this marker has. */
  const quiet = async (all: Listener[]) => {
    const mark = crypto.randomUUID()
    all[0]!.bus.publish(['n:all'], say(0, mark))
    await eventually('the marker', () => all.every((node) => frames(node).includes(mark)))
    for (const { got } of all)
      got.splice(
        got.findIndex((message) => 'frame' in message && message.frame === mark),
        1,
      )
  }

  describe(`the ${name} bus`, () => {
    test('brings a message to every node that listens to its channel, and to no other', async () => {
      const [a, b, c] = (await nodes(3)) as [Listener, Listener, Listener]
      await hears(a, 'c:1')
      await hears(b, 'c:1')
      await hears(c, 'c:2', 'u:1')
      a.bus.publish(['c:1'], say(1, 'hello'))
      await quiet([a, b, c])
      expect([frames(a), frames(b), frames(c)]).toEqual([['hello'], ['hello'], []])
    })

    test('brings it whole', async () => {
      const [a, b] = (await nodes(2)) as [Listener, Listener]
      await hears(b, 'u:7')
      const messages: BusMessage[] = [
        {
          v: 1,
          kind: 'log',
          conversation_id: 1,
          audience: [7, 9],
          first_seq: 4,
          entries: [
            { seq: 4, frame: '{"type":"dm_message","data":{"content":"é \\u2028 \\ud83d\\ude00"}}', complete: true },
          ],
        },
        { v: 1, kind: 'user', user_id: 7, frame: 'naïve 🎉 \u2028' },
        { v: 1, kind: 'left', conversation_id: 2 ** 52, user_id: 7 },
        { v: 1, kind: 'revoked', user_id: 7, session_ids: 'all', reason: 'banned' },
        { v: 1, kind: 'revoked', user_id: 7, session_ids: ['x'], reason: 'logout' },
      ]
      for (const message of messages) a.bus.publish(['u:7'], message)
      await quiet([a, b])
      expect(b.got).toEqual(messages)
    })

    test('brings messages to their publisher too', async () => {
      const [a] = (await nodes(1)) as [Listener]
      await hears(a, 'c:1')
      a.bus.publish(['c:1'], say(1, 'hello'))
      await quiet([a])
      expect(frames(a)).toEqual(['hello'])
    })

    test('keeps the order of one publisher on one channel', async () => {
      const [a, b] = (await nodes(2)) as [Listener, Listener]
      await hears(b, 'c:1')
      const sent = Array.from({ length: 500 }, (_, index) => String(index))
      for (const frame of sent) a.bus.publish(['c:1'], say(1, frame))
      await quiet([a, b])
      expect(frames(b)).toEqual(sent)
    })

    test('brings a message named on several channels at least once, and at most once for each channel', async () => {
      const [a, b, c] = (await nodes(3)) as [Listener, Listener, Listener]
      await hears(b, 'u:1', 'u:2')
      await hears(c, 'u:2')
      a.bus.publish(['u:1', 'u:2'], say(1, 'both'))
      await quiet([a, b, c])
      expect(a.got).toEqual([])
      expect(frames(b).length).toBeWithin(1, 3)
      expect(frames(c)).toEqual(['both'])
    })

    test('takes listening twice as listening once', async () => {
      const [a, b] = (await nodes(2)) as [Listener, Listener]
      await hears(b, 'c:1', 'c:1')
      await hears(b, 'c:1')
      a.bus.publish(['c:1'], say(1, 'hello'))
      await quiet([a, b])
      expect(frames(b)).toEqual(['hello'])
      b.bus.unlisten('c:1')
      await b.bus.settled()
      a.bus.publish(['c:1'], say(1, 'again'))
      await quiet([a, b])
      expect(frames(b)).toEqual(['hello'])
    })

    test('brings nothing of before one listened', async () => {
      const [a, b] = (await nodes(2)) as [Listener, Listener]
      a.bus.publish(['c:1'], say(1, 'early'))
      await quiet([a, b])
      await hears(b, 'c:1')
      a.bus.publish(['c:1'], say(1, 'late'))
      await quiet([a, b])
      expect(frames(b)).toEqual(['late'])
    })

    test('lets everyone hear "n:all" without asking', async () => {
      const all = await nodes(2)
      all[0]!.bus.publish(['n:all'], say(1, 'to all'))
      await quiet(all)
      expect(all.map(frames)).toEqual([['to all'], ['to all']])
    })

    test('takes unlisten of what was never listened to, and publishing to nobody', async () => {
      const [a] = (await nodes(1)) as [Listener]
      a.bus.unlisten('c:404')
      a.bus.publish(['c:404'], say(404, 'nobody'))
      await quiet([a])
      expect(a.got).toEqual([])
      expect(a.bus.state()).toBe('up')
    })

    test('brings a closed node nothing, and the others go on', async () => {
      const [a, b, c] = (await nodes(3)) as [Listener, Listener, Listener]
      await hears(b, 'c:1')
      await hears(c, 'c:1')
      await b.bus.close()
      a.bus.publish(['c:1'], say(1, 'after'))
      await quiet([a, c])
      expect([frames(b), frames(c)]).toEqual([[], ['after']])
    })

    test('publishes after its own end without throwing', async () => {
      const [a, b] = (await nodes(2)) as [Listener, Listener]
      await hears(b, 'c:1')
      await a.bus.close()
      expect(() => a.bus.publish(['c:1'], say(1, 'ghost'))).not.toThrow()
      await quiet([b])
    })
  })
}
