import { expect, test } from 'bun:test'
import { exportJWK, generateKeyPair } from 'jose'

import { createKeySet, type Fetched } from '../../../src/platform/jwt/key-set.ts'
import { recordLog } from '../../services/log.ts'

test('while an issuer that has failed does not answer, nobody waits for it: its last keys are good, and new ones count as soon as they are there', async () => {
  const keysOf = async (kid: string) => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    return {
      text: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' }] }),
      max_age_ms: null,
    }
  }
  const old = await keysOf('old')
  const next = Promise.withResolvers<Fetched>()
  const answers = [Promise.resolve(old), Promise.reject(new Error('down')), next.promise]
  answers[1]?.catch(() => undefined)
  let at = 0
  let fetches = 0
  const keyOf = createKeySet({ fetch: () => answers[fetches++]!, log: recordLog(), now: () => at })
  const find = (kid: string) => keyOf({ alg: 'ES256', kid }, { payload: '', signature: '' })

  expect(await find('old')).toBeDefined()
  at += 3_700_000
  // Once it is waited for: it was not known to fail.
  expect(await find('old')).toBeDefined()
  expect(fetches).toBe(2)
  at += 31_000
  expect(await find('old')).toBeDefined()
  expect(fetches).toBe(3)
  next.resolve(await keysOf('new'))
  expect(await find('new')).toBeDefined()
  await expect(find('old')).rejects.toThrow()
  expect(fetches).toBe(3)
})
