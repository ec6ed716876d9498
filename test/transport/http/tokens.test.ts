import { expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { createTokens } from '../../../src/transport/http/tokens.ts'

const secret = 'a secret of more than thirty-two characters'
let now = new Date()
const options = { secret, issuer: 'veza-chat', audience: 'veza-chat', clock: { now: () => now } }
const tokens = createTokens(options)
const sid = '0d1f5ab4-27b2-4e6c-8d4a-0f5c8f4a7f11'
const claims = { sub: '7', sid, role: 'user', username: 'ada' } as const
const in_15_min = () => new Date(now.getTime() + 900_000)

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
function forge(header: object, payload: object, key: string | null = secret, hash = 'sha256'): string {
  const text = `${part(header)}.${part(payload)}`
  return `${text}.${key === null ? '' : createHmac(hash, key).update(text).digest('base64url')}`
}
const seconds = () => Math.floor(now.getTime() / 1000)
const good = () => ({ ...claims, iss: 'veza-chat', aud: 'veza-chat', jti: 'x', iat: seconds(), exp: seconds() + 900 })
const hs256 = { alg: 'HS256', typ: 'JWT' }
const without = (name: string) => Object.fromEntries(Object.entries(good()).filter(([key]) => key !== name))

test('a token says who, in which session, as what, until when', async () => {
  const token = await tokens.sign(claims, in_15_min())
  const [header, payload = {}] = token
    .split('.')
    .slice(0, 2)
    .map((text) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>)
  expect(header).toEqual({ alg: 'HS256', typ: 'JWT' })
  expect(Object.keys(payload).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'role', 'sid', 'sub', 'username'])
  expect(await tokens.verify(token)).toMatchObject(claims)
})

test('the forger of these tests can make good tokens', async () => {
  expect(await tokens.verify(forge(hs256, good()))).toMatchObject(claims)
})

test.each([
  ['another signature', () => forge(hs256, good(), 'another secret of more than 32 characters')],
  ['no signature', () => forge(hs256, good(), null)],
  ['alg none', () => forge({ alg: 'none' }, good(), null)],
  ['alg None', () => forge({ alg: 'None' }, good(), null)],
  ['alg none, signed', () => forge({ alg: 'none' }, good())],
  ['another HMAC', () => forge({ alg: 'HS512' }, good(), secret, 'sha512')],
  ['an RSA header', () => forge({ alg: 'RS256' }, good())],
  ['a critical extension', () => forge({ ...hs256, crit: ['exp'] }, good())],
  ['another audience', () => forge(hs256, { ...good(), aud: 'someone-else' })],
  ['another issuer', () => forge(hs256, { ...good(), iss: 'someone-else' })],
  ['no issuer', () => forge(hs256, without('iss'))],
  ['no audience', () => forge(hs256, without('aud'))],
  ['no end', () => forge(hs256, without('exp'))],
  ['no session', () => forge(hs256, without('sid'))],
  ['a session that is no uuid', () => forge(hs256, { ...good(), sid: "' or true" })],
  ['a user that is no id', () => forge(hs256, { ...good(), sub: 'ada' })],
  ['a user that is a number', () => forge(hs256, { ...good(), sub: 7 })],
  ['an end that is a text', () => forge(hs256, { ...good(), exp: 'tomorrow' })],
  ['a date of issue in the future', () => forge(hs256, { ...good(), iat: seconds() + 600, exp: seconds() + 1500 })],
  ['not yet good', () => forge(hs256, { ...good(), nbf: seconds() + 600 })],
  [
    'expired and signed by somebody else',
    () => forge(hs256, { ...good(), exp: seconds() - 10 }, 'another secret of more than 32 characters'),
  ],
  ['expired for somebody else', () => forge(hs256, { ...good(), exp: seconds() - 10, aud: 'someone-else' })],
  ['one dot', () => 'a.b'],
  ['no dots', () => 'garbage'],
  ['nothing', () => ''],
  ['emptiness between dots', () => '..'],
  ['a null payload', () => `${part(hs256)}.${part(null)}.x`],
  ['great length', () => 'a'.repeat(100_000)],
])('a token with %s is not valid', async (_, make) => {
  await expect(tokens.verify(make())).rejects.toMatchObject({ code: 'INVALID_TOKEN' })
})

test('each letter counts', async () => {
  const token = await tokens.sign(claims, in_15_min())
  for (let at = 0; at < token.length - 1; at += 7) {
    const other = token[at] === 'A' ? 'B' : 'A'
    await expect(tokens.verify(token.slice(0, at) + other + token.slice(at + 1))).rejects.toMatchObject({
      code: 'INVALID_TOKEN',
    })
  }
})

test('a token that was good has expired, whether or not it was seen before', async () => {
  const [seen, unseen] = [await tokens.sign(claims, in_15_min()), await tokens.sign(claims, in_15_min())]
  await tokens.verify(seen)
  const before = now
  now = new Date(now.getTime() + 902_000)
  for (const token of [seen, unseen])
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' })
  now = before
})
