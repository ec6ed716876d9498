// A process that opens the database of a data directory, says so in one line of JSON, and closes it on SIGTERM: `bun owner.ts DIR server|tool`.
import { connect, openDatabase } from '../../../src/platform/db/index.ts'
import { UserError } from '../../../src/kernel/user-error.ts'
import { recordLog } from '../../services/log.ts'

const [data_dir = '', role = ''] = process.argv.slice(2)
const runtime_dir = process.env['RUNTIME_DIR']

try {
  const database = await openDatabase({
    url: '',
    data_dir,
    role: role === 'server' ? 'server' : 'tool',
    max_connections: 5,
    connect_timeout: 5_000,
    query_timeout: 5_000,
    synchronous_commit: true,
    log: recordLog(),
    ...(runtime_dir === undefined ? {} : { runtime_dir }),
  })
  const leave = () => void database.close().then(() => process.exit(0))
  process.on('SIGTERM', leave)
  // Ends when the test run does, however that goes; and meanwhile keeps the process, as a server's socket would.
  process.stdin.on('end', leave).resume()
  const sql = connect({ url: database.url, max: 1, connect_timeout: 5_000, query_timeout: 5_000 })
  const [row] = await sql<
    { pid: number }[]
  >`select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::integer as pid`
  await sql.end()
  console.log(JSON.stringify({ url: database.url, where: database.where, postmaster: row?.pid }))
} catch (cause) {
  console.log(
    JSON.stringify({ error: cause instanceof UserError ? cause.message : `not for people: ${String(cause)}` }),
  )
  process.exit(1)
}
