// Makes the packages of sdks/ ready to publish: `bun run build:sdks`, then `npm publish sdks/javascript/dist`. Each dist/ is a package of its own: ES modules, minified, with
// source maps, and declarations that plain TypeScript reads.
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dir, '..')

export interface BuiltPackage {
  folder: string
  /** Of each file of JavaScript. */
  bytes: Record<string, { minified: number; gzip: number }>
}

interface Manifest {
  name: string
  peerDependencies?: Record<string, string>
  publishConfig?: { exports: unknown }
  exports: unknown
  files?: string[]
  [field: string]: unknown
}

/** Builds the package in `sdks/<name>` into `folder`, its own `dist` unless said. */
export async function buildSdk(name: string, folder = join(root, 'sdks', name, 'dist')): Promise<BuiltPackage> {
  const source = join(root, 'sdks', name)
  const { publishConfig, files: _, ...manifest } = (await Bun.file(join(source, 'package.json')).json()) as Manifest
  await rm(folder, { recursive: true, force: true })
  const peers = Object.keys(manifest.peerDependencies ?? {})
  const { outputs } = await Bun.build({
    entrypoints: [join(source, 'src/index.ts')],
    outdir: folder,
    format: 'esm',
    target: 'browser',
    splitting: true,
    minify: true,
    sourcemap: 'linked',
    naming: { chunk: '[name]-[hash].[ext]' },
    external: peers.flatMap((peer) => [peer, `${peer}/*`]),
  })
  await declarations(source, folder)
  for (const file of ['README.md', 'src/styles.css'])
    if (await Bun.file(join(source, file)).exists())
      await cp(join(source, file), join(folder, file.replace('src/', '')))
  await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  const exports = JSON.parse(JSON.stringify(publishConfig?.exports ?? manifest.exports).replaceAll('./dist/', './')) as unknown // prettier-ignore
  await Bun.write(join(folder, 'package.json'), `${JSON.stringify({ ...manifest, exports }, null, 2)}\n`)

  const bytes: BuiltPackage['bytes'] = {}
  for (const output of outputs) {
    if (!output.path.endsWith('.js')) continue
    const text = (await output.text()).replace(/\n\/\/# .*\n?$/s, '')
    const path = output.path.slice(output.path.lastIndexOf('/') + 1)
    bytes[path] = { minified: text.length, gzip: Bun.gzipSync(text, { level: 9 }).length }
  }
  return { folder, bytes }
}

/** The compiler keeps the names that the sources import by; published, they end in `.js`. */
async function declarations(source: string, folder: string): Promise<void> {
  const flags = [
    '--noEmit',
    'false',
    '--emitDeclarationOnly',
    '--declaration',
    '--outDir',
    folder,
    '--rootDir',
    join(source, 'src'),
  ]
  const tsc = Bun.spawn([process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', source, ...flags], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if ((await tsc.exited) !== 0) throw new Error(`The declarations of ${source} could not be made.`)
  for await (const path of new Bun.Glob('**/*.d.ts').scan({ cwd: folder, absolute: true })) {
    const text = await Bun.file(path).text()
    await Bun.write(path, text.replaceAll(/(['"]\.{1,2}\/[^'"]+)\.tsx?(['"])/g, '$1.js$2'))
  }
}

if (import.meta.main)
  for (const name of ['javascript', 'react']) {
    const { folder, bytes } = await buildSdk(name)
    console.log(folder)
    for (const [file, { minified, gzip }] of Object.entries(bytes))
      console.log(`  ${file}  ${minified} bytes, ${gzip} gzip`)
  }
