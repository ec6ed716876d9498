import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { SignJWT } from 'jose'

import { deleteEnded } from '../../../src/features/accounts/queries.ts'
import { connect } from '../../services/client.ts'
import { eventually } from '../../services/eventually.ts'
import { type Account, type Answer, startServer, type TestServer } from '../../services/server.ts'

setDefaultTimeout(30_000)
let server: TestServer
let local: Account

const secret = 'a secret that the product and the chat share'
const product = {
  name: 'product',
  issuer: 'https://app.example',
  audience: 'chat',
  secret,
  jwks_url: '',
  algorithms: [],
  claims: { subject: 'sub', username: 'name', role: 'role' },
  provision: true,
}
const security = { issuers: [product], require_2fa_for_admins: true }

beforeAll(async () => {
  server = await startServer({ security })
  local = await server.register('local')
})
afterAll(() => server.close())

const day_s = 86_400
const now_s = () => Math.floor(Date.now() / 1000)
let serial = 0
const token = (claims: object) =>
  new SignJWT({ iss: 'https://app.example', aud: 'chat', iat: now_s(), exp: now_s() + 300, jti: `e${++serial}`, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret)) // prettier-ignore

const me = (bearer: string) => server.ask('GET /users/me', undefined, bearer)
const own = async (bearer: string) => (await me(bearer)).data as { id: number; username: string; role: string }
const verdict = ({ status, error }: Answer): unknown[] => [status, error?.code]

test('a newer token with another name gives nothing back to an account that was deleted', async () => {
  const first = await token({ sub: 'forgotten', name: 'Ada Lovelace', role: 'user', iat: now_s() - 10 })
  const { id, username } = await own(first)
  expect((await server.ask('DELETE /users/me', { username }, first)).status).toBe(204)
  for (const claims of [{ name: 'Ada Lovelace', role: 'admin' }, { name: 'Ada King' }])
    expect(verdict(await me(await token({ sub: 'forgotten', ...claims, iat: now_s() + 5 })))).toEqual([
      401,
      'SESSION_REVOKED',
    ])
  const [row] = await server.sql`
    select u.username, u.display_name, u.role, i.claimed_name, i.claimed_role
    from users u join external_identities i on i.user_id = u.id where u.id = ${id}`
  expect(row).toEqual({
    username: `deleted-${id}`,
    display_name: null,
    role: 'user',
    claimed_name: null,
    claimed_role: null,
  })
})

