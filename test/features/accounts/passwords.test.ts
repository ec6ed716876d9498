import { expect, spyOn, test } from 'bun:test'
import { createPasswords } from '../../../src/features/accounts/passwords.ts'

const cheap = { memory_kib: 1024, iterations: 1 }

test('the cost is the configured one', async () => {
  expect(await createPasswords({ memory_kib: 2048, iterations: 3 }).hash('correct horse')).toStartWith(
    '$argon2id$v=19$m=2048,t=3,p=1$',
  )
})

test('without a hash as much is computed, and the answer is no', async () => {
  const passwords = createPasswords({ memory_kib: 2048, iterations: 3 })
  const known = await passwords.hash('correct horse')
  // What Argon2 works through is told by the parameters and the lengths in the hash that it compares with.
  const compared: string[] = []
  const verify = spyOn(Bun.password, 'verify')
  for (const hash of [known, null]) expect(await passwords.verify('a wrong one', hash)).toBe(false)
  for (const [, hash] of verify.mock.calls) compared.push(hash as string)
  verify.mockRestore()
  const cost = (hash: string) => hash.split('$').map((part, at) => (at < 4 ? part : part.length))
  expect(compared).toHaveLength(2)
  expect(compared[1]).not.toBe(known)
  expect(compared.map(cost)).toEqual([cost(known), cost(known)])
  expect(cost(known).slice(1, 4)).toEqual(['argon2id', 'v=19', 'm=2048,t=3,p=1'])
})

test('not even the password of the decoy lets anybody in', async () => {
  const hash = spyOn(Bun.password, 'hash')
  const passwords = createPasswords(cheap)
  await passwords.verify('a wrong one', null)
  const [decoy] = hash.mock.calls[0] ?? []
  if (typeof decoy !== 'string') throw new Error('the decoy has no text')
  hash.mockRestore()
  expect(await passwords.verify(String(decoy as unknown), null)).toBe(false)
})

test('beyond the queue a login is put off instead of piling up', async () => {
  const passwords = createPasswords({ ...cheap, concurrency: 1, queue: 2 })
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => passwords.hash('correct horse')))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  for (const result of results)
    if (result.status === 'rejected')
      expect(result.reason).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retry_after: 2 })
  expect(await passwords.hash('correct horse')).toStartWith('$argon2id$')
})
