// Starts dist/veza-chat in an empty folder with an empty environment and uses it once; says what it checks, and ends with 1 at the first that does not hold.
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const binary = join(import.meta.dir, '../dist/veza-chat')
const folder = mkdtempSync(join(tmpdir(), 'veza-chat-smoke-'))
chmodSync(folder, 0o755)
const ready_ms = 60_000

const server = Bun.spawn([binary, 'serve', '--port', '0'], {
  cwd: folder,
  env: { PATH: '/usr/bin:/bin', CHAT_LOG_FORMAT: 'json' },
  stdout: 'pipe',
  stderr: 'inherit',
})

try {
  const url = await listening()
  hold(true, `it starts in an empty folder and listens on ${url}`)
  hold((await fetch(`${url}/ready`)).status === 200, 'GET /ready answers 200')
  const page = await (await fetch(url)).text()
  const script = /<script type="module" src="([^"]+)">/.exec(page)?.[1]
  hold(script !== undefined, 'GET / is the web app')
  hold((await fetch(`${url}${script}`)).status === 200, `GET ${script} answers 200`)
  hold((await (await fetch(`${url}/widget.js`)).text()).includes('veza-chat'), 'GET /widget.js is the widget')
  const account = JSON.stringify({ username: 'ada', password: 'correct horse battery' })
  const registered = await fetch(`${url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: account,
  })
  hold(registered.status === 201, 'POST /api/v1/auth/register answers 201')
  server.kill('SIGTERM')
  hold((await server.exited) === 0, 'SIGTERM ends it with exit code 0')
  const status = Bun.spawnSync([binary, 'migrate', '--status'], { cwd: folder, env: { PATH: '/usr/bin:/bin' } })
  hold(status.exitCode === 0, 'its database opens again and is up to date')
} finally {
  server.kill('SIGKILL')
  await server.exited
  // Root's database may live elsewhere, by a link.
  const home = join(folder, 'data/postgres')
  if (await Bun.file(join(home, 'db/PG_VERSION')).exists()) rmSync(realpathSync(home), { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
}

/** The address of its first line that names one. */
async function listening(): Promise<string> {
  const late = setTimeout(() => server.kill('SIGKILL'), ready_ms)
  let text = ''
  for await (const bytes of server.stdout) {
    text += new TextDecoder().decode(bytes)
    const url = /"url":"(http[^"]+)"/.exec(text)?.[1]
    if (url !== undefined) {
      clearTimeout(late)
      return url
    }
  }
  hold(false, `it listens within ${ready_ms / 1000} s; it said: ${text}`)
  return ''
}

function hold(truth: boolean, what: string): void {
  console.log(`${truth ? 'ok' : 'NOT OK'}: ${what}`)
  if (!truth) throw new Error(what)
}
