import { expect, test } from 'bun:test'
import type { Message } from '../../../sdks/javascript/src/index.ts'

import { isNoCall, mentionedIn } from '../../../sdks/react/src/timeline/mentioned.ts'

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
  ['nobody', [], undefined, []],
  ['the room', [], 'room', ['room', 'Room.']],
  ['who is here', [], 'here', ['here', 'HERE']],
  ['nobody, and mentions somebody not known', [9], undefined, ['zoe']],
  ['the room, and mentions somebody not known', [9], 'room', ['room', 'Room.', 'zoe']],
] as const)('a message calls %s', (_, mentions, called, shown) => {
  const message = { content: '@here @room. @zoe', mentions, called } as unknown as Message
  const isMentioned = mentionedIn(message, () => undefined)
  expect(['here', 'HERE', 'room', 'Room.', 'zoe', 'everyone'].filter(isMentioned)).toEqual([...shown])
})

test.each([
  ['room', false],
  ['Here', false],
  ['here.', false],
  ['ada', true],
  ['rooms', true],
])('@%s is no call: %p', (name, expected) => {
  expect(isNoCall(name)).toBe(expected)
})
