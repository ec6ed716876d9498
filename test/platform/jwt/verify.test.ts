import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { exportSPKI, importJWK, SignJWT } from 'jose'

import { AppError } from '../../../src/kernel/errors.ts'
import { createVerifier } from '../../../src/platform/jwt/index.ts'
import { createOutgoing } from '../../../src/platform/outgoing/index.ts'
import { type Issuer, type Mode, startIssuer } from '../../services/issuer.ts'
import { recordLog } from '../../services/log.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterEach(async () => {
  await issuer.serve('good')
})
afterAll(() => issuer.stop())

const secret = 'a secret that is shared by two, long enough'
const now_s = () => Math.floor(Date.now() / 1000)
const good = (claims: object = {}) => ({
  iss: 'https://login.example',
  aud: 'chat',
  sub: 'ada',
  iat: now_s(),
  exp: now_s() + 300,
  ...claims,
})
const signed = (claims: object, key = secret, header: object = {}) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', ...header }).sign(new TextEncoder().encode(key))

/** Two issuers, one with keys that it publishes and one with a secret, and a clock for their keys that tests move. */
function open(timeout_ms = 5_000) {
  let ahead_ms = 0
  const outgoing = createOutgoing({ allowed_private_hosts: ['127.0.0.1'] })
  const published = {
    issuer: 'https://login.example',
    audience: 'chat',
    secret: '',
    jwks_url: issuer.jwks_url,
    algorithms: [],
  }
  const shared = { issuer: 'https://app.example', audience: 'chat', secret, jwks_url: '', algorithms: [] }
  const only_es = { ...published, issuer: 'https://es.example', algorithms: ['ES256'] as const }
  const verifier = createVerifier<typeof published | typeof only_es>({
    issuers: [published, shared, only_es],
    fetch: async (url) => {
      const { status, headers, body } = await outgoing.request(url, {
        timeout_ms,
        max_bytes: 262_144,
        max_redirects: 3,
      })
      if (status !== 200) throw new Error(String(status))
      const max_age = /max-age=(\d+)/.exec(headers['cache-control'] ?? '')?.[1]
      return { text: String(body), max_age_ms: max_age === undefined ? null : Number(max_age) * 1000 }
    },
    clock: { now: () => new Date() },
    log: recordLog(),
    now: () => performance.now() + ahead_ms,
  })
  return {
    /** `good`, or the code of the error. */
    judge: async (token: string): Promise<string> => {
      const said = verifier.issuerOf(token)
      if (said === undefined) return 'nobody'
      return verifier.verify(said, token).then(
        () => 'good',
        (cause: unknown) => (cause instanceof AppError ? cause.code : String(cause)),
      )
    },
    verifier,
    published,
    advance: (ms: number) => {
      ahead_ms += ms
    },
  }
}

test.each([['rs256'], ['es256'], ['eddsa']])('a token signed by %s is good, and says what it says', async (kid) => {
  const { judge, verifier, published } = open()
  const claims = good({ name: 'Ada', nested: { a: [1] } })
  const token = await issuer.mint(claims, { kid })
  expect(await judge(token)).toBe('good')
  const { claims: said, issued_at, expires_at } = await verifier.verify(published, token)
  expect(said as object).toEqual(claims)
  expect([issued_at.getTime(), expires_at.getTime()]).toEqual([claims.iat * 1000, claims.exp * 1000])
})

test('a token signed with the shared secret is good', async () => {
  expect(await open().judge(await signed(good({ iss: 'https://app.example' })))).toBe('good')
})

test.each([
  ['an audience among several', { aud: ['other', 'chat'] }, 'good'],
  ['another audience', { aud: 'other' }, 'INVALID_TOKEN'],
  ['no audience', { aud: undefined }, 'INVALID_TOKEN'],
  ['an audience that begins like ours', { aud: 'chatter' }, 'INVALID_TOKEN'],
  ['an end that has passed', { exp: now_s() - 1 }, 'TOKEN_EXPIRED'],
  ['an end long ago', { exp: 1 }, 'TOKEN_EXPIRED'],
  ['no end', { exp: undefined }, 'INVALID_TOKEN'],
  ['an end that is text', { exp: '9999999999' }, 'INVALID_TOKEN'],
  ['an end that no date can hold', { exp: 1e300 }, 'good'],
  ['no beginning', { iat: undefined }, 'INVALID_TOKEN'],
  ['a beginning a moment ahead', { iat: now_s() + 30 }, 'good'],
  ['a beginning far ahead', { iat: now_s() + 120 }, 'INVALID_TOKEN'],
  ['a beginning before all time', { iat: -1e300 }, 'INVALID_TOKEN'],
  ['a start a moment ahead', { nbf: now_s() + 30 }, 'good'],
  ['a start far ahead', { nbf: now_s() + 120 }, 'INVALID_TOKEN'],
])('a token with %s (%p): %s', async (_, claims, verdict) => {
  const { judge, verifier } = open()
  const token = await issuer.mint(good(claims))
  expect(await judge(token)).toBe(verdict)
  if (verdict !== 'good') return
  const { expires_at } = await verifier.verify(verifier.issuerOf(token) as never, token)
  expect(expires_at.toISOString()).toMatch(/^\d{4}-/)
})

