import { createEvents, type DomainEvents } from '../../../src/kernel/events.ts'
import { type AccountSettings, accountRoutes, createAccounts } from '../../../src/features/accounts/index.ts'
import { createPasswords, type Passwords } from '../../../src/features/accounts/passwords.ts'
import { createAudit } from '../../../src/features/audit/index.ts'
import { createUsers, userRoutes } from '../../../src/features/users/index.ts'
import { createVault } from '../../../src/platform/crypto/index.ts'
import { createLimits } from '../../../src/platform/limits/index.ts'
import { createGuard, createHttp, createTokens, openapi } from '../../../src/transport/http/index.ts'
import { breaches } from '../../services/contract.ts'
import { httpContract, type OpenApi } from '../../services/http-contract.ts'
import { recordLog } from '../../services/log.ts'
import type { Sql } from '../../../src/platform/db/index.ts'
import { createDatabase, type TestDatabase } from '../../services/postgres.ts'

export interface Answer {
  status: number
  headers: Headers
  text: string
  // Tests say what they expect of a body; its shape is what is under test.
  data: never
  error: { code: string; message: string; details?: unknown; request_id: string; timestamp: string }
}

export interface Asking {
  body?: unknown
  token?: string
  ip?: string
  headers?: Record<string, string>
}

const defaults: AccountSettings = {
  jwt_access_duration: 900_000,
  jwt_refresh_duration: 7 * 86_400_000,
  session_max_age: 90 * 86_400_000,
  session_idle_timeout: 30 * 86_400_000,
  max_sessions_per_user: 100,
  registration: true,
  login_max_failures: 3,
  login_lockout: 900_000,
  user_emails: true,
  max_forgot_passwords_per_hour: 3,
  password_reset_duration: 86_400_000,
  enable_2fa: true,
  require_2fa_for_admins: false,
  // The least that Argon2 takes: these tests are about rules, not about cost.
  argon2_memory_kib: 1024,
  argon2_iterations: 1,
}

const secret = 'a secret of more than thirty-two characters'

/** Accounts and users behind HTTP on a database of their own, with a clock that tests move. */
export async function openHouse(
  options: {
    settings?: Partial<AccountSettings>
    rates?: { auth?: number; requests?: number }
    keys?: string[]
    /** Another house on its database. */
    kept?: TestDatabase
    /** What the accounts use in place of the database and the hashes, such as ones that count. */
    through?: (parts: { sql: Sql; passwords: Passwords }) => { sql: Sql; passwords: Passwords }
  } = {},
) {
  const database = options.kept ?? (await createDatabase())
  const { sql } = database
  const log = recordLog()
  const events = createEvents()
  const revoked: DomainEvents['session.revoked'][] = []
  events.on('session.revoked', (event) => revoked.push(event))
  let ahead_ms = 0
  const clock = { now: () => new Date(Date.now() + ahead_ms) }
  const vault = createVault({ keys: options.keys ?? [], secret })
  const limits = createLimits()
  const audit = createAudit({ sql, log })
  const users = createUsers({ sql, vault })
  const tokens = createTokens({ secret, issuer: 'veza-chat', audience: 'veza-chat', clock })
  const plain = { sql, passwords: createPasswords({ memory_kib: 1024, iterations: 1 }) }
  const accounts = createAccounts({
    ...(options.through?.(plain) ?? plain),
    audit,
    vault,
    limits,
    users,
    tokens,
    events,
    clock,
    log,
    settings: { ...defaults, ...options.settings },
  })
  const rates = {
    max_auth_requests_per_minute: options.rates?.auth ?? 0,
    max_requests_per_minute: options.rates?.requests ?? 0,
  }
  const cookies = { enabled: true, allowed_origins: ['https://app.example'], life_ms: 7 * 86_400_000 }
  const guard = createGuard({
    authenticate: accounts.authenticate,
    limits,
    rule: { points: rates.max_requests_per_minute, duration_s: 60 },
  })
  const http = createHttp({
    log,
    trusted_proxies: [],
    allowed_origins: [],
    max_body_size: 10_000,
    request_timeout: 10_000,
    onRefusal: audit.refusal,
    routes: [accountRoutes({ accounts, guard, limits, rates, cookies }), userRoutes({ users, guard })],
    ready: async () => ({ ok: true, checks: {} }),
  })

  const contract = httpContract(openapi({ routes: http.app.routes, version: 'test', public_url: '' }) as OpenApi)

  const ask = async (line: string, asking: Asking = {}): Promise<Answer> => {
    const [method = 'GET', path = '/'] = line.split(' ')
    const headers = new Headers(asking.headers)
    if (asking.token !== undefined) headers.set('authorization', `Bearer ${asking.token}`)
    if (asking.body !== undefined) headers.set('content-type', 'application/json')
    const body = asking.body === undefined ? {} : { body: JSON.stringify(asking.body) }
    const request = new Request(`http://localhost/api/v1${path}`, { method, headers, ...body })
    const response = await http.fetch(request, { ip: asking.ip ?? '192.0.2.1', tls: false })
    const text = await response.text()
    const answer = text === '' ? undefined : JSON.parse(text)
    const { status, headers: told } = response
    const breach = contract({ method, path: `/api/v1${path}`, status, headers: told, body: answer })
    if (breach !== null) breaches.push(breach)
    return { status: response.status, headers: response.headers, text, ...answer }
  }

  return {
    database,
    sql,
    log,
    limits,
    audit,
    vault,
    tokens,
    accounts,
    clock,
    revoked,
    http,
    ask,
    advance: (ms: number) => {
      ahead_ms += ms
    },
    register: async (username: string, password = 'correct horse') =>
      (await ask('POST /auth/register', { body: { username, password } })).data as Pair,
    login: async (username: string, extra: object = {}, ip?: string) =>
      ask('POST /auth/login', {
        body: { username, password: 'correct horse', ...extra },
        ...(ip !== undefined && { ip }),
      }),
    close: async () => {
      if (options.kept === undefined) await database.drop()
    },
  }
}

export interface Pair {
  access_token: string
  refresh_token: string
  expires_in: number
  token_type: string
  user: { id: number; username: string; email: string | null; role: string }
}
