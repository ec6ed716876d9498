// A process of its own: the sockets of the chat's clients.
import { blockUntil, now } from './clock.ts'
import { type Percentiles, percentiles } from './stats.ts'
import { ask, openWire, type Wire } from './wire.ts'
import { serve } from './worker.ts'
import { createSigner } from './world.ts'

export interface Beat {
  /** Milliseconds on the clock of clock.ts: when message 0 is due. */
  start: number
  /** Milliseconds from one message to the next. */
  interval: number
}

interface Opening {
  group: string
  port: number
  count: number
  path?: string
  /** Authenticates as consecutive users, from this id. */
  first_user?: number
  subscribe?: 'all' | 'none'
}

const groups = new Map<string, Wire[]>()
const at_once = 64
// Each address of ours reaches the server from ports of its own.
const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']

async function open({ group, port, count, path, first_user, subscribe = 'none' }: Opening): Promise<void> {
  const wires = new Map<number, Wire>()
  const sign = createSigner()
  let next = 0
  const work = async () => {
    for (let index = next++; index < count; index = next++) {
      const wire = await openWire(addresses[index % addresses.length]!, port, path)
      wires.set(index, wire)
      if (first_user === undefined) continue
      const token = await sign(first_user + index)
      const reply = await ask(wire, { type: 'authenticate', data: { token, subscribe } })
      if (reply.type !== 'auth_success') throw new Error(JSON.stringify(reply))
      wire.onText = () => {}
    }
  }
  await Promise.all(Array.from({ length: Math.min(at_once, count) }, work))
  groups.set(group, [...wires.entries()].toSorted(([a], [b]) => a - b).map(([, wire]) => wire)) // prettier-ignore
}

const wiresOf = (group: string): Wire[] => {
  const wires = groups.get(group)
  if (wires === undefined) throw new Error(`there is no group ${group}`)
  return wires
}

/** Whether a frame is `unread_updated`, of which there is one a second, whatever is measured. */
const isBadge = (chunk: Buffer, from: number) => chunk[from + 9] === 0x75

/** The text of the next event but a badge that the group's first socket gets. */
const overhear = ({ group }: { group: string }): Promise<string> =>
  new Promise((resolve) => {
    const [wire] = wiresOf(group)
    wire!.onText = (chunk, start, end) => {
      if (!isBadge(chunk, start)) resolve(chunk.toString('utf8', start, end))
    }
  })

/**
 * Counts what a group hears of messages numbered 0 to `warmup + count - 1`, and measures the measured ones on every `every`-th socket: from the moment a
 * message was due to be sent, however late it left, so a stall counts for all that it delayed. A frame carries its number as `#123456#`.
 */
function hear(wish: Beat & { group: string; warmup: number; count: number; every: number }): Promise<{
  expected: number
  delivered: number
  latency: Percentiles
}> {
  const { group, warmup, count, every, start, interval } = wish
  const wires = wiresOf(group)
  const expected = wires.length * (warmup + count)
  const latencies: number[] = []
  let delivered = 0
  const done = Promise.withResolvers<void>()
  const counted = () => {
    if (++delivered === expected) done.resolve()
  }
  wires.forEach((wire, index) => {
    wire.onText = (chunk, from) => isBadge(chunk, from) || counted()
    if (index % every !== 0) return
    wire.onText = (chunk, from) => {
      if (isBadge(chunk, from)) return
      const mark = chunk.indexOf('#', from) + 1
      const number = Number(chunk.toString('latin1', mark, mark + 6))
      if (number >= warmup) latencies.push(now() - start - number * interval)
      counted()
    }
  })
  const patience = setTimeout(done.resolve, start - now() + (warmup + count) * interval + 10_000)
  return done.promise.then(() => {
    clearTimeout(patience)
    for (const wire of wires) wire.onText = () => {}
    return { expected, delivered, latency: percentiles(latencies) }
  })
}

const numbered = (template: string, number: number) => template.replaceAll('{n}', String(number).padStart(6, '0'))

/** Sends `count` messages in turn from the sockets of a group, each when it is due, whatever became of those before. */
async function say(wish: Beat & { group: string; count: number; template: string }): Promise<{ refused: number }> {
  const { group, count, template, start, interval } = wish
  const wires = wiresOf(group)
  let refused = 0
  for (const wire of wires) {
    wire.onText = (chunk, from, to) => {
      if (chunk.toString('latin1', from, from + 15) !== '{"type":"error"') return
      if (refused++ === 0) console.error(chunk.toString('utf8', from, to))
    }
  }
  for (let number = 0; number < count; number++) {
    const frame = numbered(template, number)
    blockUntil(start + number * interval)
    wires[number % wires.length]!.send(frame)
    await new Promise(setImmediate)
  }
  await Bun.sleep(200)
  return { refused }
}

/**
 * Closed loop: each socket of a group keeps `in_flight` messages unacknowledged, to the room of its turn, for `warmup + measured` milliseconds.
 * `delivered` counts the events that the sockets got besides.
 */
async function race(wish: {
  group: string
  in_flight: number
  rooms: number[]
  warmup: number
  measured: number
  run: string
  content: string
}) {
  const { group, in_flight, rooms, warmup, measured, run, content } = wish
  const latencies: number[] = []
  let [sent, acknowledged, delivered, outstanding, refused] = [0, 0, 0, 0, 0]
  const begin = now() + warmup
  const end = begin + measured
  const done = Promise.withResolvers<void>()
  wiresOf(group).forEach((wire, index) => {
    const room_id = rooms[index % rooms.length]!
    const times: number[] = []
    const send = () => {
      outstanding++
      times.push(now())
      const metadata = { client_id: `${run}-${sent++}` }
      wire.send(JSON.stringify({ type: 'send_message', id: sent, data: { room_id, content, metadata } }))
    }
    wire.onText = (chunk, from, to) => {
      // {"type":"m essage_sent, {"type":"r oom_message, {"type":"e rror
      if (isBadge(chunk, from)) return
      const kind = chunk[from + 9]
      const at = now()
      const counts = at >= begin && at < end
      if (kind === 0x72) {
        if (counts) delivered++
        return
      }
      if (kind !== 0x6d && refused++ === 0) console.error(chunk.toString('utf8', from, to))
      outstanding--
      const left = times.shift()!
      if (counts) {
        acknowledged++
        latencies.push(at - left)
      }
      if (at < end) send()
      else if (outstanding === 0) done.resolve()
    }
    for (let k = 0; k < in_flight; k++) send()
  })
  await done.promise
  return { acknowledged, delivered, refused, seconds: measured / 1000, latency: percentiles(latencies) }
}

/** Ends a group's sockets and says how many had been lost before. */
async function part({ group }: { group: string }): Promise<{ lost: number }> {
  const wires = wiresOf(group)
  const lost = wires.filter((wire) => wire.lost).length
  for (const wire of wires) wire.end()
  groups.delete(group)
  await Bun.sleep(100)
  return { lost }
}

const jobs = { open, overhear, hear, say, race, part }
export type ClientJobs = typeof jobs

if (import.meta.main) serve(jobs)