describe('an attacker who', () => {
  const unsigned = (header: object, claims: object, signature = '') =>
    `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${signature}`

  test.each([
    ['signs with nothing', async () => unsigned({ alg: 'none' }, good())],
    ['signs with nothing, in other letters', async () => unsigned({ alg: 'NoNe', kid: 'rs256' }, good())],
    ['keeps the signature of another token', async () => {
      const [, , signature] = (await issuer.mint(good())).split('.')
      return unsigned({ alg: 'RS256', kid: 'rs256' }, good({ sub: 'root' }), signature)
    }],
    ['uses the public key as a secret', async () => {
      const pem = await exportSPKI((await importJWK(await issuer.jwk('rs256'), 'RS256')) as CryptoKey)
      return signed(good(), pem, { kid: 'rs256' })
    }],
    ['uses the modulus as a secret', async () => signed(good(), (await issuer.jwk('rs256')).n, { kid: 'rs256' })],
    ['uses the published key as JSON as a secret', async () => signed(good(), JSON.stringify(await issuer.jwk('rs256')), { kid: 'rs256' })],
    ['brings a key in the header', async () => {
      const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
      const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
      return new SignJWT({ ...good() }).setProtectedHeader({ alg: 'ES256', jwk, kid: 'es256' }).sign(pair.privateKey)
    }],
    ['names a key by a path', async () => issuer.mint(good(), { header: { kid: '../../../../dev/null' } })],
    ['names a key by SQL', async () => issuer.mint(good(), { header: { kid: "x' union select 'key" } })],
    ['names keys elsewhere', async () => signed(good(), 'x'.repeat(40), { jku: 'http://169.254.169.254/keys', x5u: 'http://127.0.0.1/', kid: 'none' })],
    ['says that a key is of another kind', async () => issuer.mint(good(), { header: { kid: 'es256' } })],
    ['asks for an extension that nobody knows', async () => unsigned({ alg: 'RS256', kid: 'rs256', crit: ['x'], x: 1 }, good(), 'AAAA')],
    ['signs for one issuer with the secret of another', async () => signed(good())],
  ])('%s is refused', async (_, forge) => {
    expect(await open().judge(await forge())).toBe('INVALID_TOKEN')
  }) // prettier-ignore

  test('says to be of an issuer with an algorithm that this one does not use is refused', async () => {
    const { judge } = open()
    expect(await judge(await issuer.mint(good({ iss: 'https://es.example' }), { kid: 'es256' }))).toBe('good')
    expect(await judge(await issuer.mint(good({ iss: 'https://es.example' }), { kid: 'rs256' }))).toBe('INVALID_TOKEN')
    expect(await judge(await issuer.mint(good({ iss: 'https://es.example' }), { kid: 'eddsa' }))).toBe('INVALID_TOKEN')
  })

  test.each([
    ['another issuer', good({ iss: 'https://elsewhere.example' })],
    ['an issuer with a slash more', good({ iss: 'https://login.example/' })],
    ['no issuer', good({ iss: undefined })],
    ['several issuers', good({ iss: ['https://login.example'] })],
    ['an issuer that is a property of all objects', good({ iss: 'constructor' })],
  ])('names %s is not known here', async (_, claims) => {
    const verdict = await open().judge(await issuer.mint(claims))
    // One within a list reads like the one itself, and is refused a step later.
    expect(verdict).toBe(Array.isArray((claims as { iss?: unknown }).iss) ? 'INVALID_TOKEN' : 'nobody')
  })

  test.each([
    ['text', 'hello'],
    ['nothing', ''],
    ['dots', '...'],
    ['a number', `a.${Buffer.from('5').toString('base64url')}.c`],
    ['null', `a.${Buffer.from('null').toString('base64url')}.c`],
    ['deep nesting', `a.${Buffer.from(`${'['.repeat(3000)}${']'.repeat(3000)}`).toString('base64url')}.c`],
    ['five parts, which is another format', 'a.b.c.d.e'],
    ['more than any token has', `a.${Buffer.from(JSON.stringify({ ...good(), more: 'x'.repeat(9000) })).toString('base64url')}.c`],
  ])('sends %s is not known here', async (_, text) => {
    expect(await open().judge(text)).toBe('nobody')
  }) // prettier-ignore
})

