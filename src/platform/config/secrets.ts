import { randomBytes, randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

import { parse } from 'smol-toml'

import { ConfigError } from './error.ts'
import { readKey } from './forms.ts'
import type { Config } from './schema.ts'

interface Secrets {
  jwt_secret: string
  encryption_keys: string[]
}

/**
 * The configuration with a `jwt_secret` and an encryption key. In development those that are not set come from
 * `<data_dir>/secrets.toml`, which the first start writes; production has them set already. Throws ConfigError.
 */
export function resolveSecrets(config: Config): Config {
  const { jwt_secret, encryption_keys } = config.security
  if (jwt_secret !== '' && encryption_keys.length > 0) return config
  const file = join(config.server.data_dir, 'secrets.toml')
  const kept = read(file) ?? create(config.server.data_dir, file)
  return {
    ...config,
    security: {
      ...config.security,
      jwt_secret: jwt_secret || kept.jwt_secret,
      encryption_keys: encryption_keys.length > 0 ? encryption_keys : kept.encryption_keys,
    },
  }
}

function read(file: string): Secrets | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined
    throw new ConfigError(`${file} cannot be read (${codeOf(error)}): run as the user who owns it, or ${elsewhere}.`)
  }
  return parseSecrets(text, file)
}

function parseSecrets(text: string, file: string): Secrets {
  const table = tableOf(text)
  const { jwt_secret, encryption_keys } = table ?? {}
  const keys = Array.isArray(encryption_keys) ? encryption_keys.map(String) : []
  if (
    typeof jwt_secret !== 'string' ||
    jwt_secret.length < 32 ||
    keys.length === 0 ||
    keys.some((key) => !readKey(key))
  )
    throw new ConfigError(
      `${file} is damaged: put back a good copy, or delete it, which signs everyone out and makes encrypted fields unreadable.`,
    )
  return { jwt_secret, encryption_keys: keys }
}

function tableOf(text: string): Record<string, unknown> | undefined {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/**
 * A link appears whole or not at all and never replaces a file, so of two first starts one wins and both read its secrets.
 */
function create(folder: string, file: string): Secrets {
  const draft = `${file}.${randomUUID()}`
  try {
    mkdirSync(folder, { recursive: true })
    write(draft, fresh())
    try {
      linkSync(draft, file)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    sync(folder)
  } catch (error) {
    throw new ConfigError(`${file} cannot be written: ${remedies[codeOf(error)] ?? `${codeOf(error)}; ${elsewhere}`}.`)
  } finally {
    if (existsSync(draft)) rmSync(draft)
  }
  const kept = read(file)
  if (kept === undefined) throw new ConfigError(`${file} disappeared while it was being written: start again.`)
  return kept
}

const elsewhere = 'set server.data_dir (CHAT_DATA_DIR) to a folder that this user may write to'

const remedies: Record<string, string> = {
  EACCES: `this user may not write there; make the folder writable, or ${elsewhere}`,
  EPERM: `this user may not write there; make the folder writable, or ${elsewhere}`,
  EROFS: `the disk is read-only; ${elsewhere}`,
  ENOSPC: `the disk is full; free some space, or ${elsewhere}`,
  EDQUOT: `the disk quota is used up; free some space, or ${elsewhere}`,
  ENOTDIR: `a part of its path is a file; ${elsewhere}`,
  EEXIST: `its folder is a file; ${elsewhere}`,
}

/**
 * Puts a new key in front of those in `<data_dir>/secrets.toml`, and gives its id. The file is replaced as a whole or not at all. Throws ConfigError, also
 * where the keys are set in the configuration.
 */
export function addGeneratedKey(config: Config): string {
  const line = `"${nextKey(config.security.encryption_keys)}"`
  if (config.security.encryption_keys.length > 0)
    throw new ConfigError(
      `security.encryption_keys is set in the configuration: put a new key in front of the others there, such as ${line}.`,
    )
  const folder = config.server.data_dir
  const file = join(folder, 'secrets.toml')
  const kept = read(file) ?? create(folder, file)
  const key = nextKey(kept.encryption_keys)
  const draft = `${file}.next`
  try {
    // Nobody else may be at it, or one of two new keys would be lost.
    write(draft, written({ ...kept, encryption_keys: [key, ...kept.encryption_keys] }))
    renameSync(draft, file)
    sync(folder)
  } catch (error) {
    const code = codeOf(error)
    const remedy = code === 'EEXIST' ? `${draft} is in the way; delete it if nobody else rotates keys` : remedies[code]
    throw new ConfigError(`${file} cannot be written: ${remedy ?? `${code}; ${elsewhere}`}.`)
  }
  return key.split(':', 1)[0] ?? key
}

/** Counts on from the highest number in use. */
function nextKey(keys: readonly string[]): string {
  const numbers = keys.map((key) => Number(/^generated-(\d{1,9}):/.exec(key)?.[1] ?? 0))
  return `generated-${Math.max(0, ...numbers) + 1}:${randomBytes(32).toString('base64')}`
}

const fresh = (): string => written({ jwt_secret: randomBytes(32).toString('base64'), encryption_keys: [nextKey([])] })

const written = ({ jwt_secret, encryption_keys }: Secrets): string =>
  `# Made by the first start. Keep this file secret, and keep it: without it everyone is signed out and encrypted
# fields cannot be read. Settings of [security] take precedence.
jwt_secret = "${jwt_secret}"
encryption_keys = [${encryption_keys.map((key) => `"${key}"`).join(', ')}]
`

function write(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    // Made by root for a server that runs as the folder's owner.
    const { uid, gid } = statSync(dirname(file))
    if (process.getuid?.() === 0) fchownSync(descriptor, uid, gid)
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function sync(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)
