/** Milliseconds since the epoch with microseconds behind the point, on one clock for all processes of this machine. */
export const now = (): number => performance.timeOrigin + performance.now()

export const sleepUntil = (at: number): Promise<void> => Bun.sleep(Math.max(0, at - now()))

const nothing = new Int32Array(new SharedArrayBuffer(4))

/** Blocks the thread until `at`, to about 0.1 ms, where a timer would be up to 2 ms late. */
export function blockUntil(at: number): void {
  const left = at - now()
  if (left > 0) Atomics.wait(nothing, 0, 0, left)
}
