import type { Connections } from './connections.ts'

/** So many sockets that came or went since the last collection are worth one. */
const storm = 500
/** Looks in a row without much change before the storm counts as over. */
const calm_looks = 3

/**
 * Authenticating thousands of sockets leaves garbage that an idle runtime would keep for ever, as it collects when it allocates. Once a storm of connections
 * is over, this asks for a collection. To be called every second or so.
 */
export function createQuiet(
  connections: Pick<Connections, 'turnover'>,
  collect: () => void = () => Bun.gc(false),
): () => void {
  let collected = 0
  let last = 0
  let calm = 0
  return () => {
    const { turnover } = connections
    calm = turnover - last < storm / 10 ? calm + 1 : 0
    last = turnover
    if (calm < calm_looks || turnover - collected < storm) return
    collected = turnover
    collect()
  }
}
