/** Runs something again and again without letting it take the event loop for itself. */
export interface Pace {
  /** Runs it now, or as soon as its rest is over. */
  ask(): void
  /** Runs it now. */
  now(): void
}

/** A fan-out is followed by a rest of this part of what it cost. */
const rest_ratio = 0.5
const longest_rest_ms = 20

/**
 * A fan-out to thousands of sockets keeps the event loop from reading what came in, and in a busy room the next one would follow at once. With a rest in
 * between, answers of the database and new messages are read, and the events that gather meanwhile leave as one write a socket. Small fan-outs
 * cost next to nothing, and so does their rest.
 */
export function createPace(run: () => void): Pace {
  let asked = false
  let running = false
  let rest_until = 0
  let timer: Timer | undefined

  const now = () => {
    clearTimeout(timer)
    timer = undefined
    asked = false
    const began = performance.now()
    run()
    if (running) return
    running = true
    // The runtime writes to the sockets before the second turn at the latest.
    setImmediate(() => setImmediate(() => ended(began)))
  }

  const ended = (began: number) => {
    running = false
    const end = performance.now()
    rest_until = end + Math.min(longest_rest_ms, (end - began) * rest_ratio)
    if (asked) ask()
  }

  const ask = () => {
    asked = true
    if (running || timer !== undefined) return
    const rest = rest_until - performance.now()
    // Timers count whole milliseconds.
    if (rest < 1) now()
    else timer = setTimeout(now, rest)
  }

  return { ask, now }
}
