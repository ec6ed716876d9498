/** The keys of [security]. */
import { boolean, choices, duration, group, integer, list, requiredText, tables, text } from './kinds.ts'

const zero = 'no limit'
const planned = 'planned'

export const security = {
  jwt_secret: text(
    '',
    'Signs access tokens (HS256). In development one is generated and kept in data_dir; production needs at least 32 characters here.',
    {
      env: 'JWT_SECRET',
      secret: 'whole',
    },
  ),
  jwt_access_duration: duration('15m', 'The life of an access token.', { env: 'JWT_ACCESS_DURATION' }),
  jwt_refresh_duration: duration('7d', 'The life of a refresh token, which each use replaces.', {
    env: 'JWT_REFRESH_DURATION',
    most: '3650d',
  }),
  jwt_issuer: text('veza-chat', 'The `iss` claim of our tokens.', { form: 'word' }),
  jwt_audience: text('veza-chat', 'The `aud` claim of our tokens.', { form: 'word' }),
  session_max_age: duration('90d', 'The life of a session, however often it is refreshed.', { zero, most: '3650d' }),
  session_idle_timeout: duration(
    '30d',
    'A session that nobody used for so long is over. Requests, refreshing and open sockets are uses.',
    { zero, least: '15m', most: '3650d' },
  ),
  max_sessions_per_user: integer(
    100,
    'Sessions that one user may have; a new one ends the one that was not used for the longest time.',
    { zero },
  ),
  enable_2fa: boolean(
    true,
    'Whether users may turn on a second factor. When false, those who have one keep it and need it.',
  ),
  require_2fa_for_admins: boolean(
    false,
    'Whether admins need a second factor. Without one they may do nothing but turn one on.',
  ),
  content_filtering: boolean(true, 'Whether messages go through the content filter.', { status: planned }),
  registration: boolean(true, 'Whether anyone may create an account. When false, only the command line does.'),
  allowed_origins: list(
    [],
    'Further origins whose pages may connect, such as "https://app.example.com"; the own origin of the server always may.',
    { form: 'origin' },
  ),
  refresh_cookie: boolean(
    false,
    'Whether pages may have their refresh token as a cookie that no script can read (docs/security.md, "Browsers").',
  ),
  login_max_failures: integer(
    10,
    'Failed attempts after which an account is locked, to addresses that never signed in to it; of others each has a count of its own. In a lock, as many addresses that had no part in it have one try each. Sign-ins by an e-mail address count when they are right, too, but for the same again; of them there are two at least.',
    { zero, most: 1_000_000 },
  ),
  login_lockout: duration('15m', 'How long an account stays locked.'),
  user_emails: boolean(
    true,
    'Whether people may give their account an e-mail address themselves. Without, only the operator gives addresses (`veza-chat user create --email`).',
  ),
  max_forgot_passwords_per_hour: integer(
    3,
    'Forgotten passwords of one name or address that the audit trail is told of within an hour.',
    { zero },
  ),
  password_reset_duration: duration('24h', 'How long the token of a password reset is good.', { most: '30d' }),
  encryption_keys: list(
    [],
    'Keys for sensitive fields, as "key_id:base64 of 32 bytes". The first encrypts, all decrypt. In development one is generated and kept in data_dir.',
    {
      secret: 'whole',
      form: 'encryption_key',
    },
  ),
  argon2_memory_kib: integer(19_456, 'Memory of one password hash, in KiB.', { least: 1024, most: 4_194_304 }),
  argon2_iterations: integer(2, 'Passes of one password hash.', { least: 1, most: 100 }),
  max_api_keys_per_user: integer(20, 'API keys of one user or bot; revoked and expired ones do not count.', {
    zero,
    most: 10_000,
  }),
  allowed_private_hosts: list(
    [],
    'Host names, addresses or ranges that the server may ask although they are not on the public internet, such as "login.internal" or "10.1.0.0/16". All requests to addresses that somebody else has chosen, and those to jwks_url, obey it.',
    { form: 'host_or_cidr' },
  ),
  issuers: tables(
    {
      name: requiredText(
        'A name of yours for it. Its users belong to that name, so it must not change later. 1 to 64 of a-z 0-9 _ -.',
        { form: 'name' },
      ),
      issuer: requiredText('The `iss` claim of its tokens.', { form: 'word' }),
      audience: requiredText('What the `aud` claim of its tokens must be, or have.', { form: 'word' }),
      secret: text('', 'The secret that it shares with us, of at least 32 bytes: for HS256.', { secret: 'whole' }),
      jwks_url: text('', 'Where its public keys are, for the other algorithms. Production asks for https.', {
        form: 'web_url',
      }),
      algorithms: choices(
        ['HS256', 'RS256', 'ES256', 'EdDSA'],
        [],
        'What its tokens may be signed with. Empty: HS256 with a secret, the three others with jwks_url.',
      ),
      claims: group(
        { subject: 'sub', username: 'name', role: 'role' },
        'The claims that say who it is, the name, and the role (guest, user, moderator or admin; anything else changes nothing). An empty name: none.',
      ),
      provision: boolean(true, 'Whether somebody who was never seen becomes a user. When false, they are refused.'),
    },
    'Others who say who somebody is, such as your product: whoever has a token of theirs is signed in.',
    {
      name: 'product',
      issuer: 'https://app.example.com',
      audience: 'chat',
      jwks_url: 'https://app.example.com/.well-known/jwks.json',
    },
  ),
}
