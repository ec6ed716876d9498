import type { ChatError } from './api.ts'
import type { Change } from './changes.ts'
import { isCut, passesIn, Refusal } from './errors.ts'
import type { Settle } from './link.ts'
import type { DmState, Message, NotThere, RoomState } from './protocol.gen.ts'

export type Standing = RoomState | DmState

export interface LogOptions {
  /** Joins this conversation; with a position goes on with it, if one is still in it. The answer is a `Standing`, or says that it is not there. */
  join(since_seq: number | null, settle: Settle): void
  onStanding(standing: Standing): void
  /** Exactly once each, and in order. */
  onChange(change: Change): void
  onMissed(messages: readonly Message[]): void
  onReset(newest: readonly Message[]): void
  /** It cannot be followed: not there, not allowed, full; or one is not in it any more. */
  onFailed(error: ChatError, is_out: boolean): void
}

/** Follows the log of one conversation: each position once, in order, and what was missed before what comes after it. */
export interface Log {
  /** The last position that was taken in; null before the first joining. */
  position(): number | null
  isLive(): boolean
  /** Begins to follow, or goes on from `position`. */
  follow(): void
  hear(change: Change): void
  /** Events were lost. */
  resync(): void
  /** Where to resume from, in the very frame that authenticates; null when it is to be joined afterwards. */
  resume(): number | null
  resumed(entry: Standing | NotThere): void
  /** The connection is gone. */
  lost(): void
  /** Not followed any more, and nothing is known of it. */
  end(): void
}

/** More than this is asked for again rather than held. */
const most_held = 2000

export function createLog(options: LogOptions): Log {
  let state: 'off' | 'joining' | 'live' = 'off'
  let position: number | null = null
  let held: Change[] = []
  /** Counts joinings, so that the answer of an abandoned one is left aside. */
  let turn = 0
  let again: ReturnType<typeof setTimeout> | undefined

  function join(): void {
    clearTimeout(again)
    state = 'joining'
    const own = ++turn
    options.join(position, (answer) => {
      if (own !== turn) return
      if (answer instanceof Refusal) return refused(answer)
      resumed(answer.data as unknown as Standing)
    })
  }

  function refused(error: Refusal): void {
    const seconds = passesIn(error)
    // Going on authenticates anew: what that is refused for says nothing of the conversation, and the next connection goes on from here.
    if (seconds === null && position === null && !isCut(error)) return fail(error, false)
    const own = turn
    again = setTimeout(() => own === turn && state === 'joining' && join(), (seconds ?? 2) * 1000)
  }

  function fail(error: ChatError, is_out: boolean): void {
    end()
    options.onFailed(error, is_out)
  }

  function resumed(entry: Standing | NotThere): void {
    if ('error' in entry) fail(new Refusal(entry.error), true)
    else standing(entry)
  }

  function standing(now: Standing): void {
    const { seq, missed, reset } = now
    state = 'live'
    options.onStanding(now)
    if (reset === true) options.onReset(missed ?? [])
    else if (position !== null && seq > position) options.onMissed(missed ?? [])
    if (reset === true || seq > (position ?? -1)) position = seq
    const waiting = [...held].sort((a, b) => a.at - b.at)
    held = []
    for (const change of waiting) hear(change)
  }

  function hear(change: Change): void {
    if (state === 'off') return
    if (state === 'joining') {
      if (held.length < most_held) held.push(change)
      return
    }
    const next = (position ?? 0) + 1
    if (change.at < next) return
    if (change.at === next) {
      position = change.at
      return options.onChange(change)
    }
    // A hole: nothing later is shown before what is missing.
    join()
    held.push(change)
  }

  function lost(): void {
    clearTimeout(again)
    turn++
    state = 'off'
    held = []
  }

  function end(): void {
    lost()
    position = null
  }

  return {
    position: () => position,
    isLive: () => state === 'live',
    follow: () => {
      if (state === 'off') join()
    },
    hear,
    resync: () => {
      if (state === 'live') join()
    },
    resume: () => {
      if (position === null) return null
      // On a link that is still served it goes on until the answer is here.
      if (state === 'off') state = 'joining'
      return position
    },
    resumed,
    lost,
    end,
  }
}
