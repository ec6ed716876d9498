import { createSecret, hashSecret } from '../../../src/platform/crypto/index.ts'
import { codeAt } from '../../features/accounts/authenticator.ts'
import type { TestServer } from '../../services/server.ts'
import { type Askings, plain } from '../asking.ts'
import type { Cell } from '../cast.ts'
import { ownerOf } from '../places.ts'

const isKey = ({ column }: Cell) => column === 'key without' || column === 'key with'

/** A refresh token of the asker's session; with `used`, one that was used before. */
async function refreshToken({ sql }: TestServer, { asker }: Cell, used: boolean): Promise<string> {
  const token = createSecret()
  await sql`
    insert into refresh_tokens (token_hash, session_id, expires_at, used_at)
    values (${hashSecret(token)}, ${asker.session_id}, now() + interval '1 day', ${used ? new Date() : null})`
  return token
}

async function resetToken({ sql }: TestServer, { asker }: Cell): Promise<string> {
  const token = createSecret()
  await sql`
    insert into password_resets (user_id, token_hash, expires_at) values (${asker.id}, ${hashSecret(token)}, now() + interval '1 day')`
  return token
}

interface Factor {
  secret: string
  backup_codes: string[]
}

async function startFactor(server: TestServer, { asker }: Cell): Promise<Factor> {
  const { data, error } = await server.ask('POST /auth/2fa/enable', { password: asker.password }, asker.token)
  if (data === undefined) throw new Error(`no second factor: ${JSON.stringify(error)}`)
  return data
}

const now = (secret: string) => codeAt(secret, new Date())
/** Of an hour ago, unless by chance it is one of those that are good now. */
const past = (secret: string) => {
  const good = [-2, -1, 0, 1, 2].map((step) => codeAt(secret, new Date(), step))
  return [120, 121, 122].map((step) => codeAt(secret, new Date(), -step)).find((code) => !good.includes(code)) ?? ''
}

/** A backup code of a factor that is on; for `other's` one of somebody else's. */
async function backupCode(server: TestServer, cell: Cell): Promise<string> {
  const { secret, backup_codes } = await startFactor(server, cell)
  const { error } = await server.ask('POST /auth/2fa/confirm', { totp_code: now(secret) }, cell.asker.token)
  if (error !== undefined) throw new Error(`not confirmed: ${JSON.stringify(error)}`)
  return cell.as === "other's" ? 'aaaaa-aaaaa' : (backup_codes[0] ?? '')
}

/** Their own, or for `other's` somebody else's. */
const passwordOf = ({ as, asker, holder }: Cell) => (as === "other's" ? holder : asker).password

export const signingIn: Askings = {
  'POST /auth/register': {
    make: () => ({ body: { username: `new-${crypto.randomUUID().slice(0, 18)}`, password: 'correct horse' } }),
  },
  'POST /auth/login': {
    make: (cell) => ({ body: { username: cell.asker.username, password: passwordOf(cell) } }),
  },
  // A token of somebody else's is as good as theirs; so `other's` is one that its owner has used.
  'POST /auth/refresh': {
    make: async (cell, server) => {
      if (cell.column === 'nobody' || isKey(cell)) return { body: { refresh_token: createSecret() } }
      return { body: { refresh_token: await refreshToken(server, cell, cell.as === "other's") } }
    },
  },
  'POST /auth/password/forgot': { make: ({ asker }) => ({ body: { username: asker.username } }) },
  'POST /auth/password/reset': {
    make: async (cell, server) => {
      const token = await resetToken(server, cell)
      const isTheirs = cell.column !== 'nobody' && cell.as !== "other's"
      return { body: { token: isTheirs ? token : createSecret(), new_password: 'a better horse' } }
    },
  },
  'POST /auth/logout': plain(),
  'POST /auth/logout-all': plain(),
  'POST /auth/ws-ticket': plain(),
  'POST /auth/password': {
    make: (cell) => ({ body: { current_password: passwordOf(cell), new_password: 'a better horse' } }),
  },
  'GET /auth/sessions': plain(),
  'DELETE /auth/sessions/{id}': {
    make: async (cell, { sql }) => {
      const [made] = await sql<{ id: string }[]>`
        insert into sessions (user_id, expires_at) values (${ownerOf(cell).id}, now() + interval '1 day') returning id`
      return { params: { id: made?.id ?? '' } }
    },
  },
  'GET /auth/2fa': plain(),
  'POST /auth/2fa/enable': { make: (cell) => ({ body: { password: passwordOf(cell) } }) },
  'POST /auth/2fa/confirm': {
    make: async (cell, server) => {
      const { secret } = await startFactor(server, cell)
      return { body: { totp_code: cell.as === "other's" ? past(secret) : now(secret) } }
    },
  },
  'POST /auth/2fa/disable': {
    make: async (cell, server) => ({
      body: { password: cell.asker.password, totp_code: await backupCode(server, cell) },
    }),
  },
  'POST /auth/2fa/backup-codes': {
    make: async (cell, server) => ({ body: { totp_code: await backupCode(server, cell) } }),
  },
}
