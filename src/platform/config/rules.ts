/** What must hold between keys. Each violation is one sentence that says what to set. */
import type { Place } from './layers.ts'
import { readKey } from './forms.ts'
import type { Config } from './schema.ts'

type Named = (path: string) => string
type Rule = (config: Config, named: Named) => string | false | undefined

/** What must hold for each external issuer, among those before it. */
const issuerRules: ((
  issuer: Config['security']['issuers'][number],
  named: string,
  before: Config['security']['issuers'],
  security: Config['security'],
) => string | false)[] = [
  ({ secret, jwks_url }, named) =>
    (secret === '') === (jwks_url === '') && `Set either secret or jwks_url of ${named}, and not both.`,
  ({ secret }, named) =>
    secret !== '' &&
    Buffer.byteLength(secret) < 32 &&
    `Set the secret of ${named} to at least 32 bytes (it has ${Buffer.byteLength(secret)}), for example to the output of "openssl rand -base64 48".`,
  ({ secret }, named) =>
    placeholder.test(secret) &&
    `Set the secret of ${named} to one that is not an example, for example to what "openssl rand -base64 48" prints.`,
  ({ secret, algorithms }, named) =>
    secret !== '' &&
    algorithms.some((name) => name !== 'HS256') &&
    `Set algorithms of ${named} to ["HS256"]: the others need jwks_url in place of a secret.`,
  ({ jwks_url, algorithms }, named) =>
    jwks_url !== '' &&
    algorithms.includes('HS256') &&
    `Take HS256 from algorithms of ${named}: it needs a secret, and keys that anybody can read are none.`,
  ({ claims }, named) => claims.subject === '' && `Set claims.subject of ${named}: it says who somebody is.`,
  ({ name }, named, before) =>
    before.some((other) => other.name === name) && `Give ${named} a name of its own: "${name}" stands there twice.`,
  ({ issuer }, named, before) =>
    before.some((other) => other.issuer === issuer) &&
    `Give ${named} an issuer of its own: "${issuer.slice(0, 60)}" stands there twice.`,
  ({ issuer }, named, _, { jwt_issuer }) =>
    issuer === jwt_issuer && `Give ${named} an issuer other than security.jwt_issuer, which names this server itself.`,
]

const always: Rule[] = [
  ({ server }, named) =>
    server.tls_cert !== '' &&
    server.tls_key === '' &&
    `Set server.tls_key too: ${named('server.tls_cert')} is of no use without its key.`,
  ({ server }, named) =>
    server.tls_key !== '' &&
    server.tls_cert === '' &&
    `Set server.tls_cert too: ${named('server.tls_key')} is of no use without its certificate.`,
  ({ server, redis }, named) =>
    server.workers > 1 &&
    (redis.url === ''
      ? `Set ${named('server.workers')} to 0 or 1: several processes can only talk to each other through Redis, and redis.url is not set.`
      : `Set ${named('server.workers')} to 0 or 1: this version does not have clustering yet, even with redis.url set.`),
  ({ database }, named) =>
    database.embedded === true &&
    database.url !== '' &&
    `Set either ${named('database.url')} or ${named('database.embedded')} = true, not both.`,
  ({ database }, named) =>
    database.embedded === false &&
    database.url === '' &&
    `Set database.url (DATABASE_URL), since ${named('database.embedded')} is false.`,
  ({ database }, named) =>
    database.max_connections <= database.writer_lanes &&
    `Set ${named('database.max_connections')} above ${named('database.writer_lanes')} (${database.writer_lanes}): each lane keeps a connection busy.`,
  ({ security }, named) => {
    const ids = security.encryption_keys.map((key) => readKey(key)?.id ?? '')
    const twice = ids.find((id, index) => ids.indexOf(id) !== index)
    return (
      twice !== undefined &&
      `Give each of ${named('security.encryption_keys')} its own key_id: "${twice}" stands there twice.`
    )
  },
]

const production: Rule[] = [
  ({ security }, named) => {
    const index = security.issuers.findIndex(({ jwks_url }) => jwks_url.startsWith('http:'))
    return (
      index >= 0 &&
      `Set jwks_url of ${named(`security.issuers.${index}`)} to an https address for production: whoever sits between could give keys of their own.`
    )
  },
  ({ security }, named) => weakness(security.jwt_secret, named('security.jwt_secret')),
  ({ security }) =>
    security.encryption_keys.length === 0 &&
    'Set security.encryption_keys (CHAT_SECURITY_ENCRYPTION_KEYS) for production, for example "key-1:" followed by the output of "openssl rand -base64 32".',
  ({ security }) =>
    security.encryption_keys.some((key) => new Set(Buffer.from(key.split(':')[1] ?? '', 'base64')).size < 8) &&
    'Set security.encryption_keys for production to something harder to guess, for example "key-1:" followed by the output of "openssl rand -base64 32".',
  ({ database }) =>
    database.url === '' &&
    database.embedded !== true &&
    'Set database.url (DATABASE_URL) for production, or database.embedded = true to run the embedded PostgreSQL.',
  ({ server }) =>
    server.tls_cert === '' &&
    server.tls_key === '' &&
    server.trusted_proxies.length === 0 &&
    'Set server.tls_cert and server.tls_key for production, or server.trusted_proxies when a reverse proxy does TLS.',
]

/** What documents write where a secret belongs. */
const placeholder = /your-(?:super-)?secret|change-?me|of your own|example|output of|openssl/i

function weakness(secret: string, named: string): string | false {
  const advice = 'for example to the output of "openssl rand -base64 48"'
  if (secret === '') return `Set security.jwt_secret (JWT_SECRET) for production, ${advice}.`
  if (placeholder.test(secret)) return `Set ${named} for production to a secret that is not an example, ${advice}.`
  if (secret.length < 32)
    return `Set ${named} for production to at least 32 characters (it has ${secret.length}), ${advice}.`
  return new Set(secret).size < 8 && `Set ${named} for production to something harder to guess, ${advice}.`
}

/** One sentence for each rule that the configuration breaks, naming where the value came from. */
export function violations(config: Config, places: Map<string, Place>): string[] {
  const named: Named = (path) => {
    const place = places.get(path)
    return place === undefined || place.source === 'default' ? path : `${path} (${place.name})`
  }
  const rules = config.server.environment === 'production' ? [...always, ...production] : always
  const { issuers } = config.security
  const ofIssuers = issuers.flatMap((issuer, index) =>
    issuerRules.map((rule) =>
      rule(issuer, named(`security.issuers.${index}`), issuers.slice(0, index), config.security),
    ),
  )
  return [...rules.map((rule) => rule(config, named)), ...ofIssuers].filter((sentence) => typeof sentence === 'string')
}
