/** `docs/configuration.md`, `config.toml` and the effective configuration, written from the schema. */
import { type ConfigValue, type Key, sections, toToml } from './keys.ts'
import { partVariables } from './layers.ts'
import type { Table } from './kinds.ts'
import type { LoadedConfig } from './load.ts'
import { writeTables } from './tables.ts'
import { writeDuration, writeSize } from './units.ts'

const planned = 'Accepted; takes effect in a later version.'

const variables = (key: Key): string[] => [key.env, ...(key.path === 'server.bind_addr' ? partVariables : [])]

/** The range of a key where its default does not already tell it. */
function range({ mark }: Key): string | undefined {
  const { kind, least = 0, most = 0, choices } = mark
  switch (kind) {
    case 'integer':
      return `From ${least} to ${most}`
    case 'duration':
      return `From ${writeDuration(least)} to ${writeDuration(most)}`
    case 'size':
      return `From ${writeSize(least)} to ${writeSize(most)}`
    case 'choice':
      return `One of ${choices?.join(', ')}`
    case 'list':
      return choices === undefined ? undefined : `Any of ${choices.join(', ')}`
    case 'text':
    case 'boolean':
    case 'group':
    case 'tables':
      return undefined
  }
}

/** What a key means, whole: one sentence a line. */
function sentences(key: Key): string[] {
  const { zero, secret, status, unset } = key.mark
  const limits = range(key)
  return [
    key.description,
    ...(limits === undefined ? [] : [zero === undefined ? `${limits}.` : `${limits}; 0 means ${zero}.`]),
    ...(unset === undefined ? [] : [`Unset: ${unset}.`]),
    ...(secret === 'whole' ? ['Secret.'] : []),
    ...(status === 'planned' ? [planned] : []),
  ]
}

/** `config.toml` with every key commented out at its default, so that an unedited copy changes nothing. */
export function exampleFile(): string {
  const intro = [
    'The configuration of Veza Chat. Every key is here with its default, commented out: remove the "# " to change one.',
    'Precedence: defaults < this file < environment < flags. An unknown key is an error. Check with: veza-chat config check',
    'Durations: "500ms", "30s", "15m", "7d". Sizes: "64KiB" (1024), "10MB" (1000), or bytes.',
  ]
  const tables = sections.map(({ name, description, keys }) => {
    const entries = keys.map((key) => {
      const written = key.written === undefined ? 'true' : toToml(key, key.written)
      const variable = `Variable: ${variables(key).join(', ')}`
      return [...comment([...sentences(key), variable].join(' ')), `# ${key.name} = ${written}`].join('\n')
    })
    // What follows a table of an array belongs to it, so these come last.
    const arrays = keys.filter(({ fields }) => fields.length > 0).map(exampleTable)
    return `[${name}]\n${comment(description).join('\n')}\n\n${[...entries, ...arrays].join('\n\n')}\n`
  })
  return `${intro.map((line) => `# ${line}`).join('\n')}\n\n${tables.join('\n')}`
}

/** One of an array of tables, commented out. */
function exampleTable(key: Key): string {
  const said = key.fields.flatMap((field) => comment([`${field.name}:`, ...sentences(field)].join(' ')))
  const [written = ''] = writeTables(key, [key.mark.example ?? {}])
  return [
    ...comment(`One of ${key.name}, in place of the key of that name above.`),
    ...said,
    ...written.split('\n').map((line) => `#   ${line}`),
  ].join('\n')
}

