// Runs the pinned Bun: `node .ci/bun.mjs <arguments of bun>`. It needs Node and npm and nothing else: Bun comes from the npm registry into `.bun/`
// of the project, and the packages of bun.lock into node_modules, each only when it is not there yet.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** `engines.bun` of package.json is the only place that names the version. */
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.bun

const bun = ensureBun()
ensurePackages()
run(process.argv.slice(2))

/** The platform's package holds the executable itself, so no install script has to run, which npm may refuse. */
function ensureBun() {
  const name = `@oven/bun-${process.platform === 'win32' ? 'windows' : process.platform}-${architecture()}`
  const directory = join(root, '.bun', 'node_modules', name)
  const executable = join(directory, 'bin', process.platform === 'win32' ? 'bun.exe' : 'bun')
  if (existsSync(executable) && versionOf(directory) === version) return executable

  console.error(`Getting Bun ${version} into .bun/ ...`)
  mkdirSync(join(root, '.bun'), { recursive: true })
  const flags = [
    '--prefix',
    join(root, '.bun'),
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--force',
    // Without a network, say so within seconds.
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=4000',
  ]
  const npm = spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['install', ...flags, `${name}@${version}`], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: outerEnvironment(),
    shell: process.platform === 'win32',
  })
  const said = String(npm.stderr ?? '')
  if (npm.error?.code === 'ENOENT')
    fail('npm is not on the PATH; install Node.js with npm (20 or newer), then try again.')
  if (/E404|ETARGET|EBADPLATFORM/.test(said))
    fail(
      `There is no Bun ${version} for ${process.platform} on ${process.arch}; run Veza Chat on Linux or macOS, x64 or arm64.`,
    )
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|network/i.test(said))
    fail('The npm registry was not reached; check the network or the proxy of npm, then try again.')
  if (/CERT/.test(said))
    fail(
      'npm does not trust the certificate of its registry; set NODE_EXTRA_CA_CERTS or the cafile of npm, then try again.',
    )
  if (/ENOSPC/.test(said)) fail('The disk is full; free some space, then try again.')
  if (/EACCES|EROFS|EPERM/.test(said))
    fail(`${join(root, '.bun')} cannot be written; make the project's directory writable, then try again.`)
  if (npm.status !== 0 || !existsSync(executable)) fail(`npm could not get Bun ${version}:\n${said.trim()}`)
  return executable
}

function architecture() {
  const name = process.arch === 'arm64' ? 'aarch64' : process.arch
  // Node says which glibc it runs on; none means musl, as on Alpine.
  const musl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime
  return musl ? `${name}-musl` : name
}

function versionOf(directory) {
  const file = join(directory, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null
}

/** npm hands its own flags down in the environment: those of an outer `npm start` would steer the inner npm elsewhere. */
function outerEnvironment() {
  const kept =
    /^npm_config_(registry|.*proxy|cafile|ca|strict_ssl|userconfig|globalconfig|cache|offline|prefer_offline|fetch_.*|.*_authtoken|_auth)$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') || kept.test(name)))
}

/** By the frozen lockfile, and only when it, package.json or a patch changed since. */
function ensurePackages() {
  const stamp = join(root, 'node_modules', '.veza-stamp')
  const hash = createHash('sha256')
  const patches = readdirSync(join(root, '.ci/patches')).map((name) => `.ci/patches/${name}`)
  const packages = ['', 'sdks/javascript/', 'sdks/react/'].map((folder) => `${folder}package.json`)
  for (const name of ['bun.lock', ...packages, ...patches]) hash.update(readFileSync(join(root, name)))
  const wanted = hash.update(`${process.platform} ${process.arch} ${version}`).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return

  console.error('Installing packages ...')
  const install = spawnSync(bun, ['install', '--frozen-lockfile'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment(),
  })
  const said = String(install.stderr ?? '').trim()
  if (install.signal === 'SIGILL')
    fail(`Bun ${version} does not run on this processor; it needs one with AVX2 (2013 or later).`)
  if (install.error) fail(`${bun} does not run (${install.error.code}); remove .bun/ and try again.`)
  if (/lockfile had changes/.test(said))
    fail('package.json and bun.lock disagree; run "bun install" and commit bun.lock.')
  if (/ConnectionRefused|ENOTFOUND|FailedToOpenSocket|ConnectionClosed|Timeout|DNS/i.test(said))
    fail('The npm registry was not reached; check the network, then try again.')
  if (install.status !== 0) fail(`The packages could not be installed:\n${said}`)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Scripts of package.json say `bun`, and mean this one. */
function environment() {
  return { ...process.env, PATH: `${dirname(bun)}${delimiter}${process.env.PATH ?? ''}` }
}

function run(args) {
  const child = spawn(bun, args, { stdio: 'inherit', env: environment() })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => forward(signal))
  let forwarded_at = -Infinity
  // One Ctrl-C comes here twice, from the terminal and from npm, and to the child by itself; a second signal would end it at once.
  const forward = (signal) => {
    const now = performance.now()
    if (now - forwarded_at < 500 || (signal === 'SIGINT' && process.stdin.isTTY)) return
    forwarded_at = now
    child.kill(signal)
  }
  // npm ends its shell and not what the shell runs: without an npm above us, nobody could stop the server any more.
  const above = process.ppid
  if (process.env.npm_lifecycle_event !== undefined) {
    setInterval(() => process.ppid !== above && child.kill('SIGTERM'), 250).unref()
  }
  child.on('error', (error) => fail(`${bun} does not run (${error.code}); remove .bun/ and try again.`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
