// Makes the packages of sdks/ ready to publish: `bun run build:sdks`, then `npm publish sdks/javascript/dist`. Each dist/ is a package of its own: ES modules, minified, with
// source maps, style sheets that need no other file, and declarations that plain TypeScript reads.
import { cp, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { minify } from 'terser'
import { styleSheet } from '../src/web/style-sheet.ts'
import { internal } from './smallest.ts'

const root = join(import.meta.dir, '..')

export interface BuiltPackage {
  folder: string
  /** Of each file of JavaScript. */
  bytes: Record<string, { minified: number; gzip: number }>
}

interface Manifest {
  name: string
  dependencies?: Record<string, string>
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
  const bytes = await scripts(source, folder, Object.keys({ ...manifest.peerDependencies, ...manifest.dependencies }))
  await declarations(source, folder)
  await styles(source, folder)
  await cp(join(source, 'README.md'), join(folder, 'README.md'))
  await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  const exports = JSON.parse(JSON.stringify(publishConfig?.exports ?? manifest.exports).replaceAll('./dist/', './')) as unknown // prettier-ignore
  await Bun.write(join(folder, 'package.json'), `${JSON.stringify({ ...manifest, exports }, null, 2)}\n`)
  return { folder, bytes }
}

/** One file an entry, and what they share in others. */
async function scripts(source: string, folder: string, others: readonly string[]): Promise<BuiltPackage['bytes']> {
  const { outputs } = await Bun.build({
    entrypoints: await Array.fromAsync(new Bun.Glob('src/{index,core}.ts').scan({ cwd: source, absolute: true })),
    format: 'esm',
    target: 'browser',
    splitting: true,
    minify: syntax_only,
    jsx: { runtime: 'automatic', importSource: 'react', development: false },
    sourcemap: 'external',
    naming: { chunk: '[name]-[hash].[ext]' },
    external: others.flatMap((name) => [name, `${name}/*`]),
  })
  const texts = new Map(await Promise.all(outputs.map(async (output) => [basename(output.path), await output.text()] as const))) // prettier-ignore
  const bytes: BuiltPackage['bytes'] = {}
  // What needs another package has names in common with it.
  const names = others.length === 0 ? {} : undefined
  for (const [file, text] of texts) {
    if (!file.endsWith('.js')) continue
    const { code, map } = await smallest(text, names, { content: texts.get(`${file}.map`) ?? '', url: `${file}.map` })
    await Bun.write(join(folder, file), code)
    await Bun.write(join(folder, `${file}.map`), map)
    const bare = code.replace(/\n?\/\/# .*\n?$/s, '')
    bytes[file] = { minified: Buffer.byteLength(bare), gzip: Bun.gzipSync(bare, { level: 9 }).length }
  }
  return bytes
}

/** Bun's minifier first, as it knows some forms that are shorter; not its names. */
export const syntax_only = { syntax: true, whitespace: false, identifiers: false }

/** Where the SDK's names for others are, and those of what it runs in. */
const spoken = ['api', 'rest', 'platform', 'database', 'upload'].map((name) => join(root, `sdks/javascript/src/${name}.ts`)) // prettier-ignore
async function publicNames(): Promise<string[]> {
  const texts = await Promise.all(spoken.map((path) => Bun.file(path).text()))
  return [...new Set(texts.flatMap((text) => text.match(/\b[a-z]\w*/g) ?? []))]
}

/** Of functions with parameters the call is shorter. */
const simple_calls = { inline: 1 }

/** What the scripts of one package call what is internal: the same in each. */
export interface ShortNames {
  props?: { props?: Record<string, string> }
}

/** Names are shorter by a twelfth of the whole than those of Bun's own minifier. What is put in the place of its one call compresses worse than what stays where it is. */
export async function smallest(text: string, names?: ShortNames, sourceMap?: { content: string; url: string }) {
  const nameCache = { ...names }
  const { code = '', map = '' } = await minify(text, {
    module: true,
    ecma: 2020,
    ...(names && { nameCache, mangle: { properties: { regex: internal, reserved: await publicNames() } } }),
    // Arrows and methods are safe, as nothing here is made by `new` that is not a class.
    compress: {
      passes: 2,
      pure_getters: true,
      lhs_constants: false,
      unsafe_arrows: true,
      unsafe_methods: true,
      hoist_funs: true,
      reduce_funcs: false,
      loops: false,
      ...simple_calls,
    },
    // Node shows the line of what is thrown, and that is not to be the whole file.
    format: { semicolons: false, max_line_len: 1000 },
    ...(sourceMap && { sourceMap }),
  })
  if (names && nameCache.props) names.props = nameCache.props
  return { code, map: typeof map === 'string' ? map : JSON.stringify(map) }
}

async function styles(source: string, folder: string): Promise<void> {
  for await (const path of new Bun.Glob('src/*.css').scan({ cwd: source, absolute: true }))
    await Bun.write(join(folder, basename(path)), await styleSheet(path))
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
