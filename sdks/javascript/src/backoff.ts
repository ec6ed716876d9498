/** So long until the next attempt: twice as long each time up to 30 s, and of that between a half and all, so that those who were cut together do not come back together. */
export const delayOf = (attempt: number, random: () => number = Math.random): number => {
  const most = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10))
  return Math.round(most * (0.5 + random() / 2))
}

/** What a client is to do after a close (docs/websocket_api.md, "Close codes"). */
export type Next =
  | { do: 'retry'; attempt: number }
  /** A new token, once. */
  | { do: 'token' }
  | { do: 'stop' }

/** `attempt` is how many have failed in a row. */
export function afterClose(code: number, attempt: number): Next {
  switch (code) {
    case 4401:
      return { do: 'token' }
    case 4403:
    case 4409:
      return { do: 'stop' }
    case 4400:
      // A fault of ours: it would be made again.
      return { do: 'retry', attempt: Math.max(attempt, 6) }
    case 4429:
      return { do: 'retry', attempt: Math.max(attempt, 3) }
    default:
      return { do: 'retry', attempt }
  }
}
