import { afterAll, describe, expect, test } from 'bun:test'
import { withResults } from './report.ts'
import { median, percentiles } from './stats.ts'
import { ask, openWire } from './wire.ts'

describe('percentiles', () => {
  test('are values that were measured, by nearest rank', () => {
    const values = Array.from({ length: 1000 }, (_, n) => 1000 - n)
    expect(percentiles(values)).toEqual({ p50: 500, p99: 990, p999: 999, max: 1000, count: 1000 })
  })

  test('a median of an even number lies between the middle two', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5])
  })
})

describe('the results in the document', () => {
  const marked = (results: string) =>
    `before\n<!-- results: written by bun run bench --write-docs -->\n\n${results}\n\n<!-- end of results -->\nafter\n`

  test('are replaced and nothing else is', () => {
    expect(withResults(marked('old\nlines'), 'new')).toBe(marked('new'))
  })

  test('need a place', () => {
    expect(() => withResults('nothing marked', 'new')).toThrow('must hold')
  })
})

describe('a wire', () => {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request, self) => {
      if (new URL(request.url).pathname === '/closed') return new Response(null, { status: 403 })
      return self.upgrade(request) ? undefined : new Response(null, { status: 400 })
    },
    websocket: { message: (ws, message) => void ws.send(message), maxPayloadLength: 1 << 20 },
  })
  afterAll(() => server.stop(true))

  test.each([[1], [100], [125], [126], [60_000]])('carries a text of %d characters both ways', async (length) => {
    const wire = await openWire('127.0.0.1', server.port!, '/')
    const message = { text: 'é'.repeat(length / 2) + 'x'.repeat(length % 2) }
    expect(await ask<typeof message>(wire, message)).toEqual(message)
    wire.end()
  })

  test('reads frames that come in pieces and many at once, in order', async () => {
    const wire = await openWire('127.0.0.1', server.port!, '/')
    const seen: number[] = []
    const done = Promise.withResolvers<void>()
    wire.onText = (chunk, start, end) => {
      const { n } = JSON.parse(chunk.toString('utf8', start, end)) as { n: number }
      if (seen.push(n) === 2000) done.resolve()
    }
    for (let n = 0; n < 2000; n++) wire.send(JSON.stringify({ n, padding: 'x'.repeat(n % 700) }))
    await done.promise
    expect(seen).toEqual(Array.from({ length: 2000 }, (_, n) => n))
    wire.end()
  })

  test('says that an upgrade was refused', async () => {
    await expect(openWire('127.0.0.1', server.port!, '/closed')).rejects.toThrow('403')
  })
})
