import { expect, test } from 'bun:test'

import { assetsOf, packedName, packPages, unpack } from '../../src/web/packed.ts'

const files = {
  'app.html': Buffer.from('<!doctype html>'.repeat(100)),
  'assets/a.1.js': Buffer.from('let a = 1\n'.repeat(1000)),
  'assets/b.2.png': Buffer.from([0x89, 0x50, 0x4e, 0x47]),
}

test('what is packed comes out the same, with each coding of what can be compressed', async () => {
  const assets = await unpack(new Blob([await packPages(files)]))
  expect([...assets.keys()].toSorted()).toEqual(Object.keys(files))
  for (const [path, bytes] of Object.entries(files)) expect(Buffer.compare(assets.get(path)!.bytes, bytes)).toBe(0)
  const codings = (path: string) => [...assets.get(path)!.compressed.keys()]
  expect(codings('assets/a.1.js')).toEqual(['br', 'zstd', 'gzip'])
  expect(codings('assets/b.2.png')).toEqual([])
  expect((await assets.get('assets/a.1.js')!.compressed.get('br')!).length).toBeLessThan(100)
})

test('the name of the package is that of its content', () => {
  expect(packedName(files)).toMatch(/^pages-[0-9a-f]{12}\.tar\.zst$/)
  expect(packedName({ ...files })).toBe(packedName(files))
  expect(packedName({ ...files, 'app.html': Buffer.from('another') })).not.toBe(packedName(files))
})

test('a file of an unknown type is refused rather than served as anything', () => {
  expect(() => assetsOf(new Map([['assets/a.exe', Buffer.from('a')]]))).toThrow(
    'Nobody knows of which type assets/a.exe is.',
  )
})
