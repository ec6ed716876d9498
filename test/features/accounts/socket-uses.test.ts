import { expect, test } from 'bun:test'
import { createSocketUses } from '../../../src/app/socket-uses.ts'

test('every open socket that has signed in is noted once in five minutes, a part of them each minute', () => {
  const sockets = Array.from({ length: 500 }, () => ({ actor: { session_id: crypto.randomUUID() } }))
  const noted: string[] = []
  const tick = createSocketUses({ all: () => [...sockets, { actor: null }] }, (id) => noted.push(id))
  const sizes = Array.from({ length: 5 }, () => {
    const before = noted.length
    tick()
    return noted.length - before
  })
  expect(noted.toSorted()).toEqual(sockets.map(({ actor }) => actor.session_id).toSorted())
  expect(Math.max(...sizes)).toBeLessThan(200)
})
