import { join } from 'node:path'

import type { Config } from '../../src/platform/config/index.ts'
import { emptyFolder, finish, serve } from '../e2e/program.ts'
import { createDatabase } from '../services/postgres.ts'
import type { Server } from './play.ts'

/** Configurations that scenarios ask for, beside the server as it comes. */
const profiles = ['strict-limits', 'short-tokens'] as const

/** What any of them has besides: accounts come from one address, and passwords cost nothing. */
const own = ['limits.max_auth_requests_per_minute=0', 'security.argon2_memory_kib=1024', 'security.argon2_iterations=1']

interface Choice {
  /** Only these. */
  wanted?: readonly string[]
  /** Another program than the compiled binary. */
  instead?: string[]
}

/** The program as users have it, once for each profile, with an operator who has its database. */
export async function startServers({ wanted = ['default', ...profiles], instead }: Choice = {}) {
  const started = await Promise.all(wanted.map(async (name) => ({ name, ...(await startOne(name, instead)) })))
  const servers: Record<string, Server> = Object.fromEntries(started.map(({ name, server }) => [name, server]))
  return { servers, close: () => Promise.all(started.map(({ close }) => close())) }
}

async function startOne(profile: string, instead: string[] | undefined) {
  const database = await createDatabase({ migrated: false })
  const folder = emptyFolder()
  const env = { DATABASE_URL: database.url }
  const started = await serve(folder, { env, instead, settings: [...own, ...(await settingsOf(profile))] })
  const server: Server = {
    url: started.url,
    operator: {
      promote: async (username, role) => {
        const { code, err } = await finish(folder, ['user', 'promote', username, '--role', role], { env, instead })
        if (code !== 0) throw new Error(err)
      },
      ban: async (username) => {
        await database.sql`update users set status = 'banned' where username = ${username}`
      },
      drain: async () => void started.kill('SIGTERM'),
    },
  }
  const close = async () => {
    started.kill('SIGKILL')
    await started.exited
    await database.drop()
  }
  return { server, close }
}

async function settingsOf(profile: string): Promise<string[]> {
  if (profile === 'default') return []
  const file = Bun.file(join(import.meta.dir, `profiles/${profile}.toml`))
  const sections = Bun.TOML.parse(await file.text()) as { [Section in keyof Config]?: Record<string, unknown> }
  return Object.entries(sections).flatMap(([section, keys]) =>
    Object.entries(keys).map(([key, value]) => `${section}.${key}=${String(value)}`),
  )
}
