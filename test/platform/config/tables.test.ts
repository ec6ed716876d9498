import { expect, test } from 'bun:test'

import { effectiveFile } from '../../../src/platform/config/index.ts'
import { configured, problems } from './files.ts'

const secret = 'hunter2-hunter2-hunter2-hunter2-hunter2'
const product = `[[security.issuers]]
name = "product"
issuer = "https://app.example.com"
audience = "chat"
secret = "${secret}"
`
const partner = `[[security.issuers]]
name = "partner"
issuer = "https://login.example.net"
audience = "chat"
jwks_url = "https://login.example.net/keys"
algorithms = ["RS256", "EdDSA"]
provision = false

[security.issuers.claims]
username = "nickname"
`
const complete = { claims: { subject: 'sub', username: 'name', role: 'role' }, algorithms: [], provision: true }

test('there are none by default', () => {
  expect(configured({}).config.security.issuers).toEqual([])
})

test('each table of a file is an entry, with defaults for what it leaves out', () => {
  const { config, places } = configured({ toml: `[security]\nregistration = false\n${product}\n${partner}` })
  expect(config.security.registration).toBe(false)
  expect(config.security.issuers).toEqual([
    { ...complete, name: 'product', issuer: 'https://app.example.com', audience: 'chat', secret, jwks_url: '' },
    {
      name: 'partner',
      issuer: 'https://login.example.net',
      audience: 'chat',
      secret: '',
      jwks_url: 'https://login.example.net/keys',
      algorithms: ['RS256', 'EdDSA'],
      claims: { subject: 'sub', username: 'nickname', role: 'role' },
      provision: false,
    },
  ])
  expect(places.get('security.issuers')?.name).toEndWith('config.toml:3')
  expect(places.get('security.issuers.0')?.name).toEndWith('config.toml:3')
  expect(places.get('security.issuers.1')?.name).toEndWith('config.toml:9')
})

test('a variable has them as JSON, and replaces those of the file', () => {
  const entry = { name: 'other', issuer: 'https://other.example.com', audience: 'chat', secret }
  const env = { CHAT_SECURITY_ISSUERS: JSON.stringify([entry]) }
  const { config, places } = configured({ toml: product, env })
  expect(config.security.issuers).toEqual([{ ...complete, jwks_url: '', ...entry }])
  expect(places.get('security.issuers.0')).toEqual({ source: 'env', name: 'CHAT_SECURITY_ISSUERS' })
  expect(configured({ toml: product, env: { CHAT_SECURITY_ISSUERS: '[]' } }).config.security.issuers).toEqual([])
})

test('a flag does too', () => {
  const entry = { name: 'other', issuer: 'https://other.example.com', audience: 'chat', secret }
  const flags = { 'security.issuers': JSON.stringify([entry]) }
  expect(configured({ toml: product, flags }).config.security.issuers).toMatchObject([entry])
})

const many = Array.from({ length: 101 }, (_, n) => ({ name: `n${n}`, issuer: `i${n}`, audience: 'a', secret }))

test.each([
  [
    'an unknown field',
    { toml: `${product}isuer = "x"\n` },
    ['config.toml:6: "security.issuers.0.isuer" is not a configuration key; did you mean "issuer"?'],
  ],
  [
    'a field of the wrong type, in the second table',
    { toml: `${product}\n${partner.replace('audience = "chat"', 'audience = 5')}` },
    ['config.toml:10: security.issuers.1.audience must be a text that is not empty, not 5.'],
  ],
  [
    'a missing field',
    { toml: product.replace('audience = "chat"\n', '') },
    ['config.toml:1: security.issuers.0.audience is missing; every one of [[security.issuers]] needs it.'],
  ],
  [
    'an algorithm that is none of ours',
    { toml: partner.replace('"RS256"', '"none"') },
    [
      'config.toml:6: security.issuers.0.algorithms must be a list of "HS256", "RS256", "ES256", "EdDSA", each once, not ["none","EdDSA"].',
    ],
  ],
  [
    'a claim that is none of ours',
    { toml: partner.replace('username', 'email') },
    [
      'config.toml:9: security.issuers.0.claims must be a table with any of subject, username, role, each a text, not {"email":"nickname"}.',
    ],
  ],
  [
    'a table that is no list',
    { toml: product.replace('[[security.issuers]]', '[security.issuers]') },
    [
      'config.toml:1: security.issuers must be a list of tables, each written as [[security.issuers]]; in a variable or a flag, as a JSON list of objects.',
    ],
  ],
  [
    'a variable that is not JSON',
    { env: { CHAT_SECURITY_ISSUERS: `[{"secret": "${secret}"` } },
    [
      'CHAT_SECURITY_ISSUERS: security.issuers must be a list of tables, each written as [[security.issuers]]; in a variable or a flag, as a JSON list of objects.',
    ],
  ],
  [
    'too many of them',
    { env: { CHAT_SECURITY_ISSUERS: JSON.stringify(many) } },
    [
      'CHAT_SECURITY_ISSUERS: security.issuers must be a list of tables, each written as [[security.issuers]]; in a variable or a flag, as a JSON list of objects.',
    ],
  ],
  [
    'a secret of the wrong type, which is not shown',
    { env: { CHAT_SECURITY_ISSUERS: '[{"name":"a","issuer":"i","audience":"a","secret":["hunter2"]}]' } },
    ['CHAT_SECURITY_ISSUERS: security.issuers.0.secret must be a text.'],
  ],
  [
    'a name that could not be kept',
    { toml: product.replace('"product"', '"Our Product"') },
    ['config.toml:2: security.issuers.0.name must be 1 to 64 of a-z 0-9 _ -, not "Our Product".'],
  ],
])('%s is an error with its place', (_, given, sentences) => {
  expect(problems(given)).toEqual(sentences)
})

