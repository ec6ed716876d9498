import type { Pending, SendOptions, Thread, Timeline } from './api.ts'
import type { Copy } from './copy.ts'
import type { History } from './history.ts'
import { createPiece } from './piece.ts'
import type { Message } from './protocol.gen.ts'
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
}

export interface Threads {
  /** The same object for the same thread. */
  of(parent_id: number): Thread
  /** Loads what is open and not loaded. */
  load(): void
  touch(): void
}

interface Open {
  thread: Thread
  timeline: Derived<Timeline>
  parent: Derived<Message | null>
  holders: number
}

/** The threads of one conversation: a piece each, on the same log. */
export function createThreads(options: ThreadsOptions): Threads {
  const { copy, history } = options
  const known = new Map<number, Open>()

  function load(parent_id: number): void {
    history.newest(copy.thread(parent_id))
    const parent = copy.get(parent_id)
    if (parent !== undefined) copy.keep(parent)
    // Without it the replies are there all the same: it has expired, or cannot be had now.
    else history.one(parent_id).catch(() => undefined)
  }

  function create(parent_id: number): Open {
    // A thread that nobody opened has no piece.
    const piece = () => copy.threads.get(parent_id) ?? closed
    const timeline = derived(() => timelineOf(piece(), copy, options.pending(), options.me()))
    const parent = derived(() => copy.get(parent_id) ?? null)
    const closed = createPiece(parent_id)
    const open = (): (() => void) => {
      const release = options.follow()
      if (++own.holders === 1) load(parent_id)
      return once(() => {
        if (--own.holders === 0) copy.dropThread(parent_id)
        own.timeline.touch()
        release()
      })
    }
    const thread: Thread = {
      parent,
      timeline,
      open,
      loadOlder: () => history.older(piece()),
      send: (content, given = {}) => options.send(content, { ...given, parent_id }),
    }
    const own: Open = { thread, timeline, parent, holders: 0 }
    return own
  }

  return {
    of: (parent_id) => {
      const open = known.get(parent_id) ?? create(parent_id)
      known.set(parent_id, open)
      return open.thread
    },
    load: () => {
      for (const [parent_id, { holders }] of known) if (holders > 0) load(parent_id)
    },
    touch: () => {
      for (const { timeline, parent } of known.values()) {
        timeline.touch()
        parent.touch()
      }
    },
  }
}
