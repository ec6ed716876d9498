import type { ChatOptions } from './api.ts'

/** The token in use. One request for a new one at a time, whoever asks. */
export interface Tokens {
  get(): Promise<string>
  /** A new one: the one in use is about to expire. */
  renewed(): Promise<string>
  /** Milliseconds for which it is still good. */
  left(): number
  /** Until when it is good, by the clock of the server. */
  accepted(expires_at: string, server_time: string): void
  /** The server took it not. False when there is no use in trying again: the one before was refused as well, or no other can be had. */
  refused(): boolean
  /** Another one, for a request that was refused; it does not count. */
  another(): Promise<string>
}

/** So close to its end a token is not begun with. */
const margin_ms = 5000

export function createTokens(source: ChatOptions['token']): Tokens {
  const is_fixed = typeof source === 'string'
  let current: string | null = null
  let asking: Promise<string> | null = null
  let bad: string | undefined
  let refusals = 0
  let good_until = Infinity

  function fetched(): Promise<string> {
    asking ??= Promise.resolve()
      .then(() => (is_fixed ? source : source(bad)))
      .then(
        (token) => {
          current = token
          good_until = Infinity
          asking = null
          return token
        },
        (error: unknown) => {
          asking = null
          throw error
        },
      )
    return asking
  }

  return {
    get: () => (current === null || Date.now() > good_until - margin_ms ? fetched() : Promise.resolve(current)),
    renewed: () => {
      current = null
      return fetched()
    },
    left: () => good_until - Date.now(),
    accepted: (expires_at, server_time) => {
      good_until = Date.now() + Date.parse(expires_at) - Date.parse(server_time)
      refusals = 0
      bad = undefined
    },
    refused: () => {
      bad = current ?? undefined
      current = null
      return !is_fixed && ++refusals < 2
    },
    another: () => {
      bad = current ?? bad
      return fetched()
    },
  }
}
