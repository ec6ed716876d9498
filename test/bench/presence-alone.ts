// A process of its own: the presence service over a real database, without sockets, so that nothing but people who come and go costs anything.
import { createPresence } from '../../src/features/presence/index.ts'
import type { Log } from '../../src/kernel/log.ts'
import { createMemoryBus } from '../../src/platform/bus/index.ts'
import { connect } from '../../src/platform/db/index.ts'
import { now, sleepUntil } from './clock.ts'
import { serve } from './worker.ts'

type Session = Parameters<ReturnType<typeof createPresence>['connected']>[0]

const log: Log = { debug: () => {}, info: () => {}, warn: console.error, error: console.error, target: () => log }

const bunch = 20

const sessionOf = (id: number) =>
  ({
    actor: { id, username: `bench_${id}`, role: 'user', session_id: '' },
    stage: 'live',
    ws: null,
  }) as unknown as Session

/** `users` are there, and then `per_second` of them go or come back, by turns. Resolves with the CPU seconds of each. */
async function churn(wish: {
  database_url: string
  first_user: number
  users: number
  per_second: number
  seconds: number
}): Promise<{ each: number }> {
  const { users, per_second, seconds } = wish
  const sql = connect({ url: wish.database_url, max: 4, connect_timeout: 10_000, query_timeout: 10_000 })
  const limits = { max_presence_subscriptions: 1000, presence_max_members: 200, max_typing_per_room: 10 }
  const member = () => Promise.reject(new Error('nobody types here'))
  const presence = createPresence({ sql, bus: createMemoryBus(), conversations: { member }, log, limits })
  const sessions = Array.from({ length: users }, (_, n) => sessionOf(wish.first_user + n))
  for (const session of sessions) presence.connected(session)

  const away = new Set<Session>()
  const turn = (session: Session) => {
    if (away.delete(session)) return presence.connected(session)
    away.add(session)
    presence.disconnected(session)
  }
  const turns = async (count: number) => {
    const start = now()
    for (let n = 0; n < count; n++) {
      // Waking up is the price of a socket's frame, and no part of what is measured.
      if (n % bunch === 0) await sleepUntil(start + (n * 1000) / per_second)
      turn(sessions[n % users]!)
    }
    await Bun.sleep(2000)
  }
  const cpu = async (run: () => Promise<unknown>) => {
    const before = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  }
  await turns(per_second)
  const busy = await cpu(() => turns(per_second * seconds))
  const idle = await cpu(() => Bun.sleep((seconds + 2) * 1000))
  await presence.close()
  await sql.end({ timeout: 1 })
  return { each: (busy - idle) / (per_second * seconds) }
}

const jobs = { churn }
export type PresenceAloneJobs = typeof jobs

if (import.meta.main) serve(jobs)
