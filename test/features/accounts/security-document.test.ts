import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { curl } from '../../services/curl.ts'
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
