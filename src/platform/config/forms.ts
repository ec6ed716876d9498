/** The forms that a text in the configuration may have to fit. */
import { isHost, readBindAddress, readCidr } from './units.ts'

interface FormRule {
  expected: string
  fits(text: string): boolean
}

const rule = (expected: string, fits: FormRule['fits']): FormRule => ({ expected, fits })

const url = (text: string): URL | null => URL.parse(text)
const starts = (pattern: RegExp) => (text: string) => text === '' || pattern.test(text)

export const forms = {
  bind: rule('host:port, such as "127.0.0.1:8080" or "[::]:8080"', (text) => readBindAddress(text) !== undefined),
  cidr: rule('addresses or ranges, such as "10.0.0.0/8" or "::1"', (text) => readCidr(text) !== undefined),
  origin: rule('origins, such as "https://chat.example.com"', (text) => {
    const parsed = url(text)
    return parsed !== null && parsed.origin !== 'null' && parsed.origin === text
  }),
  web_url: rule('an http or https address, or ""', (text) => {
    if (text === '') return true
    const parsed = url(text)
    return parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.search === '' && parsed.hash === ''
  }),
  postgres_url: rule('postgresql://user:password@host/database', starts(/^postgres(?:ql)?:\/\/./)),
  redis_url: rule('redis://host:port or rediss://host:port', starts(/^rediss?:\/\/./)),
  encryption_key: rule('keys written as "key_id:base64 of 32 bytes"', (text) => readKey(text) !== undefined),
  path: rule('a path', (text) => text !== '' && !text.includes('\0')),
  host_or_cidr: rule(
    'host names, addresses or ranges, such as "hooks.internal" or "10.0.0.0/8"',
    (text) => readCidr(text) !== undefined || isHost(text),
  ),
  name: rule('1 to 64 of a-z 0-9 _ -', (text) => /^[a-z0-9_-]{1,64}$/.test(text)),
  word: rule('a text that is not empty', (text) => text.trim() !== ''),
} as const

export type Form = keyof typeof forms

/** The id and the bytes of "key_id:base64 of 32 bytes". */
export function readKey(text: string): { id: string; bytes: Buffer } | undefined {
  const [, id, encoded] = /^([A-Za-z0-9_.-]{1,64}):([A-Za-z0-9+/_-]{43}=?)$/.exec(text) ?? []
  if (id === undefined || encoded === undefined) return undefined
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.length === 32 ? { id, bytes } : undefined
}
