import { expect, test } from 'bun:test'
import { nearest } from '../../../src/platform/config/index.ts'

const names = ['server', 'server.bind_addr', 'server.host', 'server.port', 'limits.max_message_length', 'limits.log_memory', 'log.level', 'CHAT_SERVER_HOST', 'CHAT_LOG_LEVEL'] // prettier-ignore

test.each([
  ['server.prot', 'server.port'],
  ['server.prt', 'server.port'],
  ['server.bindaddr', 'server.bind_addr'],
  ['server.bind_adress', 'server.bind_addr'],
  ['sever', 'server'],
  ['log.levle', 'log.level'],
  ['limits.max_mesage_lenght', 'limits.max_message_length'],
  ['limit.max_message_length', 'limits.max_message_length'],
  ['CHAT_LOG_LEVL', 'CHAT_LOG_LEVEL'],
])('%s is taken for %s', (name, meant) => {
  expect(nearest(name, names)).toBe(meant)
})

test.each(['server.foo', 'server.hello', 'limits.max_foo', 'log.file', 'foo', 'CHAT_SERVER_FOO', 'CHAT_FOO', '', '.'])(
  '"%s" is near to nothing, however long the section is',
  (name) => {
    expect(nearest(name, names)).toBeUndefined()
  },
)
