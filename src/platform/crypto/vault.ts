import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { UserError } from '../../kernel/user-error.ts'

export interface Vault {
  /** The id of the key that seals. */
  first: string
  /** The ids of all keys, in order. */
  key_ids: readonly string[]
  /** AES-256-GCM with the first key. `context` is bound to the result: opening under another one fails. */
  seal(text: string, context: string): Buffer
  /** Opens what any of the keys sealed. Throws when the key is gone, or the bytes or the context are not the sealed ones. */
  open(sealed: Uint8Array, context: string): string
  /** Null where `open` would throw. */
  tryOpen(sealed: Uint8Array, context: string): string | null
  /** A keyed hash by which a sealed text can be found. */
  blindIndex(text: string, context: string): Buffer
  /** The blind index under every key, the first key's first: what to look up while keys rotate. */
  blindIndexes(text: string, context: string): Buffer[]
}

interface Key {
  id: string
  sealing: Buffer
  indexing: Buffer
}

const nonce_bytes = 12
const tag_bytes = 16
const format = 1

/**
 * A ring of keys `key_id:base64 of 32 bytes`: the first seals, all open. Without keys, one is derived from `secret`.
 *
 * A sealed text is: format (1 byte), length of the key id (1), key id, nonce (12), tag (16), ciphertext.
 */
export function createVault(options: { keys: readonly string[]; secret: string }): Vault {
  const ring =
    options.keys.length > 0
      ? options.keys.map(parseKey)
      : [keyFrom('derived', derive(options.secret, 'veza-chat vault'))]
  const [first] = ring
  if (first === undefined) throw new UserError('security.encryption_keys holds no key.')
  if (new Set(ring.map((key) => key.id)).size < ring.length)
    throw new UserError('security.encryption_keys names the same key id twice.')

  const index = (key: Key, text: string, context: string) =>
    createHmac('sha256', key.indexing).update(`${context}\0${text}`).digest()

  function open(sealed: Uint8Array, context: string): string {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    const start = 2 + (bytes[1] ?? 0)
    if (bytes[0] !== format || bytes.length < start + nonce_bytes + tag_bytes)
      throw new Error('this is not a sealed text')
    const header = bytes.subarray(0, start)
    const id = header.toString('utf8', 2)
    const key = ring.find((candidate) => candidate.id === id)
    if (key === undefined) throw new Error(`no encryption key has the id "${id}"`)
    const nonce = bytes.subarray(start, start + nonce_bytes)
    const decipher = createDecipheriv('aes-256-gcm', key.sealing, nonce, { authTagLength: tag_bytes })
    decipher
      .setAAD(boundTo(header, context))
      .setAuthTag(bytes.subarray(start + nonce_bytes, start + nonce_bytes + tag_bytes))
    return Buffer.concat([decipher.update(bytes.subarray(start + nonce_bytes + tag_bytes)), decipher.final()]).toString(
      'utf8',
    )
  }

  return {
    first: first.id,
    key_ids: ring.map(({ id }) => id),
    seal: (text, context) => {
      const nonce = randomBytes(nonce_bytes)
      const header = Buffer.concat([Buffer.from([format, first.id.length]), Buffer.from(first.id)])
      const cipher = createCipheriv('aes-256-gcm', first.sealing, nonce).setAAD(boundTo(header, context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([header, nonce, cipher.getAuthTag(), body])
    },
    open,
    tryOpen: (sealed, context) => {
      try {
        return open(sealed, context)
      } catch {
        return null
      }
    },
    blindIndex: (text, context) => index(first, text, context),
    blindIndexes: (text, context) => ring.map((key) => index(key, text, context)),
  }
}

function parseKey(text: string): Key {
  const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  if (id === undefined || bytes.length !== 32) {
    throw new UserError(
      'Each of security.encryption_keys must read key_id:key, the key being 32 random bytes in base64.',
    )
  }
  return keyFrom(id, bytes)
}

const keyFrom = (id: string, bytes: Buffer): Key => ({
  id,
  sealing: derive(bytes, 'veza-chat seal'),
  indexing: derive(bytes, 'veza-chat index'),
})

/** HKDF-SHA-256 (RFC 5869): one purpose, one key. */
const derive = (from: string | Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', from, '', purpose, 32))

const boundTo = (header: Buffer, context: string): Buffer => Buffer.concat([header, Buffer.from(context)])
