import { join } from 'node:path'
import { type Column, columns } from './columns.ts'

const path = join(import.meta.dir, '../../docs/permissions.md')

/** One line of a table of docs/permissions.md. */
export interface Row {
  /** `PUT /messages/{id}, in a DM`, as the tables have it. */
  label: string
  /** `PUT /api/v1/messages/{id}`. */
  endpoint: string
  /** `public`, `no key`, or the permissions that a key needs one of. */
  needs: string
  /** The status and the code of an error, such as `404 ROOM_NOT_FOUND`; of success the status. */
  expected: Record<Column, string>
}

const head = ['endpoint', 'an API key needs', ...columns, 'codes']

/** What a refusal is called where a row says nothing else. */
const usual = (column: Column, status: string): string | undefined => {
  if (status === '401') return column === 'revoked' ? 'SESSION_REVOKED' : 'AUTH_REQUIRED'
  if (status === '403') return column === 'banned' ? 'USER_BANNED' : 'PERMISSION_DENIED'
  return undefined
}

/** Every row of every table. Throws for what is no row of the form that the document explains. */
export async function readRows(): Promise<Row[]> {
  const rows: Row[] = []
  let prefix = '/api/v1'
  for (const line of (await Bun.file(path).text()).split('\n')) {
    if (line.startsWith('## Outside')) prefix = ''
    const cells = line.split('|').slice(1, -1)
    const [first = ''] = cells
    if (first.includes('endpoint')) requireHead(cells)
    else if (/^ `(GET|POST|PUT|DELETE) /.test(first)) rows.push(readRow(cells, prefix))
  }
  return rows
}

function requireHead(cells: string[]): void {
  const names = cells.map((cell) => cell.trim())
  if (names.join('|') !== head.join('|')) throw new Error(`a table has the head ${names.join(' | ')}`)
}

function readRow(written: string[], prefix: string): Row {
  const cells = written.map((cell) => cell.replaceAll('`', '').trim())
  const [label = '', needs = ''] = cells
  if (cells.length !== head.length) throw new Error(`${label} has ${cells.length} cells`)
  const codes = new Map((cells.at(-1) ?? '').split(', ').map((code) => code.split(' ') as [string, string]))
  const meant = (cell: string, column: Column): string => {
    const [, status, star] = /^(\d{3})(\*?)$/.exec(cell) ?? []
    if (status === undefined) throw new Error(`${label}: ${column} is "${cell}"`)
    if (status < '400') return status
    const code = star === '*' ? codes.get('*') : (codes.get(status) ?? usual(column, status))
    if (code === undefined) throw new Error(`${label}: ${cell} of ${column} has no code`)
    return `${status} ${code}`
  }
  const expected = columns.map((column, index) => [column, meant(cells[index + 2] ?? '', column)])
  return {
    label,
    endpoint: label.replace(/,.*/, '').replace(' ', ` ${prefix}`),
    needs,
    expected: Object.fromEntries(expected) as Row['expected'],
  }
}
