import { encode } from './codec.ts'
import type { Node } from './node.ts'

/** Few clients need no more time than this each; many share the whole of the drain. */
const pace_ms = 20

/**
 * Sends every client away: each is told another `reconnect_in_ms`, spread over `drain_ms` at most, is served until then, and is closed with 4503.
 * Resolves when the last is closed.
 */
export async function drain(node: Node, drain_ms: number): Promise<void> {
  node.draining = true
  const sessions = [...node.connections.all()]
  const step = Math.min(pace_ms, drain_ms / Math.max(1, sessions.length))
  const leaving = sessions.map((session, index) => {
    const reconnect_in_ms = Math.ceil(step * (index + 1))
    node.outlet.send(session, encode('server_draining', undefined, { reconnect_in_ms }))
    return { session, at: performance.now() + reconnect_in_ms }
  })
  for (const { session, at } of leaving) {
    const wait = at - performance.now()
    if (wait > 0) await Bun.sleep(wait)
    node.outlet.close(session, 'draining')
  }
  for (const session of node.connections.all()) node.outlet.close(session, 'draining')
}