test.each([
  ['neither a secret nor keys', product.replace(/secret.*\n/, ''), 'Set either secret or jwks_url of security.issuers.0 (config.toml:1), and not both.'],
  ['both', `${product}jwks_url = "https://a.example/k"\n`, 'Set either secret or jwks_url of security.issuers.0 (config.toml:1), and not both.'],
  ['a secret that was copied from a document', product.replace(secret, 'the output of: openssl rand -base64 48'), 'Set the secret of security.issuers.0 (config.toml:1) to one that is not an example, for example to what "openssl rand -base64 48" prints.'],
  ['a short secret', product.replace(secret, 'hunter2'), 'Set the secret of security.issuers.0 (config.toml:1) to at least 32 bytes (it has 7), for example to the output of "openssl rand -base64 48".'],
  ['public keys for HS256', partner.replace('"RS256"', '"HS256"'), 'Take HS256 from algorithms of security.issuers.0 (config.toml:1): it needs a secret, and keys that anybody can read are none.'],
  ['a secret for RS256', `${product}algorithms = ["RS256"]\n`, 'Set algorithms of security.issuers.0 (config.toml:1) to ["HS256"]: the others need jwks_url in place of a secret.'],
  ['no subject', `${product}claims = { subject = "" }\n`, 'Set claims.subject of security.issuers.0 (config.toml:1): it says who somebody is.'],
  ['a name twice', `${product}\n${partner.replace('"partner"', '"product"')}`, 'Give security.issuers.1 (config.toml:7) a name of its own: "product" stands there twice.'],
  ['an issuer twice', `${product}\n${partner.replace('login.example.net"', 'X').replace('https://X', 'https://app.example.com"')}`, 'Give security.issuers.1 (config.toml:7) an issuer of its own: "https://app.example.com" stands there twice.'],
  ['our own issuer', product.replace('https://app.example.com', 'veza-chat'), 'Give security.issuers.0 (config.toml:1) an issuer other than security.jwt_issuer, which names this server itself.'],
])('an issuer with %s is refused', (_, toml, sentence) => {
  expect(problems({ toml })).toEqual([sentence])
}) // prettier-ignore

test('in production keys come by https', () => {
  const production = `[server]\nenvironment = "production"\n${partner.replace('https://login.example.net/keys', 'http://login.example.net/keys')}`
  const sentence =
    'Set jwks_url of security.issuers.0 (config.toml:3) to an https address for production: whoever sits between could give keys of their own.'
  expect(problems({ toml: production })).toContain(sentence)
  expect(problems({ toml: production.replace('http:', 'https:') })).not.toContain(sentence)
})

test('the effective file shows them with their places, hides what is secret, and reads back as the same', () => {
  const loaded = configured({ toml: `${product}\n${partner}` })
  const text = effectiveFile(loaded)
  expect(text).not.toContain('hunter2')
  expect(text).toContain('secret = "***"\n')
  expect(text).toMatch(/\[\[security\.issuers\]\] # .*config\.toml:7\nname = "partner"\n/)
  const again = configured({
    toml: text
      .replaceAll('"***"', `"${secret}"`)
      .replace(/^jwt_secret = .*$/m, '')
      .replaceAll(/^# .*$/gm, ''),
  })
  expect(again.config.security.issuers).toEqual(loaded.config.security.issuers)
})

test.each([
  ['a name', 'login.internal', true],
  ['an address', '10.1.2.3', true],
  ['a range', 'fd00::/8', true],
  ['an address with a port', '10.1.2.3:80', false],
  ['a URL', 'http://10.1.2.3', false],
])('allowed_private_hosts and %s: %s', (_, host, fits) => {
  const given = { env: { CHAT_SECURITY_ALLOWED_PRIVATE_HOSTS: host } }
  if (fits) expect(configured(given).config.security.allowed_private_hosts).toEqual([host])
  else expect(problems(given)).toHaveLength(1)
})
