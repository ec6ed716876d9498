import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

import { type ConfigSource, nearest } from '../platform/config/index.ts'
import { UsageError } from './command.ts'

/** Flags that every command takes, since every command reads the configuration. */
const configFlags = {
  config: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  'data-dir': { type: 'string' },
  set: { type: 'string', multiple: true },
} as const satisfies ParseArgsOptionsConfig

/**
 * The flags and other arguments of a command, and the configuration source that the common flags ask for.
 * Throws UsageError for a flag that is unknown or lacks its value.
 */
export function parseFlags<const T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  const all = { ...options, ...configFlags }
  try {
    const { values, positionals } = parseArgs({ args, options: all, strict: true, allowPositionals: true })
    return { values, positionals, source: sourceOf(values) }
  } catch (error) {
    throw sentenceFor(error, Object.keys(all))
  }
}

interface CommonValues {
  config?: string
  host?: string
  port?: string
  'data-dir'?: string
  set?: string[]
}

function sourceOf({ config, set = [], ...common }: CommonValues): ConfigSource {
  const flags: Record<string, string> = {}
  for (const name of ['host', 'port', 'data-dir'] as const) {
    const value = common[name]
    if (value !== undefined) flags[name] = value
  }
  for (const assignment of set) {
    const split = assignment.indexOf('=')
    if (split < 1) throw new UsageError(`--set takes section.key=value, not "${assignment}".`)
    flags[assignment.slice(0, split)] = assignment.slice(split + 1)
  }
  return { env: process.env, flags, ...(config === undefined ? {} : { file: config }) }
}

function sentenceFor(error: unknown, names: string[]): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (!code.startsWith('ERR_PARSE_ARGS')) return error
  const flag = /'-{1,2}([^'\s=]*)/.exec(message)?.[1] ?? ''
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return new UsageError(`${message.split(/\.\s|\n/)[0]?.replace(/\.$/, '')}.`)
  const meant = nearest(flag, names)
  return new UsageError(
    `There is no flag ${flag.length > 1 ? '--' : '-'}${flag}${meant === undefined ? '.' : `; did you mean --${meant}?`}`,
  )
}
