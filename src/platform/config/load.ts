import { existsSync, readFileSync, statSync } from 'node:fs'

import { parse, TomlError } from 'smol-toml'

import { ConfigError } from './error.ts'
import { type ConfigValue, fromToml, keys, sections } from './keys.ts'
import { envLayer, fileLayer, flagLayer, type Layer, type Place } from './layers.ts'
import { violations } from './rules.ts'
import type { Config } from './schema.ts'

export interface ConfigSource {
  /** `--config`; without it the variable CHAT_CONFIG, then `config.toml` in the working directory if it exists. */
  file?: string
  env: Record<string, string | undefined>
  /** Values by "section.key", or by `host`, `port` and `data-dir`. */
  flags?: Record<string, string>
}

export interface LoadedConfig {
  config: Config
  /** Where the value of each "section.key" came from, and each table of an array, as "section.key.0". */
  places: Map<string, Place>
  /** The file that was read, if any. */
  file: string | undefined
}

const largest_file_bytes = 1024 * 1024

/** The effective configuration. Throws ConfigError, whose message is one sentence. */
export const loadConfig = (source: ConfigSource): Config => readConfig(source).config

/** The effective configuration and where each value came from. Throws ConfigError. */
export function readConfig({ file: asked, env, flags = {} }: ConfigSource): LoadedConfig {
  const file = asked ?? (env['CHAT_CONFIG'] || (existsSync('config.toml') ? 'config.toml' : undefined))
  const layers = [...(file === undefined ? [] : [readFile(file)]), envLayer(env), flagLayer(flags)]
  refuse(layers.flatMap(({ problems }) => problems))
  const { values, places } = merge(layers)
  const config = build(values)
  refuse(violations(config, places))
  return { config, places, file }
}

/** What the server does when nothing is configured. */
export const defaults: Config = build(merge([]).values)

function refuse([first, ...others]: string[]): void {
  if (first !== undefined) throw new ConfigError(first, ...others)
}

function merge(layers: Layer[]) {
  const values = new Map<string, ConfigValue>()
  const places = new Map<string, Place>(keys.map(({ path }) => [path, { source: 'default', name: 'default' }]))
  for (const key of keys) {
    const written = structuredClone(key.written)
    // An array of tables has none by default.
    const value = written === undefined || key.fields.length > 0 ? written : fromToml(key, written)
    if (value !== undefined) values.set(key.path, value)
  }
  for (const { key, place, value, entries = [] } of layers.flatMap(({ settings }) => settings)) {
    values.set(key.path, value(values.get(key.path)))
    places.set(key.path, place)
    for (const [index, entry] of entries.entries()) places.set(`${key.path}.${index}`, entry)
  }
  return { values, places }
}

function build(values: Map<string, ConfigValue>): Config {
  const tables = sections.map(({ name, keys }) => {
    const set = keys.filter(({ path }) => values.has(path))
    return [name, Object.fromEntries(set.map((key) => [key.name, values.get(key.path)]))]
  })
  return Object.fromEntries(tables) as Config
}

function readFile(file: string): Layer {
  const text = readText(file)
  try {
    return fileLayer(file, parse(text), text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [reason = ''] = error.message.split('\n')
    throw new ConfigError(
      `${file}:${error.line}:${error.column}: this is not valid TOML: ${reason.replace(/^Invalid TOML document: /, '')}.`,
    )
  }
}

function readText(file: string): string {
  try {
    if (statSync(file).size > largest_file_bytes)
      throw new ConfigError(`${file} is larger than 1 MiB, so it is not a configuration file.`)
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(
      `${file} cannot be read: ${reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? 'the system refused'}.`,
    )
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder',
}
