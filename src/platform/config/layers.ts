/** The places that give values, lowest first: the file, the environment, the flags. Each yields settings and the sentences of what is wrong. */
import {
  type ConfigValue,
  expected,
  fromText,
  fromToml,
  isTable,
  type Key,
  keyByEnv,
  keyByPath,
  keys,
  sections,
} from './keys.ts'
import { locate } from './locate.ts'
import { nearest } from './nearest.ts'
import { readTables } from './tables.ts'
import { isHost, readBindAddress, readPort, writeBindAddress } from './units.ts'

/** Where a value came from; `name` is the file and line, the variable or the flag. */
export interface Place {
  source: 'default' | 'file' | 'env' | 'flag'
  name: string
}

interface Setting {
  key: Key
  place: Place
  /** Given what lower layers and earlier settings say. */
  value(current: ConfigValue | undefined): ConfigValue
  /** Where each table of an array stands, if the layer knows. */
  entries?: Place[]
}

export interface Layer {
  settings: Setting[]
  problems: string[]
}

const quote = (name: string) => `"${name.length > 60 ? `${name.slice(0, 60)}...` : name}"`
const didYouMean = (name: string | undefined) => (name === undefined ? '.' : `; did you mean ${quote(name)}?`)

/** `tables` is the parsed file and `text` its source, which tells the lines. */
export function fileLayer(file: string, tables: Record<string, unknown>, text: string): Layer {
  const layer: Layer = { settings: [], problems: [] }
  let lines: Map<string, number> | undefined
  const at = (path: string): Place => {
    lines ??= locate(text)
    let line = lines.get(path)
    // Of a table that is one value, only the value has a line.
    for (let whole = path; line === undefined && whole.includes('.');) {
      whole = whole.slice(0, whole.lastIndexOf('.'))
      line = lines.get(whole)
    }
    return { source: 'file', name: line === undefined ? file : `${file}:${line}` }
  }
  for (const [section, table] of Object.entries(tables)) {
    if (!sections.some(({ name }) => name === section)) layer.problems.push(unknownKey(at(section), section))
    else if (!isTable(table))
      layer.problems.push(`${at(section).name}: ${section} must be a table, written as [${section}].`)
    else
      for (const [name, raw] of Object.entries(table)) {
        const path = `${section}.${name}`
        const key = keyByPath.get(path)
        if (key === undefined) layer.problems.push(unknownKey(at(path), path))
        else if (key.mark.kind === 'tables') takeTables(layer, key, at, raw)
        else take(layer, key, at(path), raw, fromToml(key, raw))
      }
  }
  return layer
}

/** What one may take for keys: the halves of server.bind_addr. */
const halves = ['server.host', 'server.port']
const whole = (name: string | undefined) => (name !== undefined && halves.includes(name) ? 'server.bind_addr' : name)

function unknownKey(place: Place, path: string): string {
  const name = path.slice(path.indexOf('.') + 1)
  const elsewhere = keys.find((key) => key.name === name)?.path
  const names = [...keyByPath.keys(), ...halves, ...(path.includes('.') ? [] : sections.map((section) => section.name))]
  return `${place.name}: ${quote(path)} is not a configuration key${didYouMean(elsewhere ?? whole(nearest(path, names)))}`
}

/** Variables of the prefix that are not keys. */
const reserved = ['CHAT_CONFIG']

/** An empty variable counts as one that is not set. */
export function envLayer(env: Record<string, string | undefined>): Layer {
  const layer: Layer = { settings: [], problems: [] }
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || text === '') continue
    const place: Place = { source: 'env', name }
    const key = keyByEnv.get(name)
    const part = parts.find(({ env }) => env === name)
    if (part !== undefined) takePart(layer, part, place, text)
    else if (key?.mark.kind === 'tables') takeTables(layer, key, () => place, json(text))
    else if (key !== undefined) take(layer, key, place, text, fromText(key, text))
    else if (name.startsWith('CHAT_') && !reserved.includes(name) && !isServiceLink(name, text))
      layer.problems.push(unknownVariable(name))
  }
  return layer
}

function unknownVariable(name: string): string {
  const meant = keys.find(({ section, name: key }) => `CHAT_${section}_${key}`.toUpperCase() === name)?.env
  const names = [...keyByEnv.keys(), ...parts.map(({ env }) => env), ...reserved]
  return `The environment variable ${name} is not known${didYouMean(meant ?? nearest(name, names))}`
}

