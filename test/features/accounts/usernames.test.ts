import { expect, test } from 'bun:test'

import { Username } from '../../../src/features/accounts/index.ts'
import { namesLike, usernameFrom } from '../../../src/features/accounts/usernames.ts'

const fits = new RegExp(Username.pattern ?? '(?!)')

test.each([
  ['ada', 'ada'],
  ['Ada Lovelace', 'Ada.Lovelace'],
  ['  Zoé   Ångström ', 'Zoe.Angstrom'],
  ['ada@example.com', 'adaexample.com'],
  ['.-ada-.', 'ada'],
  ['a..b--c.-d', 'a.b-c.d'],
  ['O’Brien', 'OBrien'],
  ['ａｄａ', 'ada'],
  ['李小龙', 'user'],
  ['🦊🦊🦊', 'user'],
  ['x', 'user'],
  ['', 'user'],
  ['\u0000\ud800', 'user'],
  ['a'.repeat(1000), 'a'.repeat(32)],
  [`${'a'.repeat(31)}.b`, 'a'.repeat(31)],
])('the username of %p is %p', (name, username) => {
  expect(usernameFrom(name)).toBe(username)
  expect(username).toMatch(fits)
})

test('names like one that is taken are usernames too, and the reserved are not among them', () => {
  for (const name of ['ada', 'a'.repeat(32), `${'a'.repeat(29)}.bc`, 'here', 'Everyone']) {
    const names = namesLike(name, () => 'abc123')
    expect(names.length).toBeGreaterThan(8)
    for (const each of names) expect(each).toMatch(fits)
    expect(names.includes('here') || names.includes('Everyone')).toBe(false)
  }
  expect(namesLike('ada', () => 'abc123').slice(0, 3)).toEqual(['ada', 'ada-2', 'ada-3'])
})
