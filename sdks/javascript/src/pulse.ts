import { Refusal } from './errors.ts'
import type { Settle } from './link.ts'

export interface PulseOptions {
  /** Sends a ping. */
  ask(settle: Settle, timeout_ms: number): void
  /** When something last came, in milliseconds of `Date.now()`. */
  heard(): number
  onDead(): void
}

const answer_ms = 10_000
/** After waking up nobody wants to wait. */
const probe_ms = 5000

/** Notices a link that is dead without having been closed: one that is silent for an interval is asked, and must answer. */
export function createPulse({ ask, heard, onDead }: PulseOptions) {
  let timer: ReturnType<typeof setInterval> | undefined
  let asking = false

  function check(timeout_ms: number): void {
    if (asking) return
    asking = true
    ask((answer) => {
      asking = false
      if (answer instanceof Refusal && answer.code === 'TIMEOUT') onDead()
    }, timeout_ms)
  }

  function stop(): void {
    clearInterval(timer)
    asking = false
  }

  return {
    start: (interval_ms: number): void => {
      stop()
      if (interval_ms <= 0) return
      timer = setInterval(() => Date.now() - heard() >= interval_ms && check(answer_ms), interval_ms / 2)
    },
    stop,
    probe: (): void => {
      if (Date.now() - heard() > 1000) check(probe_ms)
    },
  }
}
