import { basename } from 'node:path'

import {
  type Asset,
  type Bytes,
  compressTightest,
  createAsset,
  ready_codings,
  type ReadyCoding,
} from '../transport/http/index.ts'
import type { PageFiles } from './bundle.ts'

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
}

/** What is compressed by itself gains nothing. */
const compressible = (path: string) => !path.endsWith('.png')

/** `.ci/build.ts` embeds one file of this name. */
const packed_name = /^pages-[\w-]+\.tar\.zst$/

/** The name of the file that `packPages` makes of these: it changes with the content. */
export function packedName(files: PageFiles): string {
  const hash = new Bun.CryptoHasher('sha256')
  for (const [path, bytes] of Object.entries(files)) hash.update(`${path} ${bytes.length}\n`).update(bytes)
  return `pages-${hash.digest('hex').slice(0, 12)}.tar.zst`
}

/** The files with what is sent of them compressed, as one file for the executable: each is coded once, when that is built, and as tightly as can be. */
export async function packPages(files: PageFiles): Promise<Uint8Array> {
  const coded = Object.entries(files).flatMap(([path, bytes]) =>
    compressible(path)
      ? ready_codings.map(async (coding) => [`${path}@${coding}`, await compressTightest(bytes, coding)] as const)
      : [],
  )
  const tar = new Bun.Archive({ ...files, ...Object.fromEntries(await Promise.all(coded)) })
  return Bun.zstdCompressSync(await tar.bytes(), { level: 19 })
}

/** What `packPages` made, when this is an executable. */
export const findPacked = (): Blob | undefined =>
  Bun.embeddedFiles.find((file) => 'name' in file && packed_name.test(basename(String(file.name))))

/** The files of what `packPages` made, by the path they are served at. */
export async function unpack(packed: Blob): Promise<Map<string, Asset>> {
  const files = new Map<string, Bytes>()
  for (const [path, file] of await new Bun.Archive(await Bun.zstdDecompress(await packed.bytes())).files())
    files.set(path, await file.bytes())
  return assetsOf(files)
}

/** `files` may have those that were compressed beforehand beside the ones that they are of, as `<path>@<coding>`. */
export function assetsOf(files: ReadonlyMap<string, Bytes>): Map<string, Asset> {
  const assets = new Map<string, Asset>()
  for (const [path, bytes] of files) {
    if (path.includes('@')) continue
    const type = types[path.slice(path.lastIndexOf('.') + 1)]
    if (type === undefined) throw new Error(`Nobody knows of which type ${path} is.`)
    const ready: Partial<Record<ReadyCoding, Bytes>> = {}
    for (const coding of ready_codings) {
      const coded = files.get(`${path}@${coding}`)
      if (coded !== undefined) ready[coding] = coded
    }
    assets.set(path, createAsset(bytes, type, ready))
  }
  return assets
}