/** Comment lines of at most 120 columns. */
function comment(text: string): string[] {
  const lines = ['#']
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`
    if (line.length <= 120) lines[lines.length - 1] = line
    else lines.push(`# ${word}`)
  }
  return lines.map((line) => line.replace(/^# /, '## '))
}

const code = (text: string) => `\`${text}\``

/** `docs/configuration.md`. */
export function configurationDocument(): string {
  const tables = sections.map(({ name, description, keys }) => {
    const rows = keys.map((key) => {
      const written = key.written === undefined ? 'unset' : code(toToml(key, key.written))
      const names = variables(key).map(code).join(', ')
      return `| ${code(key.name)} | ${written} | ${names} | ${sentences(key).join(' ').replaceAll('|', '\\|')} |`
    })
    const arrays = keys.filter(({ fields }) => fields.length > 0).map(tableDocument)
    const table = `| Key | Default | Variable | Meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`
    return [`## [${name}]\n\n${description}\n\n${table}`, ...arrays].join('\n')
  })
  return `${introduction}\n${tables.join('\n')}`
}

function tableDocument(key: Key): string {
  const rows = key.fields.map((field) => {
    const written = field.written === undefined ? 'required' : code(toToml(field, field.written))
    return `| ${code(field.name)} | ${written} | ${sentences(field).join(' ').replaceAll('|', '\\|')} |`
  })
  const [example = ''] = writeTables(key, [key.mark.example ?? {}])
  const json = JSON.stringify([key.mark.example])
  return `### [[${key.path}]]

Each has

| Key | Default | Meaning |
|---|---|---|
${rows.join('\n')}

\`\`\`toml
${example}
\`\`\`

The same in a variable, as JSON: \`${key.env}='${json}'\`
`
}

const introduction = `# Configuration

<!-- Written by \`veza-chat config doc\`; do not edit. -->

Nothing has to be configured: \`veza-chat serve\` runs on its defaults. Where a key is set in several places, the later one counts:

1. the defaults below,
2. the file: \`--config FILE\`, else the variable \`CHAT_CONFIG\`, else \`config.toml\` in the working directory if it exists,
3. the environment; an empty variable counts as not set,
4. flags: \`--host\`, \`--port\`, \`--data-dir\`, and \`--set section.key=value\` for every key.

An unknown key, an unknown \`CHAT_\` variable or a value that does not fit is an error that names the file and line, the variable or the flag.

- **Durations** are written \`"500ms"\`, \`"30s"\`, \`"15m"\`, \`"12h"\`, \`"7d"\`, \`"2w"\` or together, \`"1h30m"\`.
- **Sizes** are written \`"64KiB"\`, \`"1MiB"\`, \`"1GiB"\` (powers of 1024), \`"64KB"\`, \`"10MB"\`, \`"1GB"\` (powers of 1000), or as a number of bytes.
- **Lists** are separated by commas in a variable or a flag.
- **Lists of tables**, \`[[section.key]]\`, are a JSON list of objects in a variable or a flag, and replace those of the file as a whole.
- **0** means no limit wherever a limit takes it.

| Command | What it does |
|---|---|
| \`veza-chat config check\` | says \`ok\` and which sources were used, or everything that is wrong |
| \`veza-chat config show\` | prints the effective values and where each came from, without secrets |
| \`veza-chat config example\` | prints a \`config.toml\` with every key commented out |
| \`veza-chat config doc\` | prints this page |

## Production

With \`environment = "production"\` the server refuses to start without

- \`security.jwt_secret\` of at least 32 characters that is not an example,
- \`security.encryption_keys\`,
- \`database.url\`, or \`database.embedded = true\`,
- \`server.tls_cert\` and \`server.tls_key\`, or \`server.trusted_proxies\`.

In development a missing \`jwt_secret\` or encryption key is generated once and kept in \`secrets.toml\` in \`data_dir\`, readable by its owner only.
`

/** The effective configuration as TOML, each value with the place it came from; secrets are hidden. */
export function effectiveFile({ config, places }: LoadedConfig): string {
  const written = sections.map(({ name, keys }) => {
    const table = config[name as keyof typeof config] as Record<string, ConfigValue | undefined>
    const tables = keys.flatMap((key) => {
      const entries = key.fields.length > 0 ? (table[key.name] as Table[]) : []
      return writeTables(key, entries, redacted).map((text, index) =>
        text.replace('\n', ` # ${places.get(`${key.path}.${index}`)?.name}\n`),
      )
    })
    const lines = keys.flatMap((key) => {
      const value = table[key.name]
      if (key.fields.length > 0 && (value as Table[]).length > 0) return []
      if (value === undefined) return `# ${key.name} is not set: ${key.mark.unset}`
      return `${key.name} = ${toToml(key, redacted(key, value))} # ${places.get(key.path)?.name}`
    })
    return [`[${name}]\n${lines.join('\n')}\n`, ...tables.map((text) => `${text}\n`)].join('\n')
  })
  return written.join('\n')
}

function redacted({ mark }: Key, value: ConfigValue): ConfigValue {
  if (Array.isArray(value)) return (value as string[]).map((item) => hide(item, mark.secret))
  return typeof value === 'string' ? hide(value, mark.secret) : value
}

function hide(text: string, secret: Key['mark']['secret']): string {
  if (secret === undefined || text === '') return text
  if (secret === 'whole') return '***'
  return text.replace(/^([^:]+:\/\/[^:@/?]*:).*(@[^@]*)$/, '$1***$2').replace(/(password=)[^&]*/gi, '$1***')
}
