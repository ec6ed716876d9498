import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { startServer } from '../../services/server.ts'
import { codeAt } from './authenticator.ts'

// The first file of a run starts PostgreSQL, which takes its time on a busy machine.
setDefaultTimeout(30_000)

interface Said {
  access_token?: string
  reset_token?: string
  secret?: string
  backup_codes?: string[]
  sessions?: { id: string; is_current: boolean }[]
}

/** The words of a line as a shell has them: in double quotes `$NAME` is a variable and `\\"` a quote, in single quotes everything is itself. */
const wordsOf = (line: string, env: Record<string, string>): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) =>
    double === undefined
      ? (single ?? plain ?? '')
      : double.replaceAll(/\\(.)|\$(\w+)/g, (_, escaped: string | undefined, name: string) => {
          if (escaped === undefined && env[name] === undefined) throw new Error(`nothing has set $${name}: ${line}`)
          return escaped ?? env[name] ?? ''
        }),
  )

/** What `curl` does with these flags. Not every machine that runs the tests has it. */
function curl(line: string, env: Record<string, string>): Promise<Response> {
  const [command, ...words] = wordsOf(line, env)
  const headers = new Headers()
  const request: { url?: string; method?: string; body?: string } = {}
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-s') continue
    if (word === '-H') headers.append(...((words.shift() ?? '').split(/: (.*)/, 2) as [string, string]))
    else if (word === '-X') request.method = words.shift() ?? ''
    else if (word === '-d') request.body = words.shift() ?? ''
    else if (request.url === undefined && /^http/.test(word)) request.url = word
    else throw new Error(`what is ${word} in: ${line}`)
  }
  if (command !== 'curl' || request.url === undefined) throw new Error(`no curl: ${line}`)
  const { url, body, method = body === undefined ? 'GET' : 'POST' } = request
  return fetch(url, { method, headers, ...(body !== undefined && { body }) })
}

test.each([
  [`curl -s "$API/x" -d "{\\"a\\": \\"$A b\\"}"`, ['curl', '-s', 'http://h/x', '-d', '{"a": "1 b"}']],
  [`curl '$API' -H "$A"`, ['curl', '$API', '-H', '1']],
])('%s is read as a shell reads it', (line, words) => {
  expect(wordsOf(line, { API: 'http://h', A: '1' })).toEqual(words)
})

test('the commands of docs/security.md answer as it says, one after the other', async () => {
  const text = await Bun.file(join(import.meta.dir, '../../../docs/security.md')).text()
  const commands = [...text.matchAll(/^ *(curl .*?) +# (\d{3})$/gm)].map(([, line = '', status]) => ({ line, status }))
  expect(commands.length).toBeGreaterThan(12)

  const server = await startServer()
  const ada = await server.register('ada')
  await server.register('root')
  await server.sql`update users set role = 'admin' where username = 'root'`
  const env: Record<string, string> = {
    API: `${server.url}/api/v1`,
    JSON: 'content-type: application/json',
    ADA: String(ada.id),
    ADMIN_AUTH: `authorization: Bearer ${(await server.login('root')).token}`,
  }
  let secret = ''
  let codes: string[] = []
  // Each step is good once: the one before now, this one, the one after.
  let step = -1
  const learn = (said: Said) => {
    if (said.access_token !== undefined) env['AUTH'] = `authorization: Bearer ${said.access_token}`
    if (said.reset_token !== undefined) env['RESET_TOKEN'] = said.reset_token
    secret = said.secret ?? secret
    codes = said.backup_codes ?? codes
    env['OTHER_SESSION'] = said.sessions?.find(({ is_current }) => !is_current)?.id ?? env['OTHER_SESSION'] ?? ''
  }
  for (const { line, status } of commands) {
    if (line.includes('/auth/sessions"')) await server.login('ada', 'battery staple')
    if (line.includes('$CODE')) env['CODE'] = codeAt(secret, new Date(), step++)
    if (line.includes('$BACKUP_CODE')) env['BACKUP_CODE'] = codes.shift() ?? ''
    const response = await curl(line, env)
    const body = await response.text()
    expect(`${response.status} ${line} ${body}`).toStartWith(`${status} ${line}`)
    if (body !== '') learn((JSON.parse(body) as { data?: Said }).data ?? {})
  }
  await server.close()
})
