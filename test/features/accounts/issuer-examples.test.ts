import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { connect } from '../../services/client.ts'
import { startServer, type TestServer } from '../../services/server.ts'
import { configured } from '../../platform/config/files.ts'

setDefaultTimeout(30_000)
const root = join(import.meta.dir, '../../..')
const text = await Bun.file(join(root, 'docs/security.md')).text()
const section = text.slice(text.indexOf('## External issuers'))
const example = (language: string): string => {
  const [, code] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(section) ?? []
  if (code === undefined) throw new Error(`no example in ${language}`)
  return code
}

const secret = 'x'.repeat(48)
let server: TestServer

beforeAll(async () => {
  const { config } = configured({ toml: example('toml').replace(/secret = .*/, `secret = "${secret}"`) })
  server = await startServer({ security: { issuers: config.security.issuers } })
})
afterAll(() => server.close())

/** What the page says is in the five lines is: connect, join and send. */
async function chat(token: string): Promise<object> {
  const socket = await connect(server, { token })
  expect((await socket.command('join_room', { room_id: 'general' })).type).toBe('room_joined')
  expect((await socket.command('send_message', { room_id: 'general', content: 'embedded' })).type).toBe('message_sent')
  await socket.close()
  return socket.hello.data
}

test('the example in JavaScript signs a user in', async () => {
  const folder = join(root, 'node_modules/.cache', `example-${crypto.randomUUID()}`)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'token.mjs')
  await Bun.write(
    file,
    `${example('js')}\nprocess.stdout.write(await chatToken({ id: 7, name: 'Ada Lovelace', isStaff: true }))\n`,
  )
  const run = Bun.spawnSync(['node', file], { env: { ...process.env, CHAT_SECRET: secret } })
  rmSync(folder, { recursive: true })
  expect(String(run.stderr)).toBe('')
  expect(await chat(String(run.stdout))).toMatchObject({ username: 'Ada.Lovelace', role: 'moderator' })
})
