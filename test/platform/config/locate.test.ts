import { expect, test } from 'bun:test'

import { locate } from '../../../src/platform/config/locate.ts'

const document = `# [not.a.table]
title = """
[server]
fake = 1
"""

[server] # a comment
bind_addr = "x"
"quoted" = '''
[limits]'''
list = [
  "a",
  # [b]
  "c",
]
inline = { deep = { deeper = 1 } }
dotted.key = 1

[ a . "b" ]
c = 1

[[items]]
name = 1
[[items]]
name = 2
`

test.each([
  ['title', 2],
  ['server', 7],
  ['server.bind_addr', 8],
  ['server.quoted', 9],
  ['server.list', 11],
  ['server.inline', 16],
  ['server.inline.deep.deeper', 16],
  ['server.dotted.key', 17],
  ['a', 19],
  ['a.b.c', 20],
  ['items', 22],
  ['items.name', 23],
])('%s first appears on line %p', (path, line) => {
  expect(locate(document).get(path)).toBe(line)
})

test.each(['server.fake', 'limits', 'not.a.table'])(
  '%s, which only appears within a text or a comment, has no line',
  (path) => {
    expect(locate(document).has(path)).toBe(false)
  },
)
