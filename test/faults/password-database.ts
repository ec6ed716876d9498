import { chownSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { connect } from '../../src/platform/db/index.ts'
import { emptyFolder, until } from '../e2e/program.ts'

/** A PostgreSQL on TCP that wants passwords, from the files of an embedded one that has stopped. It has the role `keeper` with the password `right`. */
export async function startPasswordDatabase(data_dir: string): Promise<{ port: number; folder: string }> {
  const folder = emptyFolder()
  const home = join(folder, 'postgres')
  Bun.spawnSync(['cp', '-a', join(data_dir, 'postgres'), home])
  const { uid, gid } = statSync(home)
  const hba = join(home, 'db/pg_hba.conf')
  writeFileSync(hba, 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n')
  chownSync(hba, uid, gid)
  const runtime = readdirSync(home).find((name) => name.startsWith('runtime-'))!
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${home}`]
  Bun.spawn(
    [join(home, runtime, 'bin/postgres'), '-D', join(home, 'db'), ...settings.flatMap((each) => ['-c', each])],
    {
      cwd: home,
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      ...(process.getuid?.() === 0 ? { uid, gid } : {}),
    },
  )
  const url = `postgres://veza@localhost:${port}/veza_chat?host=${home}`
  const sql = connect({ url, max: 1, connect_timeout: 5_000, query_timeout: 5_000 })
  await until(
    () =>
      sql`create role keeper login password 'right'`.then(
        () => true,
        () => false,
      ),
    20_000,
    'the database answers',
  )
  await sql.end()
  return { port, folder }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
