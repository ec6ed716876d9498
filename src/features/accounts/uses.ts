import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { within } from '../../kernel/within.ts'
import type { Sql } from '../../platform/db/index.ts'
import { noteUses } from './session-queries.ts'

export interface Uses {
  /** A session is being used. Costs a look into a map, and at most once a minute a row that is written later. */
  note(session_id: string): void
  /** Writes what was noted. To be called every second or so; never rejects. */
  flush(): Promise<void>
}

const once_in_ms = 60_000
const max_batch = 1_000
/** Sessions remembered as noted: beyond it the eldest are noted again when they are used again. */
const max_noted = 200_000
const write_timeout_ms = 10_000
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Keeps `last_used_at` of sessions true to a minute, beside the requests that use them. */
export function createUses({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): Uses {
  /** When each was noted last, the eldest first. */
  const noted = new Map<string, number>()
  let waiting = new Map<string, Date>()
  let writing = false

  function forget(now: number): void {
    for (const [session_id, at] of noted) {
      if (now - at < once_in_ms && noted.size <= max_noted) return
      noted.delete(session_id)
    }
  }

  async function write(uses: ReadonlyMap<string, Date>): Promise<void> {
    const entries = [...uses]
    for (let from = 0; from < entries.length; from += max_batch)
      await within(write_timeout_ms, noteUses(sql, new Map(entries.slice(from, from + max_batch))))
  }

  return {
    note: (session_id) => {
      const now = clock.now()
      const last = noted.get(session_id)
      if ((last !== undefined && now.getTime() - last < once_in_ms) || !uuid.test(session_id)) return
      noted.delete(session_id)
      noted.set(session_id, now.getTime())
      if (noted.size > max_noted) forget(now.getTime())
      waiting.set(session_id, now)
    },

    flush: async () => {
      forget(clock.now().getTime())
      if (writing || waiting.size === 0) return
      writing = true
      const uses = waiting
      waiting = new Map()
      try {
        await write(uses)
      } catch (error) {
        // The next use of each is noted again.
        for (const session_id of uses.keys()) noted.delete(session_id)
        log.debug('Uses of sessions could not be written', { error, sessions: uses.size })
      } finally {
        writing = false
      }
    },
  }
}