describe('keys', () => {
  test('are fetched once, however many tokens come at once, and kept', async () => {
    const { judge, advance } = open()
    const before = await issuer.fetches()
    const tokens = await Promise.all(Array.from({ length: 30 }, (_, n) => issuer.mint(good({ sub: `u${n}` }))))
    expect(new Set(await Promise.all(tokens.map(judge)))).toEqual(new Set(['good']))
    advance(60_000)
    expect(await judge(await issuer.mint(good()))).toBe('good')
    expect(await issuer.fetches()).toBe(before + 1)
  })

  test.each([
    ['for as long as the issuer says', 120, 119_000, 121_000],
    ['for a minute at least', 0, 59_000, 61_000],
    ['for an hour at most', 1_000_000, 3_599_000, 3_601_000],
    ['for ten minutes when it says nothing', undefined, 599_000, 601_000],
  ])('are kept %s', async (_, max_age, still, over) => {
    await issuer.serve('good', max_age)
    const { judge, advance } = open()
    const before = await issuer.fetches()
    const token = await issuer.mint(good())
    await judge(token)
    advance(still)
    await judge(token)
    expect(await issuer.fetches()).toBe(before + 1)
    advance(over - still)
    expect(await judge(token)).toBe('good')
    expect(await issuer.fetches()).toBe(before + 2)
  })

  test('that are new are found by a token that names one, and those that are gone are no longer believed', async () => {
    const { judge, advance } = open()
    const kid = `next-${crypto.randomUUID()}`
    await judge(await issuer.mint(good()))
    await issuer.add('ES256', kid)
    const token = await issuer.mint(good(), { kid })
    advance(31_000)
    expect(await judge(token)).toBe('good')
    await issuer.drop(kid)
    expect(await judge(token)).toBe('good')
    advance(601_000)
    expect(await judge(token)).toBe('INVALID_TOKEN')
  })

  test('that do not exist make the issuer be asked once in 30 seconds, whatever is sent', async () => {
    const { judge, advance } = open()
    const before = await issuer.fetches()
    await judge(await issuer.mint(good()))
    const made_up = async (n: number) => judge(await issuer.mint(good(), { header: { kid: `made-up-${n}` } }))
    for (const expected of [1, 2, 3]) {
      const verdicts = await Promise.all(Array.from({ length: 20 }, (_, n) => made_up(n)))
      expect(new Set(verdicts)).toEqual(new Set(['INVALID_TOKEN']))
      expect(await issuer.fetches()).toBe(before + expected)
      advance(31_000)
    }
    expect(await judge(await issuer.mint(good()))).toBe('good')
  })

  const failing: Mode[] = ['down', 'failing', 'silent', 'huge', 'many', 'garbage', 'private']

  test.each(failing.map((mode) => [mode]))('that were never had (%s) make a token wait, not fail', async (mode) => {
    await issuer.serve(mode)
    const { judge, advance } = open(200)
    const token = await issuer.mint(good())
    expect(await judge(token)).toBe('SERVICE_UNAVAILABLE')
    await issuer.serve('good')
    // Not asked again at once...
    expect(await judge(token)).toBe('SERVICE_UNAVAILABLE')
    advance(31_000)
    // ...but then it is.
    expect(await judge(token)).toBe('good')
  })

  test.each(failing.map((mode) => [mode]))(
    'stay good while the issuer does not give them (%s), for a day',
    async (mode) => {
      const { judge, advance } = open(200)
      const token = await issuer.mint(good({ exp: now_s() + 10 * 86_400 }))
      expect(await judge(token)).toBe('good')
      await issuer.serve(mode)
      advance(3_700_000)
      expect(await judge(token)).toBe('good')
      const asked = await issuer.fetches()
      expect(await judge(token)).toBe('good')
      expect(await issuer.fetches()).toBe(asked)
      advance(86_400_000)
      expect(await judge(token)).toBe('SERVICE_UNAVAILABLE')
    },
  )

  test('that are secrets are no keys', async () => {
    await issuer.serve('secret')
    const { judge } = open()
    expect(await judge(await issuer.mint(good()))).toBe('INVALID_TOKEN')
    expect(await judge(await signed(good(), 'secret', { kid: 'rs256' }))).toBe('INVALID_TOKEN')
  })

  test('are found where a redirect leads, unless that is no place to ask', async () => {
    await issuer.serve('moved')
    expect(await open().judge(await issuer.mint(good()))).toBe('good')
  })
})
