import type { shapes } from 'veza-js-sdk'

import { createStore } from '../settable.ts'

/** What scrolls past is not asked for. */
const stays_ms = 250
const most_faces = 3
/** Among so many replies are the last faces; of a dialogue in them only two. */
const replies_read = 20
const most_kept = 500
/** So many at once, and then one after this time: what one asks for counts for `limits.max_requests_per_minute`. */
const at_once = 10
const apart_ms = 300

export interface Face {
  user_id: number
  username: string
}

interface Known {
  thread_count: number
  faces: readonly Face[]
}

type Read = (message_id: number, limit: number) => Promise<readonly shapes.Message[]>

/** Who replied last in the threads that are in sight: asked for one after the other, what came into sight last first, and again when there are more or fewer replies. */
export function createFaces(read: Read) {
  const known = createStore<ReadonlyMap<number, Known>>(new Map())
  const waiting = new Map<number, number>()
  const nextTurn = createTurns()
  let is_reading = false

  function keep(message_id: number, one: Known): void {
    const next = new Map(known.get())
    next.delete(message_id)
    next.set(message_id, one)
    const [oldest] = next.keys()
    if (next.size > most_kept && oldest !== undefined) next.delete(oldest)
    known.set(next)
  }

  async function readAll(): Promise<void> {
    if (is_reading) return
    is_reading = true
    try {
      while (waiting.size > 0) {
        await nextTurn()
        const last = [...waiting].at(-1)
        if (last === undefined) continue
        const [message_id, thread_count] = last
        waiting.delete(message_id)
        // It came in sight again while it was asked for.
        if (known.get().get(message_id)?.thread_count === thread_count) continue
        // Without an answer it is asked for again when it comes into sight, or the connection back.
        const replies = await read(message_id, replies_read).catch(() => null)
        if (replies !== null) keep(message_id, { thread_count, faces: lastFaces(replies) })
      }
    } finally {
      is_reading = false
    }
  }

  return {
    known,
    /** This thread is in sight, until what it returns is called. */
    see: (message_id: number, thread_count: number): (() => void) => {
      const timer = setTimeout(() => {
        if (known.get().get(message_id)?.thread_count === thread_count) return
        waiting.set(message_id, thread_count)
        readAll().catch((error: unknown) => error)
      }, stays_ms)
      return () => {
        clearTimeout(timer)
        waiting.delete(message_id)
      }
    },
  }
}

function createTurns(): () => Promise<void> {
  let left = at_once
  let since = performance.now()
  return async () => {
    const now = performance.now()
    left = Math.min(at_once, left + (now - since) / apart_ms) - 1
    since = now
    if (left < 0) await new Promise((done) => setTimeout(done, -left * apart_ms))
  }
}

/** Each once, whoever replied last at the end; of what was deleted, too, as the number of replies counts it. */
function lastFaces(replies: readonly shapes.Message[]): Face[] {
  const last = new Map<number, Face>()
  for (const { author_id, username } of replies) {
    last.delete(author_id)
    last.set(author_id, { user_id: author_id, username })
  }
  return [...last.values()].slice(-most_faces)
}
