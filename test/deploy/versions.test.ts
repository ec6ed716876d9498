import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { engines } from '../../package.json'

test('the Dockerfile builds with the Bun of package.json', async () => {
  const text = await Bun.file(join(import.meta.dir, '../../Dockerfile')).text()
  expect(/^FROM oven\/bun:([\d.]+)-/m.exec(text)?.[1]).toBe(engines.bun)
})
