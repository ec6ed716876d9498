import { connect } from '../../src/platform/db/index.ts'
import { type Account, register, rest } from '../e2e/client.ts'
import { clear, emptyFolder, type RunOptions, type Server, serve, unlimited } from '../e2e/program.ts'

/** A folder in which a server has run before, and the accounts in it. */
interface Crowd {
  folder: string
  people: Account[]
  /** A second public room. */
  room_id: number
}

const size = 60
const settings = ['security.jwt_access_duration=7d', ...unlimited]

let made: Promise<Crowd> | undefined

async function make(): Promise<Crowd> {
  const folder = emptyFolder()
  const server = await serve(folder, { settings })
  const people = await Promise.all(Array.from({ length: size }, (_, index) => register(server.url, `user${index}`)))
  const room = await rest(
    server.url,
    'POST',
    '/rooms',
    { name: 'Second', slug: 'second', is_public: true },
    people[0]!.access_token,
  )
  server.kill('SIGTERM')
  const code = await server.exited
  if (code !== 0) throw new Error(`The server that made the crowd ended with ${code}: ${server.err()}`)
  return { folder, people, room_id: Number(room.data['id']) }
}

export const general = 1

/** A server in a folder of its own with 60 people in it, whose tokens are good, and without limits on rates. */
export async function serveCrowd(
  options: RunOptions & { settings?: string[]; folder?: string } = {},
): Promise<{ server: Server; people: Account[]; room_id: number; again(more?: string[]): Promise<Server> }> {
  made ??= make()
  const { folder: template, people, room_id } = await made
  const { folder = emptyFolder(), settings: own = [], ...rest } = options
  Bun.spawnSync(['cp', '-a', '--reflink=auto', `${template}/data`, folder])
  const start = (more: string[], port = 0) => serve(folder, { ...rest, port, settings: [...settings, ...own, ...more] })
  const server = await start([])
  // The same port, where its clients look for it.
  return { server, people, room_id, again: (more = []) => start(more, server.port) }
}

export const done = (server: Server | undefined): void => {
  if (server) clear(server.folder)
}

export interface StoredMessage {
  id: number
  seq: number
  change_seq: number
  number: number
  author_id: number
  client_id: string
  content: string
  parent_id: number | null
  thread_count: number
}

/** What the database holds of a conversation, by seq, asked of PostgreSQL itself. */
export async function stored(server: Server, conversation_id: number): Promise<StoredMessage[]> {
  const sql = connect({
    url: `postgres://veza@localhost/veza_chat?host=${server.data_dir}/postgres`,
    max: 1,
    connect_timeout: 10_000,
    query_timeout: 30_000,
  })
  try {
    return await sql<StoredMessage[]>`
      select id, seq, change_seq, number, author_id, client_id, content, parent_id, thread_count
      from messages where conversation_id = ${conversation_id} order by seq`
  } finally {
    await sql.end({ timeout: 1 })
  }
}
