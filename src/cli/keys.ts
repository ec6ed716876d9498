import { sealedColumns } from '../app/sealed-columns.ts'
import { createRotation } from '../features/sealed/index.ts'
import { UserError } from '../kernel/user-error.ts'
import { addGeneratedKey, loadConfig } from '../platform/config/index.ts'
import { createVault } from '../platform/crypto/index.ts'
import { type Command, UsageError } from './command.ts'
import { withDatabase } from './database.ts'
import { parseFlags } from './flags.ts'

export const command: Command = {
  name: 'keys',
  usage: 'keys status|rotate [--new] [flags]',
  short: 'Show or replace the keys that sensitive fields are encrypted with.',
  long: `
  status                   how many fields are under which key, and which keys may be dropped
  rotate                   encrypts what is under older keys anew, under the first of security.encryption_keys;
                           servers go on meanwhile, and it may be stopped and begun again
    --new                  instead puts a new key in front of those in secrets.toml of the data directory;
                           restart the server, so that it knows the key, and then rotate

Every server must know a key before anything is under it: docs/security.md has the steps.`,
  run: async (args) => {
    const { values, positionals, source } = parseFlags(args, { new: { type: 'boolean' } })
    const [action, extra] = positionals
    if (extra !== undefined || (values.new === true && action !== 'rotate'))
      throw new UsageError(`Usage: veza-chat ${command.usage}`)
    switch (action) {
      case 'status':
        return withRotation(source, status)
      case 'rotate':
        return values.new === true ? add(source) : withRotation(source, rotate)
      default:
        throw new UsageError(
          action === undefined
            ? `Usage: veza-chat ${command.usage}`
            : `keys has no "${action}"; it has status and rotate.`,
        )
    }
  },
}

type Source = Parameters<typeof withDatabase>[0]

interface Keys {
  rotation: ReturnType<typeof createRotation>
  key_ids: readonly string[]
}

const withRotation = (source: Source, run: (keys: Keys) => Promise<number>): Promise<number> =>
  withDatabase(source, ({ config, sql }) => {
    const vault = createVault({ keys: config.security.encryption_keys, secret: config.security.jwt_secret })
    return run({ rotation: createRotation({ sql, vault, columns: sealedColumns }), key_ids: vault.key_ids })
  })

function add(source: Source): number {
  const key_id = addGeneratedKey(loadConfig(source))
  console.log(`The key ${key_id} is now the first in secrets.toml.
Next: restart the server, so that it knows the key, and then run veza-chat keys rotate.`)
  return 0
}

async function status({ rotation, key_ids }: Keys): Promise<number> {
  const counts = await rotation.status()
  const rowsOf = (key_id: string) => counts.filter((count) => count.key_id === key_id)
  const [first] = key_ids
  for (const key_id of new Set([...key_ids, ...counts.map((count) => count.key_id)])) {
    const held = rowsOf(key_id).map(({ rows, name }) => `${rows} ${name}`)
    const standing = !key_ids.includes(key_id)
      ? 'missing: nothing can read these'
      : key_id === first
        ? 'the first: encrypts'
        : held.length === 0
          ? 'may be dropped'
          : 'still needed; run veza-chat keys rotate'
    console.log(`${key_id}  ${held.join(', ') || 'nothing'}  (${standing})`)
  }
  return counts.some(({ key_id }) => !key_ids.includes(key_id)) ? 1 : 0
}

async function rotate({ rotation, key_ids }: Keys): Promise<number> {
  const strangers = await rotation.strangers()
  if (strangers > 0)
    throw new UserError(
      `${strangers === 1 ? 'A server runs that does' : `${strangers} servers run that do`} not know the key ${key_ids[0]} and could not read what is under it: restart with the key in security.encryption_keys, then rotate. After a crash, wait two minutes.`,
    )
  const done = new Map<string, { rotated: number; unreadable: number }>()
  for await (const { name, rotated, unreadable } of rotation.rotate()) {
    done.set(name, { rotated, unreadable })
    console.log(`${name}: ${rotated} encrypted anew`)
  }
  const unreadable = [...done.values()].reduce((sum, each) => sum + each.unreadable, 0)
  if (unreadable > 0) {
    console.error(
      `${unreadable} fields could not be read: their key is missing, or they are damaged. See veza-chat keys status.`,
    )
    return 1
  }
  console.log(`Everything is under the key ${key_ids[0]}.`)
  return 0
}
