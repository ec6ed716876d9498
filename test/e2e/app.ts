import { type App, join, openApp, type VisitOptions, type Visitor } from '../web/app-visit.ts'
import { type Account, password, register, rest } from './client.ts'
import { clear, emptyFolder, serve, type Server, unlimited } from './program.ts'

/** The program in a folder of its own. */
export interface Served {
  url: string
  /** As it runs now. */
  run(): Server
  /** Kills it as a power cut would, and starts it again on what it left, at the same address. */
  killed(): Promise<void>
  again(): Promise<void>
  /** A REST call; `POST /rooms`. Throws what was refused. */
  ask<T = Record<string, unknown>>(line: string, body?: object, token?: string): Promise<T>
  register(name: string): Promise<Account>
  close(): void
}

const settings = [
  ...unlimited,
  'limits.new_account_age=0',
  'security.argon2_memory_kib=1024',
  'security.argon2_iterations=1',
]

async function start(more: string[]): Promise<Served> {
  const folder = emptyFolder()
  let server = await serve(folder, { settings: [...settings, ...more] })
  const { url, port } = server
  return {
    url,
    run: () => server,
    killed: async () => {
      server.kill('SIGKILL')
      await server.exited
    },
    again: async () => {
      server = await serve(folder, { port, settings: [...settings, ...more] })
    },
    ask: async <T>(line: string, body?: object, token?: string) => {
      const [method = 'GET', path = '/'] = line.split(' ')
      const { status, data, error } = await rest(url, method, path, body, token)
      if (status >= 400) throw new Error(`${line}: ${status} ${JSON.stringify(error)}`)
      return data as T
    },
    register: (name) => register(url, name),
    close: () => clear(folder),
  }
}

/** The app as its users have it: of the compiled program, in Chromium. */
export const serveApp = (more: string[] = []): Promise<App<Served>> => openApp(start(more))

/** Opens the app at `path` as somebody who has an account already, and signs in by the form. */
export async function comeIn(app: App<Served>, name: string, path = '/', options: VisitOptions = {}): Promise<Visitor> {
  const visitor = await app.visit(path, options)
  const { page } = visitor
  await page.getByLabel('Username').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.app-frame').waitFor()
  if (path.startsWith('/c/')) await join(page)
  return visitor
}
