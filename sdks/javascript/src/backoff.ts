/** So long until the next attempt: twice as long each time up to 30 s, and of that between a half and all, so that those who were cut together do not come back together. */
export const delayOf = (attempt: number, random: () => number = Math.random): number => {
  const most = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10))
  return most * (0.5 + random() / 2)
}

/** What a client is to do after a close (docs/websocket_api.md, "Close codes"): get a new token, stop, or try again as after so many failures. `failures` is how many there were in a row. */
export function afterClose(code: number, failures: number): 'token' | 'stop' | number {
  switch (code) {
    case 4401:
      return 'token'
    case 4403:
    case 4409:
      return 'stop'
    case 4400:
      // A fault of ours: it would be made again.
      return Math.max(failures, 6)
    case 4429:
      return Math.max(failures, 3)
    default:
      return failures
  }
}
