import { accessSync, constants, writeFileSync } from 'node:fs'

import {
  ConfigError,
  configurationDocument,
  effectiveFile,
  exampleFile,
  type LoadedConfig,
  nearest,
  readConfig,
} from '../platform/config/index.ts'
import { type Command, UsageError } from './command.ts'
import { parseFlags } from './flags.ts'

const actions = ['check', 'show', 'doc', 'example']

export const command: Command = {
  name: 'config',
  usage: 'config check|show|doc|example [flags]',
  short: 'Check, show or document the configuration.',
  long: `
  check    say "ok" and which sources were used, or everything that is wrong
  show     print the effective values and where each came from, without secrets
  doc      print docs/configuration.md
  example  print config.toml with every key commented out

  --out FILE               write to a new file what doc or example would print
  --force                  write it over an old one`,
  run: async (args) => {
    const { values, positionals, source } = parseFlags(args, { out: { type: 'string' }, force: { type: 'boolean' } })
    const [action, extra] = positionals
    if (action === undefined || extra !== undefined) throw new UsageError(`Usage: veza-chat ${command.usage}`)
    switch (action) {
      case 'check':
        return check(source)
      case 'show':
        return write(effectiveFile(readConfig(source)))
      case 'doc':
        return write(configurationDocument(), values.out, values.force)
      case 'example':
        return write(exampleFile(), values.out, values.force)
      default: {
        const meant = nearest(action, actions)
        throw new UsageError(`config has no "${action}"${meant === undefined ? '.' : `; did you mean "${meant}"?`}`)
      }
    }
  },
}

async function check(source: Parameters<typeof readConfig>[0]): Promise<number> {
  try {
    const loaded = readConfig(source)
    const unreadable = [loaded.config.server.tls_cert, loaded.config.server.tls_key].filter(
      (file) => file !== '' && !readable(file),
    )
    if (unreadable.length === 0) return await write(`ok: ${sources(loaded)}\n`)
    for (const file of unreadable) console.error(`veza-chat: The TLS file ${file} cannot be read.`)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const problem of error.problems) console.error(`veza-chat: ${problem}`)
  }
  return 1
}

function sources({ file, places }: LoadedConfig): string {
  const named = (source: string) => [
    ...new Set([...places.values()].filter((place) => place.source === source).map(({ name }) => name)),
  ]
  const list = [...(file === undefined ? [] : [file]), ...named('env'), ...named('flag')]
  return list.length === 0 ? 'defaults only' : list.join(', ')
}

function readable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}

async function write(text: string, file?: string, force = false): Promise<number> {
  if (file === undefined) await Bun.write(Bun.stdout, text)
  else
    try {
      writeFileSync(file, text, { flag: force ? 'w' : 'wx', mode: 0o600 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST')
        throw new ConfigError(`${file} is there already; choose another name, or write over it with --force.`)
      throw new ConfigError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`)
    }
  return 0
}
