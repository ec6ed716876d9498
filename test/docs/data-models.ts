import type { TestDatabase } from '../services/postgres.ts'

/** What the database has, as its own catalog says it. */
export interface Structure {
  tables: Map<string, { columns: string[][]; constraints: string[][] }>
}

interface ColumnRow {
  table: string
  name: string
  type: string
  nullable: boolean
  default: string | null
  identity: string
}

export async function structureOf(sql: TestDatabase['sql']): Promise<Structure> {
  const columns = await sql<ColumnRow[]>`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
      pg_get_expr(d.adbin, d.adrelid) as default, a.attidentity::text as identity
    from pg_class c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum`
  // Uniqueness is a constraint or an index; which of them makes no difference to when broken.
  const constraints = await sql<{ table: string; name: string; says: string }[]>`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as says
    from pg_constraint where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f', 'c')
    union all
    select i.indrelid::regclass::text, c.relname,
      regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE UNIQUE INDEX .* USING btree ', 'UNIQUE ')
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace and i.indisunique and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
    order by 1, 2`
  const tables: Structure['tables'] = new Map()
  for (const { table, ...column } of columns) {
    const known = tables.get(table) ?? { columns: [], constraints: [] }
    known.columns.push([`\`${column.name}\``, typeOf(column), column.nullable ? 'null' : '', defaultOf(column)])
    tables.set(table, known)
  }
  for (const { table, name, says } of constraints)
    tables.get(table)?.constraints.push([`\`${name}\``, `\`${lawOf(says)}\``])
  return { tables }
}

const typeOf = ({ type }: Pick<ColumnRow, 'type'>): string => type.replace('timestamp with time zone', 'timestamptz')

const defaultOf = ({ identity, default: value }: Pick<ColumnRow, 'identity' | 'default'>): string =>
  identity !== '' ? 'counts up' : value === null ? '' : `\`${plain(value)}\``

const plain = (text: string): string => text.replaceAll(/::[a-z ]+(\[\])?/g, '').replaceAll('|', '\\|')

/** A constraint in the words of the migrations. */
const lawOf = (says: string): string =>
  plain(says)
    .replaceAll(/= ANY \(ARRAY\[([^\]]*)\]\)/g, 'in ($1)')
    .replaceAll(/\b[A-Z]{2,}\b/g, (word) => word.toLowerCase())
    .replace(/^check \(\((.*)\)\)/, 'check ($1)')

interface Schema {
  $ref?: string
  type?: string
  format?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  title?: string
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
}
export type Schemas = Record<string, Schema>

/** The fields of an object of the API: `name?` may be left out. */
export const fieldsOf = (name: string, schemas: Schemas): string[][] | undefined => {
  const { properties, required = [] } = schemas[name] ?? {}
  if (properties === undefined) return undefined
  return Object.entries(properties).map(([field, schema]) => [
    `\`${field}\`${required.includes(field) ? '' : '?'}`,
    nameOf(schema),
  ])
}

const describedBy = (name: string, field: string, schemas: Schemas): string =>
  (schemas[name]?.properties?.[field]?.description ?? '').replaceAll('|', '\\|')

function nameOf({ $ref, type, format, const: only, enum: values, anyOf, items }: Schema): string {
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? ''
  if (only !== undefined) return `\`${JSON.stringify(only)}\``
  if (values !== undefined) return values.map((each) => `\`${String(each)}\``).join(', ')
  if (anyOf !== undefined) return [...new Set(anyOf.map(nameOf))].join(' or ')
  if (type === 'array') return `list of ${nameOf(items ?? {})}`
  if (format === 'date-time') return 'time'
  return format ?? type ?? 'anything'
}

/** A section of the document, by its heading of the third level, with the tables that the source gives in it. */
export function withTables(document: string, { tables }: Structure, schemas: Schemas): string {
  return document
    .split(/^(?=#)/m)
    .map((section) => {
      const [, table] = /^### `(\w+)`\n/.exec(section) ?? []
      const [, object] = /^### (\w+)\n/.exec(section) ?? []
      const known = table === undefined ? undefined : tables.get(table)
      if (known !== undefined) {
        const columns = filled(section, ['column', 'type', 'null', 'default', 'meaning'], known.columns)
        return filled(columns, ['constraint', 'says', 'when broken'], known.constraints)
      }
      const fields = object === undefined ? undefined : fieldsOf(object, schemas)
      if (object === undefined || fields === undefined) return section
      return filled(section, ['field', 'type', 'meaning'], fields, (cell) =>
        describedBy(object, cell.replaceAll(/[`?]/g, ''), schemas),
      )
    })
    .join('')
}

/** The table of a head, with the last cell of each row as it stands there. */
function filled(section: string, head: string[], rows: string[][], otherwise = (_: string) => ''): string {
  const frame = new RegExp(`^${escaped(rowOf(head))}\\n(?:\\|.*\\n)*`, 'm')
  const before = frame.exec(section)?.[0] ?? ''
  const lines = rows.map((cells) => {
    const name = cells[0] ?? ''
    return rowOf([...cells, keptCell(before, name) || otherwise(name)])
  })
  return section.replace(frame, () => [rowOf(head), rowOf(head.map(() => '---')), ...lines, ''].join('\n'))
}

const rowOf = (cells: string[]) => `| ${cells.join(' | ')} |`
const escaped = (text: string) => text.replaceAll('|', '\\|')

const keptCell = (table: string, name: string): string =>
  table
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`))
    ?.split(/(?<!\\)\|/)
    .at(-2)
    ?.trim() ?? ''

/** Rows of which nothing is said. */
export const unsaid = (document: string): string[] =>
  document
    .split(/^(?=#)/m)
    .filter((section) => section.startsWith('### '))
    .flatMap((section) => section.match(/^\| .* \| +\|$/gm)?.map((row) => `${section.split('\n', 1)[0]}: ${row}`) ?? [])
