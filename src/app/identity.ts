import { createAccounts } from '../features/accounts/index.ts'
import { createUsers } from '../features/users/index.ts'
import type { Config } from '../platform/config/index.ts'
import { createVault } from '../platform/crypto/index.ts'
import { createTokens } from '../transport/http/index.ts'

/** Users and accounts with the keys and tokens they need, for the server and for commands alike. */
export function createIdentity({
  settings,
  ...parts
}: { settings: Config['security'] } & Omit<
  Parameters<typeof createAccounts>[0],
  'settings' | 'users' | 'tokens' | 'vault'
>) {
  const { sql, clock } = parts
  const vault = createVault({ keys: settings.encryption_keys, secret: settings.jwt_secret })
  const users = createUsers({ sql, vault })
  const tokens = createTokens({
    secret: settings.jwt_secret,
    issuer: settings.jwt_issuer,
    audience: settings.jwt_audience,
    clock,
  })
  return { users, vault, accounts: createAccounts({ ...parts, settings, users, tokens, vault }) }
}
