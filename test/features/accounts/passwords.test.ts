import { expect, test } from 'bun:test'
import { createPasswords } from '../../../src/features/accounts/passwords.ts'

const cheap = { memory_kib: 1024, iterations: 1 }

test('the cost is the configured one', async () => {
  expect(await createPasswords({ memory_kib: 2048, iterations: 3 }).hash('correct horse')).toStartWith(
    '$argon2id$v=19$m=2048,t=3,p=1$',
  )
})

test('without a hash as much is computed, and the answer is no', async () => {
  const passwords = createPasswords({ memory_kib: 19_456, iterations: 2 })
  const known = await passwords.hash('correct horse')
  await passwords.verify('warm', null)
  const timed = async (hash: string | null) => {
    const times: number[] = []
    for (let time = 0; time < 5; time++) {
      const start = performance.now()
      expect(await passwords.verify('a wrong one', hash)).toBe(false)
      times.push(performance.now() - start)
    }
    return Math.min(...times)
  }
  const ratio = (await timed(null)) / (await timed(known))
  expect(ratio).toBeWithin(0.4, 2.5)
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
