import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { buildSdk } from '../../../../.ci/build-sdks.ts'
import { createNative } from './native.ts'

/** React Native, its bundler and its engine; of the engine npm has no later version that runs by itself. */
const packages = {
  'react-native': '0.88.1',
  '@react-native/babel-preset': '0.88.1',
  '@react-native/metro-config': '0.88.1',
  metro: '0.87.1',
  react: '19.3.1',
  'hermes-engine-cli': '0.12.0',
}
const home = join(import.meta.dir, '../../../../node_modules/.cache/veza-chat', `react-native-${packages['react-native']}`) // prettier-ignore
const engine = join(home, 'node_modules/hermes-engine-cli/linux64-bin/hermes')
/** The compiler that makes apps of this version of React Native; it runs nothing. */
const compiler = join(home, 'node_modules/hermes-compiler/hermesc/linux64-bin/hermesc')

const files = {
  'babel.config.js': `module.exports = { presets: [['@react-native/babel-preset', { unstable_transformProfile: process.env.PROFILE }]] }`,
  'metro.config.js': `module.exports = { ...require('@react-native/metro-config').getDefaultConfig(__dirname), cacheStores: [], maxWorkers: 1 }`,
  'index.js': `require('react-native/setup-env')\nglobalThis.sdk = require('veza-js-sdk')`,
  'bundle.js': `const metro = require('metro')
metro.loadConfig({ config: require.resolve('./metro.config.js') })
  .then((config) => metro.runBuild(config, { entry: 'index.js', out: process.argv[2], dev: false, minify: false, platform: 'android' }))`,
}

/** What tests of React Native need, fetched once from npm, or why there is none. */
export async function findPhone(): Promise<{ missing: string } | { home: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { missing: `npm has no Hermes for ${process.platform}-${process.arch}` }
  if (existsSync(home)) return { home }
  const partial = `${home}.${process.pid}.partial`
  mkdirSync(partial, { recursive: true })
  try {
    writeFileSync(join(partial, 'package.json'), JSON.stringify({ private: true, dependencies: packages }))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(partial, name), text)
    const install = Bun.spawn([process.execPath, 'install', '--ignore-scripts', '--linker=hoisted'], {
      cwd: partial,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const [said, code] = [await new Response(install.stderr).text(), await install.exited]
    if (code !== 0) return { missing: `React Native could not be had from npm: ${said.trim()}` }
    renameSync(partial, home)
    return { home }
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

/** An app of React Native and the package as it is published, bundled by Metro: `default` is for any engine, `hermes-stable` for the one that comes with React Native. */
export async function bundle(profile: 'default' | 'hermes-stable', out: string): Promise<void> {
  await buildSdk('javascript', join(home, 'node_modules/veza-js-sdk'))
  await done(['node', 'bundle.js', out], { PROFILE: profile })
}

/** Bytecode, by the compiler of React Native. */
export const compile = (source: string, out: string): Promise<void> =>
  done([compiler, '-O', '-w', '-emit-binary', `-out=${out}`, source])

async function done(command: string[], env: Record<string, string> = {}): Promise<void> {
  const child = Bun.spawn(command, { cwd: home, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = await Promise.all([child.stdout.text(), child.stderr.text()])
  if ((await child.exited) !== 0) throw new Error(`${command.join(' ')}: ${said.join('\n')}`)
}

export type Phone = Awaited<ReturnType<typeof startPhone>>

/** An app that runs `bundled` in Hermes, and asks for what is native of this program. */
export async function startPhone(bundled: string) {
  // As React Native starts it.
  const child = Bun.spawn([engine, '-Xmicrotask-queue'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const asked = new Map<number, PromiseWithResolvers<unknown>>()
  const complaints: string[] = []
  let count = 0
  const write = (line: string) => {
    const sent = [child.stdin.write(`${line}; undefined\n`), child.stdin.flush()]
    Promise.all(sent).catch((error: unknown) => complaints.push(String(error)))
  }
  const tell = (...given: unknown[]) => write(`fromNative(...${JSON.stringify(given)})`)
  const native = createNative(tell)

  function hear(line: string): void {
    const [, text] = /^(?:>> )*@(.*)$/.exec(line) ?? []
    if (text === undefined) {
      if (/Uncaught|Error/.test(line)) complaints.push(line)
      return
    }
    const [kind, ...given] = JSON.parse(text) as [string, ...unknown[]]
    const answer = asked.get(Number(given[0]))
    if (kind === 'result') answer?.resolve(given[1])
    else if (kind === 'failed') answer?.reject(Object.assign(new Error('failed'), given[1]))
    else if (kind === 'log') complaints.push(String(given[1]))
    else native.hear(kind, given)
  }
  const heard = (async () => {
    let rest = ''
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = `${rest}${piece}`.split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(hear)
    }
  })()

  /** The value of an expression, which may be a promise, in the app. Hermes has no `await`. */
  const run = <T>(code: string): Promise<T> => {
    const answer = Promise.withResolvers<unknown>()
    asked.set(++count, answer)
    write(`fromTest(${count}, () => (${code.replaceAll('\n', ' ')}))`)
    return answer.promise as Promise<T>
  }
  for (const path of [join(import.meta.dir, 'engine.js'), bundled])
    write(`(0, eval)(${JSON.stringify(await Bun.file(path).text())})`)
  return {
    run,
    complaints,
    native,
    close: async (): Promise<void> => {
      native.close()
      child.kill()
      await heard
    },
  }
}
