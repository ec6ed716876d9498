import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

import { codeAt } from '../features/accounts/authenticator.ts'
import { curl, wordsOf } from '../services/curl.ts'
import { startServer } from '../services/server.ts'

setDefaultTimeout(60_000)

interface Said {
  id?: number
  secret?: string
  code?: string
  key?: string
}

test('the commands of docs/getting_started.md for a team answer as it says, one after the other', async () => {
  const text = await Bun.file(join(import.meta.dir, '../../docs/getting_started.md')).text()
  const commands = [...text.matchAll(/^(curl .*?) +# (\d{3})(?:, .*)?$/gm)].map(([, line = '', status]) => ({
    line,
    status,
  }))
  expect(commands.length).toBeGreaterThan(10)

  const server = await startServer()
  const ada = await server.register('ada', 'correct horse battery')
  const bob = await server.register('bob')
  await server.sql`update users set role = 'admin' where id = ${ada.id}`
  const env: Record<string, string> = {
    API: `${server.url}/api/v1`,
    JSON: 'content-type: application/json',
    AUTH: `authorization: Bearer ${ada.token}`,
    BOB_AUTH: `authorization: Bearer ${bob.token}`,
    BOB: String(bob.id),
  }
  for (const { line, status } of commands) {
    const response = await curl(line, env)
    const body = await response.text()
    expect(`${response.status} ${line} ${body}`).toStartWith(`${status} ${line}`)
    const { data = {} } = (body === '' ? {} : JSON.parse(body)) as { data?: Said }
    if (data.secret !== undefined) env['CODE'] = codeAt(data.secret, new Date())
    if (data.code !== undefined) env['INVITE'] = data.code
    if (data.key !== undefined) env['KEY'] = data.key
    if (line.includes('/bots"')) env['BOT'] = String(data.id)
  }
  await server.close()
})

test.each([
  [`curl -s "$API/x" -d "{\\"a\\": \\"$A b\\"}"`, ['curl', '-s', 'http://h/x', '-d', '{"a": "1 b"}']],
  [`curl '$API' -H "$A"`, ['curl', '$API', '-H', '1']],
])('%s is read as a shell reads it', (line, words) => {
  expect(wordsOf(line, { API: 'http://h', A: '1' })).toEqual(words)
})
