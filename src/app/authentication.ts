import { createApiKeys, createAuthentication, createIssuers, type Accounts } from '../features/accounts/index.ts'
import type { Users } from '../features/users/index.ts'
import type { Audit } from '../kernel/audit.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Events } from '../kernel/events.ts'
import type { Log } from '../kernel/log.ts'
import type { Config } from '../platform/config/index.ts'
import type { Sql } from '../platform/db/index.ts'
import { createVerifier, type Fetched } from '../platform/jwt/index.ts'
import type { Outgoing } from '../platform/outgoing/index.ts'

export interface AuthenticationParts {
  sql: Sql
  audit: Audit<Sql>
  users: Users
  accounts: Accounts
  events: Events
  clock: Clock
  log: Log
  outgoing: Outgoing
  settings: Pick<Config['security'], 'issuers' | 'max_api_keys_per_user'>
}

const key_set = { timeout_ms: 5_000, max_bytes: 262_144, max_redirects: 3, headers: { accept: 'application/json' } }

/** Everybody who can come with a text that says who they are: users with tokens of ours or of others, and programs with keys. */
export function createAuthenticators({ accounts, outgoing, settings, log, ...parts }: AuthenticationParts) {
  const { requireStanding, isConfined } = accounts
  const apiKeys = createApiKeys({ ...parts, requireStanding, isConfined, settings })
  const verifier = createVerifier({
    issuers: settings.issuers,
    fetch: (url) => fetchKeys(outgoing, url),
    clock: parts.clock,
    log: log.target('chat_server::issuers'),
  })
  const issuers = createIssuers({ ...parts, requireStanding, isConfined, verifier })
  return { apiKeys, authenticate: createAuthentication({ sessions: accounts.authenticate, apiKeys, issuers }) }
}

async function fetchKeys(outgoing: Outgoing, url: string): Promise<Fetched> {
  const { status, headers, body } = await outgoing.request(url, key_set)
  if (status !== 200) throw new Error(`${url} answers ${status}`)
  const seconds = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(headers['cache-control'] ?? '')?.[1]
  return { text: body.toString('utf8'), max_age_ms: seconds === undefined ? null : Number(seconds) * 1000 }
}
