export class TimedOut extends Error {
  constructor(ms: number) {
    super(`no answer within ${Math.round(ms)} ms`)
    this.name = 'TimedOut'
  }
}

/** The promise's value, or a rejection with TimedOut after `ms`, whatever becomes of the promise. */
export async function within<T>(ms: number, promise: PromiseLike<T>): Promise<T> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(ms)), Math.max(1, ms))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
