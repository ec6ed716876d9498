import { within } from '../../kernel/within.ts'

/**
 * One query for all who ask at the same time: when thousands reconnect at once, each batch is what has gathered while the one before was read. Rejects for
 * everybody of a batch when its query fails, or gives no answer within `patience_ms`.
 */
export function createGather<K, V>(
  read: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  { most, patience_ms }: { most: number; patience_ms: number },
): (key: K) => Promise<V | undefined> {
  const waiting = new Map<K, PromiseWithResolvers<V | undefined>>()
  let reading = false

  const begin = () => {
    if (reading || waiting.size === 0) return
    reading = true
    setImmediate(() => void readBatch())
  }

  async function readBatch(): Promise<void> {
    const batch = [...waiting].slice(0, most)
    for (const [key] of batch) waiting.delete(key)
    try {
      const found = await within(patience_ms, read(batch.map(([key]) => key)))
      for (const [key, { resolve }] of batch) resolve(found.get(key))
    } catch (cause) {
      for (const [, { reject }] of batch) reject(cause)
    }
    reading = false
    begin()
  }

  return (key) => {
    const asked = waiting.get(key) ?? Promise.withResolvers<V | undefined>()
    waiting.set(key, asked)
    begin()
    return asked.promise
  }
}
