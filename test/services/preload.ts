// Runs once before the first test file. Nothing starts here: a file that needs no database does not pay for one.
import { afterAll } from 'bun:test'
import { breaches } from './contract.ts'
import { stopPostgres } from './postgres.ts'
import { stopRedis } from './redis.ts'

afterAll(async () => {
  await Promise.all([stopPostgres(), stopRedis()])
  // One of each kind: the same fault is met at many ids.
  const kinds = new Map(breaches.map((breach) => [breach.replace(/\d+/g, '#').slice(0, 120), breach]))
  if (kinds.size > 0)
    throw new Error(
      `what /asyncapi.json or /openapi.json does not allow:\n${[...kinds.values()].slice(0, 20).join('\n')}`,
    )
})
