import type { Pending, SendOptions, Thread } from './api.ts'
import type { Copy } from './copy.ts'
import type { History } from './history.ts'
import { createPiece } from './piece.ts'
import { recall } from './recent.ts'
import { derived, type Derived, once } from './store.ts'
import { timelineOf } from './timeline.ts'

export interface ThreadsOptions {
  copy: Copy
  history: History
  /** Follows the conversation. */
  follow(): () => void
  pending(): readonly Pending[]
  me(): number | undefined
  send(content: string, options: SendOptions): Pending
  /** What the messages and those on their way come from. */
  sources: readonly Derived<unknown>[]
}

export interface Threads {
  /** The same object for the same thread, as long as it is open or one of those last asked for. */
  of(parent_id: number): Thread
  /** Loads what is open and not loaded. */
  load(): void
}

/** So many are remembered by which nobody has open. */
const most_known = 20

/** The threads of one conversation: a piece each, on the same log. */
export function createThreads(options: ThreadsOptions): Threads {
  const { copy, history, sources } = options
  const known = new Map<number, Thread>()
  /** How many have a thread open. */
  const holders = new Map<number, number>()

  function load(parent_id: number): void {
    history.newest(copy.thread(parent_id))
    const parent = copy.get(parent_id)
    if (parent !== undefined) copy.keep(parent)
    // Without it the replies are there all the same: it has expired, or cannot be had now.
    else history.one(parent_id).catch(() => undefined)
  }

  function hold(parent_id: number): () => void {
    const release = options.follow()
    const count = holders.get(parent_id) ?? 0
    holders.set(parent_id, count + 1)
    if (count === 0) load(parent_id)
    return once(() => {
      const left = (holders.get(parent_id) ?? 0) - 1
      holders.set(parent_id, left)
      if (left === 0) {
        holders.delete(parent_id)
        copy.dropThread(parent_id)
      }
      release()
    })
  }

  function create(parent_id: number): Thread {
    const closed = createPiece(parent_id)
    // A thread that nobody opened has no piece.
    const piece = () => copy.threads.get(parent_id) ?? closed
    return {
      parent: derived(() => copy.get(parent_id) ?? null, sources),
      timeline: derived(() => timelineOf(piece(), copy, options.pending(), options.me()), sources),
      open: () => hold(parent_id),
      loadOlder: () => history.older(piece()),
      send: (content, given = {}) => options.send(content, { ...given, parent_id }),
    }
  }

  return {
    of: (parent_id) => {
      const thread = known.get(parent_id) ?? create(parent_id)
      recall(known, parent_id, thread, most_known, (id) => holders.has(id))
      return thread
    },
    load: () => {
      for (const parent_id of holders.keys()) load(parent_id)
    },
  }
}
