// Builds `dist/veza-chat`, one executable with PostgreSQL and the pages inside: `bun run build [--target=bun-linux-arm64] [--outfile=PATH]`.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { packageFiles, platformPackage } from '../src/platform/db/runtime.ts'
import { bundlePages, packedName, packPages } from '../src/web/index.ts'
import { smallestScript } from './smallest.ts'

const root = join(import.meta.dir, '..')
const cache = join(root, 'node_modules/.cache/veza-chat')
const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: { target: { type: 'string' }, outfile: { type: 'string' } },
})
const target = values.target ?? `bun-${process.platform}-${process.arch}`
const outfile =
  values.outfile ??
  join(root, 'dist', values.target === undefined ? 'veza-chat' : `veza-chat-${target.replace(/^bun-/, '')}`)

const [, platform = '', arch = ''] = /^bun-(linux|darwin)-(x64|arm64)(-baseline|-modern)?$/.exec(target) ?? []
if (!platform)
  stop(`There is no target "${target}"; take bun-linux-x64, bun-linux-arm64, bun-darwin-x64 or bun-darwin-arm64.`)

const started_at = performance.now()
const postgres = await packPostgres(platform, arch)
const pages = await writePages()
await compile([postgres, pages])
const size = (path: string) => `${(statSync(path).size / 1024 / 1024).toFixed(1)} MiB`
console.log(
  `${relative(process.cwd(), outfile)}: ${size(outfile)}, of which PostgreSQL ${size(postgres)} and the pages ${size(pages)}, in ${((performance.now() - started_at) / 1000).toFixed(1)} s`,
)

/** One zstd file named after its content; kept between builds, because packing it takes longer than the rest. */
async function packPostgres(platform: string, arch: string): Promise<string> {
  const name = platformPackage(platform, arch)
  const source = join(root, 'node_modules', name)
  if (!existsSync(join(source, 'native/bin/postgres'))) {
    stop(
      `The PostgreSQL of ${platform}-${arch} is not installed; get it with "bun install --os=${platform} --cpu=${arch}", then build again.`,
    )
  }
  const files: Record<string, Uint8Array> = {}
  for (const file of packageFiles(source)) files[file] = readFileSync(join(source, 'native', file))
  files['LICENSE.md'] = readFileSync(join(source, 'LICENSE.md'))
  const hash = new Bun.CryptoHasher('sha256')
  for (const [file, bytes] of Object.entries(files)) hash.update(`${file} ${bytes.length}\n`).update(bytes)
  const key = `${platform}-${arch}-${hash.digest('hex').slice(0, 12)}`
  const packed = join(cache, `postgres-${key}.tar.zst`)
  if (existsSync(packed)) return packed
  mkdirSync(cache, { recursive: true })
  const tar = await new Bun.Archive(files).bytes()
  await writeWhole(packed, Bun.zstdCompressSync(tar, { level: 19 }))
  return packed
}

/** What browsers get; the server would bundle it at its first request, and an executable has no sources for that. */
async function writePages(): Promise<string> {
  const bundled = await bundlePages()
  const files = { ...bundled, 'widget.js': await smallestScript(bundled['widget.js'] ?? new Uint8Array()) }
  const packed = join(cache, packedName(files))
  if (!existsSync(packed)) await writeWhole(packed, await packPages(files))
  return packed
}

/** A later build trusts what it finds under `path`, so a part of it never stands there. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.${process.pid}`
  await Bun.write(beside, bytes)
  renameSync(beside, path)
}

/** `embedded` are files that go into the executable as they are. */
async function compile(embedded: string[]): Promise<void> {
  // What was built before stays until there is something in its place.
  const beside = join(dirname(outfile), `.${basename(outfile)}.${process.pid}`)
  const result = await Bun.build({
    // An entry that is no code is embedded as it is; `Bun.embeddedFiles` has it.
    entrypoints: [join(root, 'src/main.ts'), ...embedded],
    target: 'bun',
    format: 'esm',
    bytecode: true,
    // Names stay: full minification breaks Elysia's reading of its handlers.
    minify: { whitespace: true, syntax: true },
    sourcemap: 'inline',
    loader: { '.zst': 'file' },
    naming: { asset: '[name].[ext]' },
    compile: {
      target: target as Bun.Build.CompileTarget,
      outfile: beside,
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    throw: false,
  })
  for (const log of result.logs) console.error(log.message)
  if (!result.success) stop(`${basename(outfile)} could not be built.`)
  renameSync(beside, outfile)
  // The executable has them too, compressed.
  for (const { path } of result.outputs) if (path.endsWith('.map')) rmSync(path, { force: true })
}

function stop(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}