/** Kubernetes gives every container such variables for each service, and a service may well be called "chat". */
const isServiceLink = (name: string, text: string) =>
  /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(name) ||
  (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(text))

/** `flags` by dotted key, or `host`, `port` and `data-dir`. */
export function flagLayer(flags: Record<string, string>): Layer {
  const layer: Layer = { settings: [], problems: [] }
  for (const [flag, text] of Object.entries(flags)) {
    const short = flag === 'data-dir' ? 'server.data_dir' : undefined
    const key = keyByPath.get(short ?? flag)
    const part = parts.find((part) => part.flag === flag)
    const place: Place = {
      source: 'flag',
      name: short === undefined && part === undefined ? `--set ${flag}` : `--${flag}`,
    }
    if (part !== undefined) takePart(layer, part, place, text)
    else if (key?.mark.kind === 'tables') takeTables(layer, key, () => place, json(text))
    else if (key !== undefined) take(layer, key, place, text, fromText(key, text))
    else layer.problems.push(unknownKey({ source: 'flag', name: '--set' }, flag))
  }
  return layer
}

function take(layer: Layer, key: Key, place: Place, raw: unknown, value: ConfigValue | undefined): void {
  if (value === undefined) layer.problems.push(misfit(key, place, raw))
  // In front, so that host and port replace their halves of a whole address given beside them.
  else layer.settings.unshift({ key, place, value: () => value })
}

/** In a variable or a flag, an array of tables is a JSON list of objects. */
function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function takeTables(layer: Layer, key: Key, at: (path: string) => Place, raw: unknown): void {
  const { value, problems } = readTables(key, raw, {
    unknown: (path, names) => {
      const meant = nearest(path.slice(path.lastIndexOf('.') + 1), [...names])
      return `${at(path).name}: ${quote(path)} is not a configuration key${didYouMean(meant)}`
    },
    // What a list of tables holds may be secret, whole or in part.
    misfit: (field, path, given) =>
      field === key
        ? `${at(path).name}: ${path} must be ${expected(key)}; in a variable or a flag, as a JSON list of objects.`
        : misfit({ ...field, path }, at(path), given),
    missing: (path) => `${at(path).name}: ${path} is missing; every one of [[${key.path}]] needs it.`,
  })
  layer.problems.push(...problems)
  if (value === undefined) return
  const entries = value.map((_, index) => at(`${key.path}.${index}`))
  layer.settings.unshift({ key, place: at(key.path), value: () => value, entries })
}

function misfit(key: Key, place: Place, raw: unknown): string {
  const shown = typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? String(raw))
  const given =
    key.mark.secret === undefined ? `, not ${typeof raw === 'string' ? quote(shown) : shown.slice(0, 60)}` : ''
  const meant = key.mark.choices === undefined ? undefined : nearest(shown, key.mark.choices)
  return `${place.name}: ${key.path} must be ${expected(key)}${given}${didYouMean(meant)}`
}

/** The seed gives host and port apart; each replaces its half of server.bind_addr. */
const parts = [
  {
    env: 'CHAT_SERVER_HOST',
    flag: 'host',
    half: 'host',
    fits: isHost,
    expected: 'an IPv4 or IPv6 address or a host name',
  },
  {
    env: 'CHAT_SERVER_PORT',
    flag: 'port',
    half: 'port',
    fits: (text: string) => readPort(text) !== undefined,
    expected: 'a port from 0 to 65535',
  },
] as const

export const partVariables = parts.map(({ env }) => env)

function takePart(layer: Layer, part: (typeof parts)[number], place: Place, text: string): void {
  const key = keyByPath.get('server.bind_addr')
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (key === undefined || !part.fits(bare)) {
    const link = text.startsWith('tcp://')
      ? ' (Kubernetes sets this for a service called chat-server: set enableServiceLinks to false)'
      : ''
    layer.problems.push(`${place.name}: ${part.half} must be ${part.expected}, not ${quote(text)}${link}.`)
    return
  }
  layer.settings.push({
    key,
    place,
    value: (current) => {
      const address = (typeof current === 'string' && readBindAddress(current)) || { host: '127.0.0.1', port: 8080 }
      return writeBindAddress(part.half === 'host' ? { ...address, host: bare } : { ...address, port: Number(bare) })
    },
  })
}
