// A process of its own: users who change their status.
import { now, sleepUntil } from './clock.ts'
import { ask, openWire, type Wire } from './wire.ts'
import { serve } from './worker.ts'
import { createSigner } from './world.ts'

interface Rate {
  /** The first of `users` consecutive users, whose turn comes one after the other. */
  first_user: number
  users: number
  port: number
  per_second: number
  seconds: number
}

const statuses = ['away', 'busy', 'online']
const sign = createSigner()
const steady = new Map<number, Wire>()

async function enter(port: number, user_id: number): Promise<Wire> {
  const wire = await openWire('127.0.0.5', port)
  const reply = await ask(wire, { type: 'authenticate', data: { token: await sign(user_id), subscribe: 'all' } })
  if (reply.type !== 'auth_success') throw new Error(JSON.stringify(reply))
  wire.onText = () => {}
  return wire
}

/** Calls `each` for user after user at the rate, and resolves with how many there were. */
async function turns(
  { first_user, users, per_second, seconds }: Rate,
  each: (user_id: number) => void,
): Promise<number> {
  const start = now()
  const count = per_second * seconds
  for (let turn = 0; turn < count; turn++) {
    await sleepUntil(start + (turn * 1000) / per_second)
    each(first_user + (turn % users))
  }
  await sleepUntil(start + seconds * 1000)
  return count
}

/** Connections that stay. */
async function settle({ first_user, users, port }: Omit<Rate, 'per_second' | 'seconds'>): Promise<void> {
  for (let n = 0; n < users; n++) steady.set(first_user + n, await enter(port, first_user + n))
}

/** Settled users choose another status. */
async function restate(rate: Rate): Promise<{ refused: number }> {
  let turn = 0
  let refused = 0
  for (const wire of steady.values()) {
    wire.onText = (chunk, from) => {
      if (chunk.toString('latin1', from, from + 15) === '{"type":"error"') refused++
    }
  }
  await turns(rate, (user_id) => {
    const status = statuses[((turn++ / rate.users) % statuses.length) | 0]
    steady
      .get(user_id)
      ?.send(JSON.stringify({ type: 'update_status', id: 1, data: { status, message: `turn ${turn}` } }))
  })
  for (const wire of steady.values()) wire.onText = () => {}
  return { refused }
}

const jobs = { settle, restate }
export type PresenceJobs = typeof jobs

if (import.meta.main) serve(jobs)
