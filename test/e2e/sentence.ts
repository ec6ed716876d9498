import { expect } from 'bun:test'

/** What a command that failed must have said: one sentence on standard error for the operator, and nothing of our insides. */
export function expectSentence({ code, out, err }: { code: number; out: string; err: string }, words: RegExp): void {
  const lines = err.trim().split('\n')
  expect(err).toMatch(words)
  expect(lines).toHaveLength(1)
  expect(err).toMatch(/^veza-chat: .+[.?]( \(\d+ more: see veza-chat config check\.\))?\n$/)
  expect(err).not.toMatch(/^\s+at |Error:|unexpected|undefined|\[object|node_modules|bunfs/m)
  expect(out).not.toMatch(/^\s+at |Error:/m)
  expect(code).toBeGreaterThan(0)
  // Not a signal, not a crash.
  expect(code).toBeLessThan(126)
}
