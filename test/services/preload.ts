// Runs once before the first test file. Nothing starts here: a file that needs no database does not pay for one.
import { afterAll } from 'bun:test'
import { breaches } from './contract.ts'
import { stopPostgres } from './postgres.ts'
import { stopRedis } from './redis.ts'

afterAll(async () => {
  await Promise.all([stopPostgres(), stopRedis()])
  if (breaches.length > 0)
    throw new Error(
      `what /asyncapi.json or /openapi.json does not allow:\n${[...new Set(breaches)].slice(0, 20).join('\n')}`,
    )
})
