import { type ErrorCode, errors } from '../../../src/kernel/errors.ts'
import { roles, roomRoles } from '../../../src/kernel/permissions.ts'

/**
 * The tables of the document that say what the source says. The last cell of a row is written by hand and kept; it may not be empty. A table stands between
 * `<!-- errors -->` and `<!-- end of errors -->`.
 */
export const withTables = (document: string): string =>
  Object.entries(tables).reduce((text, [name, { head, rows }]) => {
    const frame = new RegExp(`(?<=<!-- ${name} -->\\n)[\\s\\S]*?(?=<!-- end of ${name} -->)`)
    const before = frame.exec(text)?.[0]
    if (before === undefined) throw new Error(`there is no table of ${name}`)
    const lines = rows.map((cells) => rowOf([...cells, keptCell(before, cells[0] ?? '')]))
    return text.replace(frame, () => [rowOf(head), rowOf(head.map(() => '---')), ...lines, ''].join('\n'))
  }, document)

/** The names of which nothing is said by hand. */
export const unsaid = (document: string): string[] =>
  Object.values(tables).flatMap(({ rows }) =>
    rows.flatMap(([name = '']) => (keptCell(document, name) === '' ? [name] : [])),
  )

const rowOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** What stands last in the row of a name. */
const keptCell = (table: string, name: string): string =>
  table
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`))
    ?.split('|')
    .at(-2)
    ?.trim() ?? ''

const codes = Object.keys(errors) as ErrorCode[]

const holders = (table: Record<string, readonly string[]>, permission: string): string =>
  Object.keys(table).filter((role) => table[role]?.includes(permission)).join(', ') // prettier-ignore

const { peer, ...roomOnly } = roomRoles
const permissions = [...new Set([...Object.values(roles), ...Object.values(roomRoles)].flat() as string[])].toSorted()

const tables: Record<string, { head: string[]; rows: string[][] }> = {
  errors: {
    head: ['code', 'severity', 'English, French', 'when'],
    rows: codes.map((code) => [`\`${code}\``, errors[code].severity, `${errors[code].en}<br>${errors[code].fr}`]),
  },
  permissions: {
    head: ['permission', 'roles of the server', 'roles of a room', 'in a DM', 'what for'],
    rows: permissions.map((name) => [
      `\`${name}\``,
      holders(roles, name),
      holders(roomOnly, name),
      (peer as readonly string[]).includes(name) ? 'both' : '',
    ]),
  },
}
