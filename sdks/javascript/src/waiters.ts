import { Refusal } from './errors.ts'
import { createListeners } from './store.ts'

/** So many may wait. */
const most_waiting = 1000

/** Those who wait for a connection. */
export function createWaiters(isLive: () => boolean) {
  const waiters = createListeners<Refusal | undefined>()
  return {
    /** Rejects with NOT_CONNECTED after that time; null is for ever. */
    whenLive: (timeout_ms: number | null): Promise<void> => {
      if (isLive()) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const settle = (error?: Refusal) => {
          clearTimeout(timer)
          end()
          if (error === undefined) resolve()
          else reject(error)
        }
        const end = waiters.subscribe(settle)
        const late = () => settle(new Refusal('NOT_CONNECTED'))
        const timer = timeout_ms === null ? undefined : setTimeout(late, timeout_ms)
        if (waiters.count() > most_waiting) late()
      })
    },
    /** There is a connection, or with an error there will be none. */
    release: (error?: Refusal): void => waiters.tell(error),
  }
}
