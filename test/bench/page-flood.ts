import { openWire } from './wire.ts'

export interface Flood {
  port: number
  /** One for each who writes. */
  tokens: string[]
  room_id: number
  messages: number
  per_second: number
  /** The n-th message says it. */
  text(n: number): string
}

/** So many messages are on their way at most: the server ends a connection of which more than `limits.inbound_queue_frames` (64) wait, as they may on a busy machine. */
const most_on_way = 48

/** Several people write by a fixed schedule: nobody waits for an answer before the next, as long as the server keeps up. Resolves when all is acknowledged, to the seconds that it took; rejects at what is refused. */
export async function flood({ port, tokens, room_id, messages, per_second, text }: Flood): Promise<number> {
  let acknowledged = 0
  const all = Promise.withResolvers<void>()
  const wires = await Promise.all(
    tokens.map(async (token) => {
      const wire = await openWire('127.0.0.1', port)
      const welcomed = Promise.withResolvers<void>()
      wire.onText = (chunk, start, end) => {
        const { type, data } = JSON.parse(chunk.toString('utf8', start, end)) as {
          type: string
          data: { code?: string }
        }
        if (type === 'auth_success') welcomed.resolve()
        if (type === 'message_sent' && ++acknowledged === messages) all.resolve()
        if (type === 'error' || type === 'auth_error') all.reject(new Error(`${type}: ${JSON.stringify(data)}`))
      }
      wire.send(JSON.stringify({ type: 'authenticate', id: 'in', data: { token } }))
      await Promise.race([welcomed.promise, all.promise])
      return wire
    }),
  )
  // What is lost with a connection is never acknowledged.
  const watched = setInterval(() => {
    if (wires.some(({ lost }) => lost)) all.reject(new Error(`a connection was lost at ${acknowledged} of ${messages}`))
  }, 500)
  all.promise.then(
    () => clearInterval(watched),
    () => clearInterval(watched),
  )
  const begun = performance.now()
  for (let sent = 0; sent < messages;) {
    const due = Math.min(messages, Math.floor(((performance.now() - begun) / 1000) * per_second))
    for (; sent < due && sent - acknowledged < most_on_way; sent++)
      wires[sent % wires.length]?.send(
        JSON.stringify({ type: 'send_message', id: sent, data: { room_id, content: text(sent) } }),
      )
    await Promise.race([Bun.sleep(2), all.promise])
  }
  await all.promise
  const seconds = (performance.now() - begun) / 1000
  for (const wire of wires) wire.end()
  return seconds
}
