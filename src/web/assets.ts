import { statSync } from 'node:fs'
import { join } from 'node:path'

import type { Asset } from '../transport/http/index.ts'
import { bundlePages } from './bundle.ts'
import { assetsOf, findPacked, unpack } from './packed.ts'

type Assets = ReadonlyMap<string, Asset>

/**
 * The files of the pages by the path they are served at, as asked for each time: those that the executable carries, else what is made of the sources, once, or
 * with `follow` again whenever one of these has changed.
 */
export function createAssets({ follow }: { follow: boolean }): () => Promise<Assets> {
  const packed = findPacked()
  let known: { age: number; assets: Promise<Assets> } | undefined
  return () => {
    const age = packed === undefined && follow ? newestSource() : 0
    if (known?.age === age) return known.assets
    const assets: Promise<Assets> = packed === undefined ? bundle() : unpack(packed)
    known = { age, assets }
    assets.catch(() => {
      // Who asked is told. The next one tries again.
      if (known?.assets === assets) known = undefined
    })
    return assets
  }
}

const bundle = async (): Promise<Assets> => assetsOf(new Map(Object.entries(await bundlePages())))

const root = join(import.meta.dir, '../..')
const sources = ['src/web/pages/**/*.{ts,tsx,css,svg}', 'sdks/*/src/**/*.{ts,tsx,css}'].map(
  (place) => new Bun.Glob(place),
)

function newestSource(): number {
  let newest = 0
  for (const glob of sources)
    for (const path of glob.scanSync({ cwd: root })) newest = Math.max(newest, statSync(join(root, path)).mtimeMs)
  return newest
}
