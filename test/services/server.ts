import { createApp } from '../../src/app.ts'
import type { Bus } from '../../src/platform/bus/index.ts'
import { type Config, defaults } from '../../src/platform/config/index.ts'
import { breaches } from './contract.ts'
import { httpContractOf } from './http-contract.ts'
import { recordLog } from './log.ts'
import { createDatabase, type TestDatabase } from './postgres.ts'

export type Overrides = { [Section in keyof Config]?: Partial<Config[Section]> }

export interface Account {
  id: number
  username: string
  password: string
  token: string
  refresh_token: string
  user: { id: number; username: string; role: string }
}

export interface Answer {
  status: number
  headers: Headers
  // Tests say what they expect of a body; its shape is what is under test.
  data: never
  error: { code: string; details?: unknown }
}

export type TestServer = Awaited<ReturnType<typeof startServer>>

/** No rate limits and a password hash that costs nothing, unless a test is about them; everything else as it comes. */
const own: Overrides = {
  server: { bind_addr: '127.0.0.1:0', drain_seconds: 0 },
  database: { max_connections: 12 },
  security: {
    jwt_secret: 'a secret of more than thirty-two characters',
    argon2_memory_kib: 1024,
    argon2_iterations: 1,
  },
  limits: {
    max_connections_per_user: 0,
    max_messages_per_minute: 0,
    max_commands_per_minute: 0,
    max_reactions_per_minute: 0,
    max_edits_per_minute: 0,
    max_searches_per_minute: 0,
    max_typing_per_minute: 0,
    max_joins_per_minute: 0,
    max_reports_per_minute: 0,
    new_account_age: 0,
    max_auth_requests_per_minute: 0,
    max_requests_per_minute: 0,
  },
}

const configOf = (overrides: Overrides): Config =>
  Object.fromEntries(
    Object.entries(defaults).map(([section, values]) => {
      const name = section as keyof Config
      return [section, { ...values, ...own[name], ...overrides[name] }]
    }),
  ) as unknown as Config

/** The whole server on a free port and a database of its own, or on one that the caller keeps. */
export async function startServer(
  overrides: Overrides = {},
  kept?: TestDatabase,
  parts: { bus?: Bus; onDrain?(): void } = {},
) {
  const database = kept ?? (await createDatabase())
  const log = recordLog()
  const config = configOf({ ...overrides, database: { ...own.database, url: database.url, ...overrides.database } })
  const app = await createApp(config, { log, ...parts })

  const ask = async (line: string, body?: unknown, token?: string): Promise<Answer> => {
    const [method = 'GET', path = '/'] = line.split(' ')
    const response = await fetch(`${app.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const { status, headers } = response
    const answer = text === '' ? undefined : JSON.parse(text)
    const contract = await httpContractOf(app.url)
    const breach = contract({ method, path: `/api/v1${path}`, status, headers, body: answer })
    if (breach !== null) breaches.push(breach)
    return { status, headers, ...answer }
  }

  const signedIn = async (path: string, username: string, password: string): Promise<Account> => {
    const answer = await ask(`POST /auth/${path}`, { username, password })
    const pair = answer.data as { access_token: string; refresh_token: string; user: Account['user'] } | undefined
    if (pair === undefined) throw new Error(`${path} of ${username}: ${answer.status} ${JSON.stringify(answer.error)}`)
    const { access_token: token, refresh_token, user } = pair
    return { id: user.id, username, password, token, refresh_token, user }
  }

  return {
    url: app.url,
    wsUrl: `${app.url.replace('http', 'ws')}/ws`,
    port: app.port,
    app,
    sql: database.sql,
    database,
    log,
    /** `POST /rooms {...}` under `/api/v1`. */
    ask,
    register: (username: string, password = 'correct horse') => signedIn('register', username, password),
    login: (username: string, password = 'correct horse') => signedIn('login', username, password),
    /** The id of a new room of `owner`. */
    room: async (owner: Account, draft: object = {}): Promise<number> => {
      const name = `Room ${crypto.randomUUID().slice(0, 8)}`
      const { data, error } = await ask('POST /rooms', { name, is_public: true, ...draft }, owner.token)
      if (data === undefined) throw new Error(`no room: ${JSON.stringify(error)}`)
      return (data as { id: number }).id
    },
    close: async (): Promise<void> => {
      await app.close()
      if (kept === undefined) await database.drop()
    },
  }
}
