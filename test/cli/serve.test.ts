import { expect, test } from 'bun:test'
import { veza } from './program.ts'

test('serve refuses a word that it does not take, as npm makes one of a forgotten "--"', async () => {
  const { code, err } = await veza(['serve', '8090'])
  expect(code).toBe(2)
  expect(err).toBe('veza-chat: serve takes no "8090"; flags of npm start come after "--": npm start -- --port 9000.\n')
})
