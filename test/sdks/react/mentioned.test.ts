import { expect, test } from 'bun:test'
import type { Message } from '../../../sdks/javascript/src/index.ts'

import { mentionedIn } from '../../../sdks/react/src/timeline/mentioned.ts'

const people = new Map([
  [1, 'Ada'],
  [2, 'bob'],
])

test.each<[string, string, number[], string[], string[]]>([
  ['nobody who is no member', 'hi @nobody', [], [], ['nobody']],
  ['all that are named, where they are as many', 'hi @zoe.', [9], ['zoe', 'zoe.', 'Zoe'], ['nobody']],
  ['those that are known, where more are named', '@ada, @bob and @nobody', [1, 2], ['ada', 'Bob'], ['nobody']],
  ['perhaps everybody, where one is not known', '@zoe and @nobody', [9], ['zoe', 'nobody'], ['bob']],
  ['one who is named twice', '@bob @BOB', [2], ['bob', 'BOB'], []],
  ['no part of an address', 'mail ada@bob.example, @ada', [1], ['ada'], ['bob.example']],
])('a message mentions %s', (_, content, mentions, shown, text) => {
  const isMentioned = mentionedIn({ content, mentions } as Message, (id) => people.get(id))
  expect(shown.filter((name) => !isMentioned(name))).toEqual([])
  expect(text.filter(isMentioned)).toEqual([])
})

test.each([
  ['a room', {}, true],
  ['a DM', { conversation_id: 1 }, false],
])('@here and @room in %s: %p', (_, place, expected) => {
  const isMentioned = mentionedIn(
    { content: '@here @room', mentions: [], ...place } as unknown as Message,
    () => undefined,
  )
  expect(['here', 'room'].map(isMentioned)).toEqual([expected, expected])
  expect(isMentioned('everyone')).toBe(false)
})
